/** Declarations that are fit to be read: what the bundler leaves behind goes, what it lost comes back. */
import { detailOf, type Refusal, refusals } from '@florin/core';

/** Of a refusal's row, its readers need the fields. */
export const errorRowModule = /\/core\/src\/error-row\.d\.ts$/;
export const errorRow = `
/** A refusal with its own fields. */
export interface Row<Fields> { readonly detail: (fields: Fields) => string; }
/** One bad field: \`path\` from the input's root, \`message\` what it must be. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
export declare const row: <Fields extends object>(it: Row<Fields>) => Row<Fields>;
`;

const lineCharacters = 100;

export function readable(declared: string): string {
  return (
    declared
      .replace(/^\/\/#(region|endregion).*\n/gm, '')
      // What opens a file is of no use where there are no files.
      .replace(/^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=\/\*\*)/gm, '')
      .replace(
        /^(declare const refusals)/m,
        '/** Every refusal by its code, with its own fields. */\n$1',
      )
      .replace(/^ {2}readonly (\w+): Row</gm, (row, code: string) => `${titleOf(code)}\n${row}`)
      .replace(/^(?:export )?type .*$/gm, wrapped)
      .replace(/^export type \{.*$/gm, wrapped)
  );
}

/** The table's own words, with the example's fields. */
function titleOf(code: string): string {
  const { status, title, example } = refusals[code as keyof typeof refusals];
  const detail = detailOf({ code, fields: example } as Refusal);
  return `  /** ${status}. ${title}: "${detail.replaceAll('*/', '* /')}" */`;
}

/** A long union or list on several lines. */
function wrapped(line: string): string {
  if (line.length <= lineCharacters) return line;
  const lines = [''];
  for (const word of line.split(/(?<=[|,{]) /)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length >= lineCharacters) lines.push(`  ${word}`);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
