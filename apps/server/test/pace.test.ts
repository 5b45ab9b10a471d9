/** pace.ts and shed.ts: hundreds of refusals at once, and what becomes of everybody else meanwhile. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '@florin/core';
import type { Caller } from '@florin/db';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createPace } from '../src/pace.ts';
import { createShed } from '../src/shed.ts';

describe('work that is nobody’s hurry', () => {
  /** What was done so far of `count` works that were given at once. */
  function given(count: number) {
    const done: number[] = [];
    const pace = createPace();
    for (let n = 0; n < count; n++) pace(() => done.push(n));
    return done;
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  it('is done a little in each turn, in its order, to the last', async () => {
    const turns = 5;
    const done = given((turns - 1) * limits.refusalsInTurn + 1);
    expect(done).toEqual([]);
    for (let turn = 1; turn < turns; turn++) {
      await nextTurn();
      expect(done).toEqual(upTo(turn * limits.refusalsInTurn));
    }
    await nextTurn();
    expect(done).toEqual(upTo((turns - 1) * limits.refusalsInTurn + 1));
  });

  it('is done at once, the first of it, where too much waits', () => {
    expect(given(limits.refusalsWaiting + 7)).toEqual(upTo(7));
  });
});

/** A server that refuses whoever says so, and answers the others after a few turns, as a payment is. */
async function flooded(refused: number, served: number) {
  const order: number[] = [];
  let whenTold = (): void => {};
  const caller: Pick<Caller, 'merchantId'> = { merchantId: 'mer_1' };
  const shed = createShed({
    engine: { isFullFor: () => true },
    callers: { known: (who) => (who === 'refused' ? (caller as Caller) : null) },
    metrics: {
      observe: ({ status }) => {
        order.push(status);
        whenTold();
      },
      read: async () => Promise.reject(),
    },
    log: pino({ level: 'silent' }),
  });
  const turnsOfAPayment = 5;
  const server = createServer((request, response) => {
    if (shed(request, response)) return;
    const serve = async () => {
      for (let turn = 0; turn < turnsOfAPayment; turn++) await nextTurn();
      order.push(201);
      response.writeHead(201).end();
    };
    void serve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clients = Array.from({ length: refused + served }, () => connect(port, '127.0.0.1'));
  const answers = clients.map(statusOf);
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections).toBe(clients.length);
  return {
    server,
    clients,
    answers: Promise.all(answers),
    order,
    /** All at once; then once the first of them was refused. */
    async send() {
      const first = new Promise<void>((resolve) => {
        whenTold = resolve;
      });
      for (const [n, client] of clients.entries()) {
        const who = n < refused ? 'refused' : 'served';
        const headers = `host: x\r\nauthorization: ${who}\r\ncontent-length: 2`;
        client.write(`POST /payments/ HTTP/1.1\r\n${headers}\r\n\r\n{}`);
      }
      await first;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      if (!server.listening) return;
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a client is told first; null where it is told nothing. */
function statusOf(client: Socket): Promise<number | null> {
  return new Promise((resolve) => {
    client.setEncoding('utf8');
    client.once('data', (text) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(`${text}`)?.[1])));
    client.once('close', () => resolve(null)).once('error', () => resolve(null));
  });
}

const many = 400;

describe(`${many} that are refused at once`, () => {
  it('whoever was accepted is answered before most of them', async () => {
    await using flood = await flooded(many, 1);
    await flood.send();
    const answers = await flood.answers;
    expect(answers).toEqual([...Array.from({ length: many }, () => 503), 201]);
    expect(flood.order.indexOf(201)).toBeLessThan(many / 2);
  });

  it('those who go away while they wait take nothing from the others', async () => {
    await using flood = await flooded(many, 1);
    await flood.send();
    const gone = flood.clients.slice(many / 2, many);
    for (const client of gone) client.destroy();
    const answers = await flood.answers;
    expect(answers.filter((status) => status === 503)).toHaveLength(many - gone.length);
    expect(answers.at(-1)).toBe(201);
    await expect.poll(() => flood.order.length).toBe(many + 1);
  });

  it('a server that is closed meanwhile answers all of them', async () => {
    await using flood = await flooded(many, 1);
    await flood.send();
    const closed = new Promise((resolve) => flood.server.close(resolve));
    flood.server.closeIdleConnections();
    expect(flood.order.length).toBeLessThan(many / 2);
    const answers = await flood.answers;
    expect(answers).toEqual([...Array.from({ length: many }, () => 503), 201]);
    flood.server.closeIdleConnections();
    await closed;
  });
});
