/** What a row of `errors.ts` says of a refusal. */

export interface Row<Fields> {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'METHOD_NOT_SUPPORTED'
    | 'CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'UNSUPPORTED_MEDIA_TYPE'
    | 'UNPROCESSABLE_CONTENT'
    | 'INTERNAL_SERVER_ERROR'
    | 'SERVICE_UNAVAILABLE';
  readonly title: string;
  readonly detail: (fields: Fields) => string;
  /** Fields as a caller may see them, for the documents. */
  readonly example: Fields;
}

/** One bad field: `path` from the body's root (or a query name), `message` what it must be. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type None = Readonly<Record<never, never>>;
export const row = <Fields extends object = None>(it: Row<Fields>): Row<Fields> => it;
