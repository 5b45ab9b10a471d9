/** Whether a command printed what its page shows. */
import type { Block } from './blocks.ts';

/** Null where it did; else how it differs. */
export function differs(printed: string, { language, text }: Block): string | null {
  const isAlike =
    language === 'json'
      ? isShown(parsed(printed), JSON.parse(text))
      : plain(printed) === plain(text);
  return isAlike ? null : `It prints\n${printed}\nand not\n${text}`;
}

/** Of an object the page may show some fields only; of a list it shows every item. */
function isShown(actual: unknown, shown: unknown): boolean {
  if (Array.isArray(shown)) {
    if (!Array.isArray(actual) || actual.length !== shown.length) return false;
    return shown.every((item, at) => isShown(actual[at], item));
  }
  if (typeof shown !== 'object' || shown === null) return actual === shown;
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(shown).every(([name, value]) =>
    isShown((actual as Readonly<Record<string, unknown>>)[name], value),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ids, keys and times are others each time, and as long; first pnpm says what it runs. */
const plain = (text: string): string =>
  text
    .replaceAll('\r', '')
    .replace(/^(\$ .*\n)+/, '')
    .replaceAll(/\b(pay|op|evt|mer|key)_[0-9a-f]{32}\b/g, '$1_…')
    .replaceAll(/\bfk_(test|live)_\w{8}\b/g, 'fk_$1_…')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, 'time')
    .trimEnd();
