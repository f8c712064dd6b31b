import type { SyntaxFault } from './instance.ts';

/** The first message of a thread: it takes texts now. */
export const threadReady = 'ready';

export interface ThreadRequest {
  readonly id: number;
  readonly text: string;
}

export type ThreadAnswer = { readonly id: number } & (
  | { readonly kind: 'tree'; readonly json: string }
  | { readonly kind: 'syntax'; readonly fault: SyntaxFault }
  | { readonly kind: 'deep' }
  | { readonly kind: 'large' }
);
