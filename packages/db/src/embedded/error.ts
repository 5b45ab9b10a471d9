/**
 * The embedded PostgreSQL cannot be used as asked. The message is made for operators: it says what is
 * wrong and what to do next.
 */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
}
