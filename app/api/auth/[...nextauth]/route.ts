import NextAuth from 'next-auth';
import { signInOptions } from '../../../_server/sign-in.ts';

type Handler = (request: Request, context: unknown) => Promise<Response>;

const handle: Handler = (request, context) => (NextAuth(signInOptions()) as Handler)(request, context);

export { handle as GET, handle as POST };
