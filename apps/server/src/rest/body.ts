/** A REST body: one JSON object; its `amount` may be a number, judged by its source text. */
import { amountOfJsonNumber, refuse } from '@florin/core';
import { RefusalError } from '../engine/refusal-error.ts';
import { parseJson, requireJson } from '../json.ts';

/**
 * The fields of a body; none if it is empty.
 * @throws RefusalError `malformed_json`, `unsupported_media_type`, `invalid_request`
 */
export async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength === 0) return {};
  requireJson(request.headers);
  const { value, amountSource } = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const errors = [{ path: [], message: 'The body must be a JSON object.' }];
    throw new RefusalError(refuse('invalid_request', { errors }));
  }
  const fields = value as Readonly<Record<string, unknown>>;
  return amountSource === undefined
    ? fields
    : { ...fields, amount: amountOfJsonNumber(amountSource) };
}
