/** The document's shared parts: each stands in it once, and whatever needs it refers to it. */
import { isDeepStrictEqual } from 'node:util';

/** A part of the document, or a JSON Schema in it. */
export type Json = Readonly<Record<string, unknown>>;

export type Ref = Json & { readonly $ref: string };

type Kind = 'schemas' | 'parameters' | 'headers' | 'responses' | 'examples';

export interface Components {
  /** Puts it among the shared parts, if it is not there yet. @throws if the name is another's */
  share(kind: Kind, name: string, part: Json): Ref;
  /** What a reference stands for; anything else as it is. */
  resolve(part: Json): Json;
  /** All of them, by kind and name. */
  all(): Json;
}

export function createComponents(): Components {
  const parts = new Map<Kind, Map<string, Json>>();
  return {
    share(kind, name, part) {
      const ofKind = parts.get(kind) ?? new Map<string, Json>();
      parts.set(kind, ofKind);
      const there = ofKind.get(name) ?? part;
      if (!isDeepStrictEqual(there, part)) throw new Error(`Two ${kind} are called ${name}.`);
      ofKind.set(name, part);
      return { $ref: `#/components/${kind}/${name}` };
    },
    resolve(part) {
      const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(String(part['$ref'])) ?? [];
      if (kind === undefined || name === undefined) return part;
      const found = parts.get(kind as Kind)?.get(name);
      if (!found) throw new Error(`There are no ${kind} called ${name}.`);
      return found;
    },
    all: () =>
      Object.fromEntries([...parts].map(([kind, ofKind]) => [kind, Object.fromEntries(ofKind)])),
  };
}

/** `payment_not_found`, `payments.create` or `X-Request-Id` as the name of a shared part. */
export const partName = (name: string): string =>
  name.replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
