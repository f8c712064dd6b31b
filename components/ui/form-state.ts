/** What a form's action came to. */
export type FormState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'done';
      readonly message: string;
      /** What was made, for the page that asked. */
      readonly data: Readonly<Record<string, string>>;
      readonly at: number;
    }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: readonly { readonly at: string; readonly message: string }[];
      readonly at: number;
    };

export const idleForm: FormState = { kind: 'idle' };

export type FormAction = (before: FormState, form: FormData) => Promise<FormState>;
export type DoneState = Extract<FormState, { kind: 'done' }>;

/** What an action gives that answers a question: the value, or why there is none. */
export type Answer<Value> =
  | { readonly value: Value; readonly failed: null }
  | { readonly value: null; readonly failed: string };
