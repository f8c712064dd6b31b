/** What one look found. The text says what is so, and when it is not well what to do. */
export interface Finding {
  readonly well: boolean;
  readonly text: string;
}

export interface Check {
  readonly name: string;
  readonly look: () => Promise<Finding>;
  /** What it finds says whether the database answers at all. */
  readonly reachesDatabase?: boolean;
  readonly needsDatabase?: boolean;
}

export const well = (text: string): Finding => ({ well: true, text });
export const unwell = (text: string): Finding => ({ well: false, text });

/** A look that throws has found something, too. */
export async function lookAt(check: Check): Promise<Finding> {
  try {
    return await check.look();
  } catch (error) {
    return unwell(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${error.message.includes('fetch failed') ? cause : ''}`;
}
