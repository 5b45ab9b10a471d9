/** An import that is run again: after the old system has gone on, and after it was killed. */
import { spawn } from 'node:child_process';
import { connectAsOwner } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { florinHere, script } from './cli.ts';
import { newMerchant } from './keys.ts';
import { type OldRow, oldSystem, write } from './old-system.ts';
import { on, quickStart } from './server.ts';

let db: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

async function move(rows: readonly OldRow[]) {
  const old = await oldSystem(db);
  await write(old, rows);
  const { merchantId } = await newMerchant(db);
  const args = ['import', 'django', '--from', old.url, '--merchant', merchantId];
  const statusOf = async (id: number) => {
    const [row] = await db.owner.sql<{ status: string }[]>`
      select p.status from legacy_ids l join payments p on p.merchant_id = l.merchant_id
        and p.id = l.payment_id
      where l.merchant_id = ${merchantId.slice(4)} and l.legacy_id = ${id}`;
    return row?.status;
  };
  return {
    old,
    merchantId,
    args,
    statusOf,
    run: (...more: readonly string[]) => florinHere(on(db.url), ...args, ...more),
    verify: () => florinHere(on(db.url), 'verify', '--merchant', merchantId),
    [Symbol.asyncDispose]: () => old[Symbol.asyncDispose](),
  };
}

describe('after the old system has gone on', () => {
  it('new rows come, and new statuses follow, each as an event of its own', async () => {
    await using moved = await move([
      { id: 1 },
      { id: 2, status: 'PENDING' },
      { id: 3, status: 'PENDING' },
      { id: 4, status: 'PENDING' },
      { id: 5 },
    ]);
    await moved.run();
    const { sql } = moved.old;
    await sql`update payments set status = 'REFUNDED' where id = 1`;
    await sql`update payments set status = 'SUCCESS' where id = 2`;
    await sql`update payments set status = 'FAILED' where id = 3`;
    await sql`update payments set status = 'cancelled' where id = 4`;
    await write(moved.old, [{ id: 6 }]);
    const told = await moved.run('--dry-run');
    expect(told.stdout).toContain('Would import 1 (SUCCESS 1)');
    expect(told.stdout).toContain('1 were imported before, 4 more have a new status.');
    expect(await moved.statusOf(1)).toBe('SUCCESS');
    const ran = await moved.run();
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringContaining('1 were imported before, 4 more have a new status.'),
    ]);
    const now = await Promise.all([1, 2, 3, 4, 5, 6].map(moved.statusOf));
    expect(now).toEqual(['REFUNDED', 'SUCCESS', 'FAILED', 'CANCELLED', 'SUCCESS', 'SUCCESS']);
    expect((await moved.run()).stdout).toContain('6 were imported before, 0 more have');
    expect((await moved.verify()).code).toBe(0);
  });

  it('what does not lead on from here is said, and left as it is', async () => {
    await using moved = await move([{ id: 1 }, { id: 2, order_id: 'o' }, { id: 3, order_id: 'o' }]);
    await moved.run();
    await moved.old.sql`update payments set status = 'FAILED' where id = 1`;
    await moved.old.sql`update payments set status = 'REFUNDED' where id = 3`;
    const { code, stdout } = await moved.run();
    expect(stdout).toMatch(
      /row 1: it is FAILED there by now, SUCCESS here \(pay_\w+\): A payment that is SUCCESS cannot become FAILED/,
    );
    expect(stdout).toMatch(/row 3: it is REFUNDED there by now, SUCCESS here .*resolve/);
    expect(code).toBe(1);
    expect([await moved.statusOf(1), await moved.statusOf(3)]).toEqual(['SUCCESS', 'SUCCESS']);
  });

  it('of new rows alone, it leaves earlier ones out', async () => {
    await using moved = await move([{ id: 1 }, { id: 2 }, { id: 3, status: 'banana' }, { id: 4 }]);
    const some = await moved.run('--from-id', '4');
    expect([some.code, some.stdout]).toEqual([0, expect.stringContaining('Read 1 rows')]);
    const dry = await moved.run('--from-id', '2', '--dry-run');
    expect(dry.stdout).toContain('Would import 1 (SUCCESS 1)');
    expect(dry.stdout).toContain('Read 3 rows');
    expect(await moved.statusOf(1)).toBeUndefined();
    expect(await moved.statusOf(4)).toBe('SUCCESS');
    expect((await moved.run('--from-id', '0')).stderr).toContain('whole number from 1');
  });

  it('what has gone on here, and not there, is left alone', async () => {
    await using moved = await move([{ id: 1, status: 'PENDING' }]);
    await moved.run();
    await moved.old.sql`update payments set status = 'SUCCESS' where id = 1`;
    await moved.run();
    await moved.old.sql`update payments set status = 'PENDING' where id = 1`;
    const { code, stdout } = await moved.run();
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 were imported before, 0 more')]);
    expect(await moved.statusOf(1)).toBe('SUCCESS');
  });
});

describe('on its way', () => {
  /** Two pages and a bit; of each 100 rows two pay the same order. */
  const rows = Array.from({ length: 1_100 }, (_, at): OldRow => {
    const order = at % 100 === 1 ? at - 1 : at;
    return { id: at + 1, order_id: `order-${order}` };
  });

  it.each([
    ['whose page may be committed all the same', [500, 1_000], false],
    ['whose page is lost', [500], true],
  ] as const)(
    'may be killed, %s, and run again: every row comes once',
    async (_, possible, isLost) => {
      await using moved = await move(rows);
      const merchant = moved.merchantId.slice(4);
      const { sql } = db.owner;
      const imported = async () =>
        (await sql`select from legacy_ids where merchant_id = ${merchant}`).count;
      const sessions = () => sql<{ pid: number; waits: boolean }[]>`
      select pid, wait_event_type = 'Lock' as waits from pg_stat_activity
      where datname = current_database()`;
      const waiting = async () => (await sessions()).find(({ waits }) => waits)?.pid ?? null;
      const other = connectAsOwner(db.url);
      // Holds the second page's commit, by a key that it is about to write.
      const held = await other.sql.reserve();
      await held`begin`;
      await held`
      insert into idempotency_keys (merchant_id, key, request, payment_id, lease_until, created_at)
      values (${merchant}, 'old-key-550', '{}', gen_random_uuid(), now(), now())`;
      const child = spawn(process.execPath, ['--import', quickStart, script, ...moved.args], {
        env: { PATH: process.env['PATH'], ...on(db.url) },
        stdio: 'ignore',
      });
      const gone = new Promise((resolve) => child.once('close', resolve));
      await expect.poll(waiting, { interval: 20, timeout: 60_000 }).not.toBeNull();
      const page = await waiting();
      child.kill('SIGKILL');
      await gone;
      expect(await imported()).toBe(500);
      if (isLost) await sql`select pg_terminate_backend(${page})`;
      await held`rollback`;
      held.release();
      await other.close();
      const isUnderWay = async () => (await sessions()).some(({ pid }) => pid === page);
      await expect.poll(isUnderWay).toBe(false);
      const kept = await imported();
      expect(possible).toContain(kept);
      const { stdout } = await moved.run();
      expect(stdout).toContain(`Read 1,100 rows for merchant`);
      expect(stdout).toContain(`\nImported ${(1_100 - kept).toLocaleString('en-US')} (SUCCESS `);
      expect(stdout).toContain(`\n${kept.toLocaleString('en-US')} were imported before, 0 more`);
      expect(await imported()).toBe(rows.length);
      const { stdout: verified } = await moved.verify();
      expect(verified).toContain('Checked 1,100 payments, 1,100 operations, 1,100 events');
      expect(verified).toContain('Found 0 differences, 11 unresolved discrepancies');
    },
    120_000,
  );

  it('may be run twice at once: every row comes once', async () => {
    await using moved = await move(rows);
    const both = await Promise.all([moved.run('--json'), moved.run('--json')]);
    const tallies = both.map(({ json }) => json['tally'] as Readonly<Record<string, number>>);
    const sum = (name: string) => tallies.reduce((all, one) => all + (one[name] ?? 0), 0);
    expect([sum('rows'), sum('imported'), sum('unchanged')]).toEqual([2_200, 1_100, 1_100]);
    expect((await moved.verify()).stdout).toContain(
      'Found 0 differences, 11 unresolved discrepancies',
    );
  }, 120_000);
});

describe('an import that cannot begin says what to do', () => {
  it.each([
    [
      'no such database',
      (url: string) => `${url}_gone`,
      [],
      /cannot be read: database .* does not exist/,
    ],
    [
      'no such table',
      (url: string) => url,
      ['--table', 'shop.orders'],
      /no table "shop.orders". Name it with --table/,
    ],
    [
      'another table',
      (url: string) => url,
      ['--table', 'pg_class'],
      /"pg_class" has no column id, order_id, amount/,
    ],
    [
      'no such merchant',
      (url: string) => url,
      ['--merchant', 'nobody'],
      /There is no merchant "nobody"/,
    ],
    ['no status', (url: string) => url, ['--map-status', 'a=B'], /It must be such as paid=SUCCESS/],
  ])('%s', async (_, from, more, said) => {
    await using moved = await move([]);
    const ran = await moved.run('--from', from(moved.old.url), ...more);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(said);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});
