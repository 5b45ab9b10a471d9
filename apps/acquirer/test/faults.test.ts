/** Each fault: what the caller sees, and what the record says. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFaults, type FaultChange, faultNames, parseFaults } from '../src/faults.ts';
import { createOccasions } from '../src/occasions.ts';
import type { Asked } from '../src/wire.ts';
import { another, askedFor, startAcquirer, type TestAcquirer } from './given.ts';

let acquirer: TestAcquirer;
beforeAll(async () => {
  acquirer = await startAcquirer();
});
afterAll(() => acquirer[Symbol.asyncDispose]());

const recorded = async (asked: Asked) =>
  (await acquirer.movements()).find(({ id }) => id === asked.id)?.outcome ?? 'nothing';

describe('what the caller sees, and what the record says', () => {
  const movedWith = (outcome: string) => [201, { outcome }];
  const broken = [500, { error: 'broken' }];
  const unknown = [404, { error: 'not_found' }];
  it.each<[FaultChange, unknown, string]>([
    [{}, movedWith('succeeded'), 'succeeded'],
    [{ slow: 1, slow_ms: 20 }, movedWith('succeeded'), 'succeeded'],
    [{ dropped_before: 1 }, 'lost', 'nothing'],
    [{ dropped_after: 1 }, 'lost', 'succeeded'],
    [{ failed_after: 1 }, broken, 'succeeded'],
    [{ answered_twice: 1 }, movedWith('succeeded'), 'succeeded'],
    [{ declined: 1 }, movedWith('declined'), 'declined'],
    [{ requires_action: 1 }, movedWith('requires_action'), 'requires_action'],
    [{ declined: 1, dropped_after: 1 }, 'lost', 'declined'],
    [{ down: 1 }, 'lost', 'nothing'],
  ])('%j: %j, and the record says: %s', async (faults, seen, record) => {
    const asked = askedFor();
    await acquirer.misbehave(faults);
    const answer = await acquirer.ask(asked);
    await acquirer.misbehave({});
    if (seen === 'lost') expect(answer).toBe(seen);
    else expect(answer).toMatchObject(seen as object);
    expect(await recorded(asked)).toBe(record);

    // Who asks later hears what the record says, and nothing moves that has moved.
    const later = await acquirer.find(asked.id);
    expect(later).toMatchObject(record === 'nothing' ? unknown : [200, { outcome: record }]);
    const again = await acquirer.moved(asked);
    expect(again).toMatchObject({ outcome: record === 'nothing' ? 'succeeded' : record });
    const [name] = Object.keys(faults) as (keyof typeof struck)[];
    const struck = await acquirer.struck();
    if (name) expect(struck[name]).toBeGreaterThan(0);
  });

  it.each<[FaultChange, unknown]>([
    [{ dropped_before: 1 }, 'lost'],
    [{ dropped_after: 1 }, 'lost'],
    [{ down: 1 }, 'lost'],
    [{ failed_after: 1 }, [500, { error: 'broken' }]],
  ])('%j: a look-up gets no answer either', async (faults, seen) => {
    const asked = askedFor();
    await acquirer.moved(asked);
    await acquirer.misbehave(faults);
    const answer = await acquirer.find(asked.id);
    await acquirer.misbehave({});
    if (seen === 'lost') expect(answer).toBe(seen);
    else expect(answer).toMatchObject(seen as object);
  });

  it.each(['authorize', 'capture', 'void', 'refund'] as const)(
    'a %s is declined too',
    async (kind) => {
      const first = askedFor({ kind: kind === 'refund' ? 'charge' : 'authorize' });
      if (kind !== 'authorize') await acquirer.moved(first);
      await acquirer.misbehave({ declined: 1 });
      const asked = kind === 'authorize' ? first : another(first, kind, first.amount);
      const { outcome } = await acquirer.moved(asked);
      await acquirer.misbehave({});
      expect(outcome).toBe('declined');
    },
  );
});

it('slow: for some the money moves before the delay, for others after it', async () => {
  const slow = { slow: 1, slow_ms: 2_500 };
  const chance = createFaults('1', slow);
  const find = (isEarly: boolean) => {
    for (;;) {
      const asked = askedFor();
      const occasions = createOccasions([asked]);
      const asking = occasions.next('ask', asked.id);
      const isLong = chance.chance('how slow', asking) > 0.8;
      if (isLong && chance.chance('delay first', asking) < 0.5 === isEarly) return asked;
    }
  };
  const [delayed, moved] = [find(true), find(false)];
  await acquirer.misbehave(slow);
  const answers = { delayed: false, moved: false };
  const asking = [
    acquirer.moved(delayed).then(() => (answers.delayed = true)),
    acquirer.moved(moved).then(() => (answers.moved = true)),
  ];
  await expect.poll(() => recorded(moved), { interval: 10 }).toBe('succeeded');
  expect([await recorded(delayed), answers]).toEqual(['nothing', { delayed: false, moved: false }]);
  await Promise.all(asking);
  expect(await recorded(delayed)).toBe('succeeded');
  await acquirer.misbehave({});
});

it('down: nothing is answered for a while, and then everything is', async () => {
  await acquirer.misbehave({ down: 1, down_ms: 1_500 });
  expect(await acquirer.ask(askedFor())).toBe('lost');
  // Hardly ever again; but it is down already.
  await acquirer.misbehave({ down: 1e-9 });
  const asked = askedFor();
  expect(await acquirer.ask(asked)).toBe('lost');
  expect(await recorded(asked)).toBe('nothing');
  await expect.poll(() => acquirer.ask(asked)).toMatchObject([201, {}]);
});

it('answered twice: the second answer stands where the next one is expected', async () => {
  const [first, next] = [askedFor(), askedFor()];
  await acquirer.moved(first);
  await acquirer.moved(next);
  await acquirer.misbehave({ answered_twice: 1 });
  const socket = connect(Number(new URL(acquirer.url).port), '127.0.0.1').setEncoding('utf8');
  let read = '';
  socket.on('data', (text) => {
    read += text;
  });
  const answers = () => [...read.matchAll(/\r\n\r\n\{"id":"(op_\w+)"/g)].map(([, id]) => id);
  for (const [asked, expected] of [
    [first, [first.id]],
    [next, [first.id, first.id, next.id]],
  ] as const) {
    socket.write(`GET /operations/${asked.id} HTTP/1.1\r\nhost: acquirer\r\n\r\n`);
    await expect.poll(answers).toEqual(expected);
  }
  socket.destroy();
  await acquirer.misbehave({});
});

describe('chance', () => {
  const most = { dropped_before: 0.3, dropped_after: 0.3, failed_after: 0.3, declined: 0.3 };
  const faults = { ...most, requires_action: 0.3, reported_late: 0.3, reported_repeatedly: 0.3 };
  const orders = Array.from({ length: 30 }, (_, n) => `order ${n}`);

  /** What becomes of each order's charge and refunds, whatever their ids are. */
  async function run(seed: string, isOrderly: boolean) {
    await using one = await startAcquirer({ seed, faults });
    const said = new Map<string, unknown>();
    const charges = orders.map((order_id) => askedFor({ order_id }));
    const refunds = charges.flatMap((charge) =>
      ['100', '200'].map((it) => another(charge, 'refund', it)),
    );
    for (const part of [charges, refunds]) {
      const ask = async (asked: Asked) => {
        const seen: unknown[] = [];
        for (const _ of [1, 2]) {
          const answer = await one.ask(asked);
          seen.push(answer === 'lost' ? answer : answer[0]);
        }
        said.set(`${asked.order_id} ${asked.kind} ${asked.amount}`, seen);
      };
      if (isOrderly) for (const asked of part) await ask(asked);
      else await Promise.all(part.toReversed().map(ask));
    }
    const told = await one.movements();
    for (const { order_id, kind, amount, outcome, reports } of told) {
      const name = `${order_id} ${kind} ${amount}`;
      said.set(name, [said.get(name), outcome, reports]);
    }
    return Object.fromEntries([...said].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  it('the same seed has the same faults, whatever comes first; another seed has others', async () => {
    const first = await run('7', true);
    expect(Object.keys(first)).toHaveLength(90);
    expect(await run('7', false)).toEqual(first);
    expect(await run('8', false)).not.toEqual(first);
  });

  it('two operations of an order that are alike have a fate each', async () => {
    await using one = await startAcquirer({ seed: '7', faults: { declined: 0.5 } });
    const outcomes = new Set<string>();
    for (let n = 0; n < 20; n += 1) {
      outcomes.add((await one.moved(askedFor({ order_id: 'the same' }))).outcome);
    }
    expect([...outcomes].sort()).toEqual(['declined', 'succeeded']);
  });
});

describe('on the command line', () => {
  it.each<[string, FaultChange]>([
    ['', {}],
    ['declined=0.1,slow=0.25, slow_ms=50', { declined: 0.1, slow: 0.25, slow_ms: 50 }],
    ['all=0.05,down=0', { all: 0.05, down: 0 }],
    [
      faultNames.map((name) => `${name}=1`).join(','),
      Object.fromEntries(faultNames.map((name) => [name, 1])),
    ],
  ])('%s', (text, expected) => {
    expect(parseFaults(text)).toEqual(expected);
  });

  it.each(['declined', 'declined=', 'declined=x', 'declined=1.1', 'decline=0.1', 'slow_ms=0.5'])(
    '%s is refused',
    (text) => {
      expect(() => parseFaults(text)).toThrow('--faults: ');
    },
  );

  it('`all` is each that is not named', async () => {
    await using one = await startAcquirer({ faults: { all: 1, down: 0, dropped_before: 0 } });
    expect(await one.ask(askedFor())).toBe('lost');
    expect(await one.movements()).toMatchObject([
      { outcome: 'declined', reports: ['before', 'late', 'out_of_order', 'repeatedly'] },
    ]);
  });
});
