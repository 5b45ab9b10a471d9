/** A REST body: JSON, in UTF-8, one object; `amount` may be a number, judged by its source text. */
import { amountOfJsonNumber, refuse } from '@florin/core';
import { RefusalError } from '../engine/refusal-error.ts';

/** What `JSON.parse` tells its reviver of a value that is no object (TC39, JSON.parse source text). */
interface Source {
  readonly source?: string;
}

/**
 * The fields of a body; none if it is empty.
 * @throws RefusalError `malformed_json`, `unsupported_media_type`, `invalid_request`
 */
export async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return {};
  if (!/^application\/json *(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new RefusalError(refuse('unsupported_media_type', {}));
  }
  const body = parse(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const errors = [{ path: [], message: 'The body must be a JSON object.' }];
    throw new RefusalError(refuse('invalid_request', { errors }));
  }
  return body as Readonly<Record<string, unknown>>;
}

function parse(bytes: ArrayBuffer): unknown {
  const amounts = new Map<unknown, string>();
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const body: unknown = JSON.parse(text, function (this: unknown, key, value, context?: Source) {
      if (key === 'amount' && typeof value === 'number' && context?.source !== undefined) {
        amounts.set(this, context.source);
      }
      return value;
    });
    const source = amounts.get(body);
    return source === undefined
      ? body
      : { ...(body as object), amount: amountOfJsonNumber(source) };
  } catch {
    throw new RefusalError(refuse('malformed_json', {}));
  }
}
