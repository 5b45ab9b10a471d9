/** How `florin doctor` shows what it finds: a line each. */
import type { Finding } from '../doctor/finding.ts';
import { oneLine } from './answer.ts';

const marks: Readonly<Record<Finding['state'], string>> = {
  well: 'ok     ',
  wrong: 'WRONG  ',
  unknown: '-      ',
};

export function findingsAsText(findings: readonly Finding[]): string {
  const lines = findings.map(({ about, state, seen, mend }) =>
    oneLine(`${marks[state]}${about.padEnd(12)}${seen}${mend === null ? '.' : `. ${mend}`}`),
  );
  const wrongs = findings.filter(({ state }) => state === 'wrong').length;
  const end = wrongs === 0 ? 'All is well.' : `${wrongs} to mend.`;
  return `${[...lines, '', end].join('\n')}\n`;
}

export const findingsAsJson = (findings: readonly Finding[]): string =>
  `${JSON.stringify(findings, null, 2)}\n`;
