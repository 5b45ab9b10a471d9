/** `pnpm prove:mutants`, a few of each sort. The whole of it stands in docs/RELIABILITY.md. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const script = join(import.meta.dirname, '../src/mutants/main.ts');

const few = [
  "guards.ts | excessOf | if («amount < 0n») return refused('amount_not_positive', {}); | amount < 0n -> false",
  "payment.ts | void: { succeeded: «'CANCELLED'», declined: 'AUTHORIZED' },",
  'payments_amounts_chain | CHECK (refunded >= 0 AND refund_pending >= 0 AND ' +
    '(refunded + refund_pending) <= captured AND captured <= authorized AND authorized <= amount)' +
    ' | captured <= authorized',
  'payments_order_holder | CREATE UNIQUE INDEX payments_order_holder ON payments ' +
    'USING btree (merchant_id, order_id) WHERE holds_order | merchant_id',
  'events | what florin_app may do |  -> DELETE',
];

interface Report {
  readonly mutants: readonly {
    where: string;
    sort: string;
    after: string;
    caughtBy: string | null;
  }[];
  readonly survivors: readonly { where: string; sort: string }[];
}

it('reports who caught what, and as a survivor what breaks nothing', () => {
  const chosen = few.flatMap((name) => ['--only', name]);
  const args = [script, '--control', '--quick', '--jobs', '1', '--json', ...chosen];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const { mutants, survivors }: Report = JSON.parse(stdout);

  const byName = mutants.map(({ where, sort, after, caughtBy }) => [
    `${where.replace(/:\d+/, '')} ${sort} ${after}`,
    caughtBy?.replace(/ > .*/, '') ?? 'nobody',
  ]);
  expect(Object.fromEntries(byName)).toEqual({
    'decide.ts control // nothing': 'nobody',
    'guards.ts condition false': 'test/decide-capture-cancel.test.ts',
    "payment.ts word 'PENDING'": expect.any(String),
    'payments control nothing': 'nobody',
    'payments.payments_amounts_chain term left out ': 'test/constraints.test.ts',
    'payments.payments_order_holder column left out ': 'test/constraints.test.ts',
    'events right given DELETE': 'test/roles-rights.test.ts',
  });
  expect(survivors).toMatchObject([
    { where: 'decide.ts:1', sort: 'control' },
    { where: 'payments', sort: 'control' },
  ]);
  expect(status).toBe(1);
});
