import { type ErrorCode, isCountersignError } from '#lib/core/errors';
import { actionContext, type PersonContext } from './context.ts';
import { report } from './report.ts';

const statuses: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  limit: 429,
  unavailable: 503,
  integrity: 422,
  internal: 500,
};

/** For routes: runs a verb for whoever is signed in; refusals become problem documents (RFC 9457). */
export async function respond(work: (context: PersonContext) => Promise<Response>): Promise<Response> {
  try {
    return await work(await actionContext());
  } catch (error) {
    return problem(error);
  }
}

export function problem(error: unknown): Response {
  const known = isCountersignError(error) && error.code !== 'internal';
  const status = known ? statuses[error.code] : 500;
  const body = known
    ? { title: error.message, status, code: error.code, details: error.details }
    : { title: 'Something went wrong here.', status, code: 'internal', report: report(error) };
  return Response.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
}

/** A file that the browser keeps; the name is ours, never a person's or an agent's text. */
export function download(body: BodyInit, name: string, type: string): Response {
  return new Response(body, {
    headers: {
      'Content-Type': type,
      'Content-Disposition': `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '-')}"`,
      'Cache-Control': 'private, no-store',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
