/** JSON whose numbers keep the text that they were written as: an amount is never made a float. */

export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json = string | boolean | null | JsonNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

/** What `JSON.parse` tells its reviver of a value that is no object (TC39, JSON.parse source text). */
interface Source {
  readonly source?: string;
}

/** `undefined` where the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: Source) =>
      typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value,
    ) as Json;
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof JsonNumber)
  );
}

/** A string or a number as it was written; null for anything else. */
export function textOf(value: Json | undefined): string | null {
  if (value instanceof JsonNumber) return value.text;
  return typeof value === 'string' ? value : null;
}
