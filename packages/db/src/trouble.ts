/** What a database error means for whoever ran into it. Branches on SQLSTATE, never on a name. */

/**
 * `contention`: deadlock or serialization failure, worth the same again. `taken`: a unique index
 * that an UPDATE ran into; the next decision sees who was first. `unreachable`: no connection, and
 * where it was lost on the way a commit may have happened. `refused`: anything else.
 */
export type Trouble = 'contention' | 'taken' | 'unreachable' | 'refused';

export function troubleOf(error: unknown): Trouble {
  const code = codeOf(error);
  if (code === '40P01' || code === '40001') return 'contention';
  if (code === '23505') return 'taken';
  if (/^(08|57P|53)|^CONN|^E(AI_)?[A-Z]+$/.test(code)) return 'unreachable';
  return 'refused';
}

/** The driver's code; Drizzle wraps the driver's error. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
