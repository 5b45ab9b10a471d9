/** Rows of commands that are refused: what they were given, the command, the code and its fields. */
import { expect, test } from 'vitest';
import type { Command, RefusalCode, State } from '../src/index.ts';
import { run } from './given.ts';

export type RefusedRow = readonly [string, State, Command, RefusalCode, object];

export function refusedRows(rows: readonly RefusedRow[]): void {
  test.each(rows)('%s', (_, state, command, code, fields) => {
    // Nothing but the refusal: there is no change that could be written.
    expect(run(state, command)).toStrictEqual({ kind: 'refused', refusal: { code, fields } });
  });
}
