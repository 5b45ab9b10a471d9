/** The table of refusals as text: each row at `/errors/{code}`, all of them in `docs/ERRORS.md`. */
import { detailOf, type Refusal, type RefusalCode, refusals } from '@florin/core';
import { snakeKeys } from './rest/casing.ts';

/** What `/errors/{code}` answers; null if there is no such code. */
export function errorPage(code: string): string | null {
  return Object.hasOwn(refusals, code) ? section(code as RefusalCode) : null;
}

/** `docs/ERRORS.md`, whole. */
export function errorsDocument(): string {
  const codes = Object.keys(refusals) as RefusalCode[];
  const rows = codes.map((code) => {
    const { status, trpc, title } = refusals[code];
    return `| [\`${code}\`](#${code}) | ${status} | \`${trpc}\` | ${title} |`;
  });
  return [
    '# Every refusal',
    '',
    'Generated from `packages/core/src/errors.ts` by `npx -y pnpm run docs`. How they are sent: [API.md](API.md).',
    '',
    '| code | HTTP | tRPC | |',
    '|---|---|---|---|',
    ...rows,
    '',
    codes.map(section).join('\n'),
  ].join('\n');
}

function section(code: RefusalCode): string {
  const { status, trpc, title, example } = refusals[code];
  const detail = detailOf({ code, fields: example } as Refusal);
  const fields = Object.keys(example).length === 0 ? [] : [json(example), ''];
  return [`## ${code}`, '', `${title} (HTTP ${status}, tRPC ${trpc}). For example:`, '']
    .concat([`> ${detail}`, ''])
    .concat(fields)
    .join('\n');
}

const json = (fields: object): string =>
  ['```json', JSON.stringify(snakeKeys(fields)), '```'].join('\n');
