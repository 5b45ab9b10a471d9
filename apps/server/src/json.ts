/** JSON as Florin takes it: what one parser could read otherwise than the next is refused. */
import { limits, refuse } from '@florin/core';
import { RefusalError } from './engine/refusal-error.ts';

/** What `JSON.parse` tells its reviver of a value that is no object (TC39, JSON.parse source text). */
interface Source {
  readonly source?: string;
}

export interface ParsedJson {
  readonly value: unknown;
  /** As it was written: the number that is called `amount` in the outermost object, if it is one. */
  readonly amountSource: string | undefined;
}

/**
 * Parses UTF-8 text of at most `limits.jsonLevels` levels, with no key twice in one object and no
 * `__proto__`.
 * @throws RefusalError `malformed_json`
 */
export function parseJson(bytes: ArrayBuffer): ParsedJson {
  const text = decode(bytes);
  const value = parse(text);
  if (keysIn(value, 1) !== keysWritten(text)) throw malformed('it has a key twice in one object');
  return { value, amountSource: isWithNumber(value) ? amountSourceIn(text) : undefined };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(error instanceof RangeError ? tooDeep : 'it is not valid JSON');
  }
}

const isWithNumber = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'amount' in value &&
  typeof value.amount === 'number';

/** Of text that is known to be an object with a number of that name; a reviver makes reading slow. */
function amountSourceIn(text: string): string | undefined {
  const amounts = new Map<unknown, string>();
  const outermost = JSON.parse(text, function (this: unknown, key, one: unknown, context?: Source) {
    if (key === 'amount' && typeof one === 'number' && context?.source !== undefined) {
      amounts.set(this, context.source);
    }
    return one;
  });
  return amounts.get(outermost);
}

const tooDeep = `it nests deeper than ${limits.jsonLevels} levels`;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('it is not valid UTF-8');
  }
}

/** In text that is valid JSON, a colon outside of strings is behind a key, and nowhere else. */
function keysWritten(text: string): number {
  let keys = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isInString = !isInString;
    else if (character === '\\') at++;
    else if (character === ':' && !isInString) keys++;
  }
  return keys;
}

function keysIn(value: unknown, level: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (level > limits.jsonLevels) throw malformed(tooDeep);
  if (Object.hasOwn(value, '__proto__')) throw malformed('it has the key "__proto__"');
  const inner: readonly unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : inner.length;
  return inner.reduce<number>((sum, one) => sum + keysIn(one, level + 1), own);
}

function malformed(reason: string): RefusalError {
  return new RefusalError(refuse('malformed_json', { reason }));
}

/** @throws RefusalError `unsupported_media_type` */
export function requireJson(headers: Headers): void {
  if (/^application\/json *(;|$)/i.test(headers.get('content-type') ?? '')) return;
  throw new RefusalError(refuse('unsupported_media_type', {}));
}
