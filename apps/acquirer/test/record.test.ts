/** The record: what was acknowledged is on the disk, once, whatever happens. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { openRecord } from '../src/record.ts';
import type { Asked, Movement } from '../src/wire.ts';
import { another, askedFor, client, freshFile, linesIn, spawned, startAcquirer } from './given.ts';

const conflict = (order_id: string) =>
  ({ type: 'conflict', asked: askedFor({ order_id }), at: '2026-11-23T09:30:00.000Z' }) as const;

it('keeps lines in their order, each on the disk before it is said to be', async () => {
  const file = freshFile();
  const { record } = await openRecord(file);
  const lines = Array.from({ length: 500 }, (_, n) => conflict(`order ${n}`));
  let resolved = 0;
  await Promise.all(
    lines.map(async (line, n) => {
      await record.append(line);
      resolved += 1;
      if (n % 100 === 0) expect(linesIn(file).slice(0, n + 1)).toEqual(lines.slice(0, n + 1));
    }),
  );
  expect(resolved).toBe(500);
  await record.close();
  const again = await openRecord(file);
  expect(again.lines).toEqual(lines);
  await again.record.close();
});

it('syncs what it has written before it says so, and lines that come together at once', async () => {
  await using probe = await open(freshFile(), 'w');
  const handles = Object.getPrototypeOf(probe) as typeof probe;
  const calls: string[] = [];
  for (const name of ['appendFile', 'datasync'] as const) {
    const real = handles[name] as (...given: unknown[]) => Promise<void>;
    vi.spyOn(handles, name).mockImplementation(async function (this: unknown, ...given: unknown[]) {
      await real.apply(this, given);
      calls.push(name);
    });
  }
  const { record } = await openRecord(freshFile());
  await record.append(conflict('first')).then(() => calls.push('told'));
  expect(calls).toEqual(['appendFile', 'datasync', 'told']);
  const many = Array.from({ length: 300 }, (_, n) => record.append(conflict(`order ${n}`)));
  await Promise.all([...many, record.synced()]);
  expect(calls.slice(3)).toEqual(['appendFile', 'datasync']);
  vi.restoreAllMocks();
  await record.close();
});

it.each(['{"type":"movement","id":"op_', '"', '\0\0\0'])(
  'a last line that a crash tore off (%j) goes, and the next one starts afresh',
  async (torn) => {
    const file = freshFile();
    const whole = `${JSON.stringify(conflict('whole'))}\n`;
    writeFileSync(file, whole + torn);
    const { record, lines } = await openRecord(file);
    expect(lines).toHaveLength(1);
    await record.append(conflict('next'));
    await record.close();
    expect(linesIn(file)).toMatchObject([{ asked: { order_id: 'whole' } }, { asked: {} }]);
  },
);

it('a line in between that cannot be read is no crash: it does not start', async () => {
  const file = freshFile();
  writeFileSync(
    file,
    `${JSON.stringify(conflict('one'))}\n{"type":\n${JSON.stringify(conflict('two'))}\n`,
  );
  await expect(startAcquirer({ record: file })).rejects.toThrow(`Line 2 of ${file} is not JSON.`);
});

it('a movement that is there twice is no record: it does not start', async () => {
  const file = freshFile();
  const line = JSON.stringify({ type: 'movement', ...askedFor(), outcome: 'succeeded' });
  writeFileSync(file, `${line}\n${line}\n`);
  await expect(startAcquirer({ record: file })).rejects.toThrow('is recorded already');
});

it('after a write that failed nothing is acknowledged any more', async () => {
  const { record } = await openRecord(freshFile());
  await record.append(conflict('one'));
  await record.close();
  await expect(record.append(conflict('two'))).rejects.toThrow();
  await expect(record.synced()).rejects.toThrow();
  await expect(record.append(conflict('three'))).rejects.toThrow();
});

it('SIGKILL under load: what was acknowledged is there, once, and the same', async () => {
  const file = freshFile();
  const args = ['--record', file, '--seed', '3', '--faults', 'declined=0.2,requires_action=0.1'];
  const sent: Asked[] = [];
  const acknowledged = new Map<string, Movement>();
  for (const round of [1, 2]) {
    const acquirer = await spawned('main.ts', args);
    const http = client(acquirer.url);
    let isOver = false;
    const customer = async () => {
      while (!isOver) {
        const charge = askedFor();
        for (const asked of [charge, another(charge, 'refund', '100'), charge]) {
          sent.push(asked);
          const answer = await http.ask(asked);
          if (answer !== 'lost') acknowledged.set(asked.id, answer[1] as Movement);
        }
      }
    };
    const customers = Array.from({ length: 16 }, customer);
    await expect.poll(() => acknowledged.size).toBeGreaterThan(round * 200);
    isOver = true;
    await acquirer.kill('SIGKILL');
    await Promise.all(customers);
    appendFileSync(file, '{"type":"movement","id":"op_0');
  }

  await using acquirer = await startAcquirer({ record: file });
  const recorded = new Map((await acquirer.movements()).map((line) => [line.id as string, line]));
  for (const movement of acknowledged.values()) {
    expect(recorded.get(movement.id)).toMatchObject(movement);
  }
  const ids = readFileSync(file, 'utf8').matchAll(/"type":"movement","id":"(op_\w{32})"/g);
  const inFile = [...ids].map(([, id]) => id);
  expect(inFile).toHaveLength(recorded.size);
  expect(new Set(inFile)).toEqual(new Set(recorded.keys()));
  // What was lost can be asked for again, and what was not is answered as it was.
  const last = sent.slice(-50);
  for (const asked of last) {
    const again = await acquirer.moved(asked);
    expect(again).toMatchObject(recorded.get(asked.id) ? { at: again.at, ...asked } : asked);
    if (acknowledged.has(asked.id)) expect(again).toEqual(acknowledged.get(asked.id));
  }
});
