/** What was measured, as tables for people. */
import type { BatchCost } from './sections/growth.ts';
import type { Beside, Overload } from './sections/overload.ts';
import type { SizeCost } from './sections/size.ts';
import type { TableRow } from './sections/table.ts';
import { type Reached, type TargetName, targets, verdict } from './targets.ts';

type Cells = readonly (string | number)[];

/** Columns as wide as what is in them. */
function aligned(head: Cells, rows: readonly Cells[]): string {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const fine = (value: number): string => value.toFixed(2);

export const tableOf = (rows: readonly TableRow[]): string =>
  aligned(
    [
      'row',
      'by',
      'at once',
      '/s',
      'p50 ms',
      'p99 ms',
      'ratio',
      'baseline',
      'its /s',
      'CPU ms',
      'of database',
    ],
    rows.map(({ row, by, connections, a, b, ratio, baseline, cpu }) => [
      ...[row, by, connections, whole(a.perSecond), fine(a.p50), fine(a.p99)],
      ...[`${fine(ratio.perSecond)}x`, baseline, whole(b.perSecond)],
      ...[fine(cpu.server), fine(cpu.database)],
    ]),
  );

export const targetsOf = (reached: Reached): string =>
  aligned(
    ['what', 'measured', 'reach', 'aim', 'is'],
    (Object.entries(reached) as [TargetName, number][]).map(([name, measured]) => {
      const target = targets[name];
      const { what, unit, reach, aim } = target;
      const shown = (value: number) =>
        unit === 'x' ? `${fine(value)}x` : `${whole(value)} ${unit}`;
      return [what, shown(measured), shown(reach), shown(aim), verdict(target, measured)];
    }),
  );

export const batchesOf = (costs: readonly BatchCost[]): string =>
  aligned(
    ['payments a batch', 'µs a payment', 'CPU of Florin', 'CPU of the database'],
    costs.map(({ batch, wall, florin, database }) => [
      batch,
      ...[wall, florin, database].map(whole),
    ]),
  );

export const sizesOf = (costs: readonly SizeCost[]): string =>
  aligned(
    ['payments there', 'creates /s', 'p50 ms', 'CPU µs of Florin', 'CPU µs of the database'],
    costs.map(({ payments, perSecond, p50, server, database }) => [
      ...[whole(payments), whole(perSecond), fine(p50), whole(server), whole(database)],
    ]),
  );

const besideRow = (name: string, { asked, accepted, told }: Beside): Cells => [
  ...[name, whole(asked), whole(accepted), ...[told.accepted, told.refused].map(whole)],
  ...[fine(told.p50), fine(told.p99)],
  ...[fine(told.refusedP50), fine(told.refusedP99)],
];

const refusals = ['refusal p50 ms', 'refusal p99 ms'];

export const overloadOf = (found: Overload): string =>
  aligned(
    ['', 'asked /s', 'accepted /s', 'samples', 'refused', 'p50 ms', 'p99 ms', ...refusals],
    [
      besideRow('320, as many as are not refused', found.carried),
      besideRow('1,536, four times what may be in hand', found.flooded),
      besideRow('64, at once afterwards', found.afterwards),
      besideRow('another merchant beside the 1,536', found.other),
    ],
  );
