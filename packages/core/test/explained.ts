/** What is explained of each action, as a row of a test has it. */
import { explainActions, type Operation, type OrderHolder, type Payment } from '../src/index.ts';
import { now } from './given.ts';

/** Each action: the most it may move, `yes`, or the obstacle's code and remedy. */
export type Explanation = Readonly<
  Record<string, bigint | 'yes' | readonly [code: string, remedy: string]>
>;
export type ExplainedRow = readonly [
  what: string,
  payment: Payment,
  operations: readonly Operation[],
  expected: Explanation,
];

export const explained = (
  payment: Payment,
  operations: readonly Operation[],
  holder: OrderHolder | null = null,
): Explanation =>
  Object.fromEntries(
    explainActions(payment, operations, holder, now).map(({ action, upTo, obstacle }) => [
      action,
      obstacle ? [obstacle.code, obstacle.remedy] : (upTo ?? 'yes'),
    ]),
  );

export const nothingToResolve = [
  'no_discrepancy',
  'Nothing: there is nothing to resolve.',
] as const;
export const atOnce =
  'Nothing: it was created to be charged at once. Create one with `capture: "manual"` to capture later.';
export const isCaptured = 'Nothing: it is captured. Refund it instead.';
