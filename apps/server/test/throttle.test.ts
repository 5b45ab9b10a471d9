/** throttle.ts and shed.ts: hundreds who are refused and ask again at once, and what becomes of the others. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '@florin/core';
import type { Caller } from '@florin/db';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createShed } from '../src/shed.ts';
import { createThrottle } from '../src/throttle.ts';

describe('connections that were refused', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  const { throttledReadPerSecond: perSecond, overloadedRetrySeconds: retrySeconds } = limits;
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

  /** Which of `count` were paused, and which are read again, in their order. */
  function throttled(count: number) {
    const throttle = createThrottle();
    const [paused, resumed]: [number[], number[]] = [[], []];
    for (const n of upTo(count)) {
      throttle.pause({
        pause: () => paused.push(n) as never,
        resume: () => resumed.push(n) as never,
      });
    }
    return { throttle, paused, resumed };
  }

  it('are paused at once, and read again in their order, to the last', () => {
    const { throttle, paused, resumed } = throttled(100);
    expect(paused).toEqual(upTo(100));
    expect([throttle.paused(), resumed]).toEqual([100, []]);
    vi.advanceTimersByTime(retrySeconds * 1000);
    expect([throttle.paused(), resumed]).toEqual([0, upTo(100)]);
  });

  it.each([
    ['one', 1, 10, 1],
    ['a few, in a tenth of a second', 500, 100, perSecond / 10],
    ['as many as a second is for', perSecond, 999, perSecond - perSecond / 200],
    ['many more, before Retry-After is over', 5_000, retrySeconds * 1000 - 5, 0.995 * perSecond],
    ['many more, once it is over', 5_000, retrySeconds * 1000 + 5, 5_000],
  ])('%s of %i, after %i ms: %i', (_, count, ms, expected) => {
    const { throttle, resumed } = throttled(count);
    vi.advanceTimersByTime(ms);
    expect([resumed.length, throttle.paused()]).toEqual([expected, count - expected]);
  });

  it('later ones wait behind the earlier ones', () => {
    const { throttle, resumed } = throttled(20);
    vi.advanceTimersByTime(5);
    throttle.pause({ pause: vi.fn(), resume: () => resumed.push(20) as never });
    vi.advanceTimersByTime(retrySeconds * 1000);
    expect(resumed).toEqual(upTo(21));
  });
});

/** A server that refuses whoever says so, and answers the others after many turns, as a payment is. */
async function flooded(refused: number, served: number) {
  const turnsOfAPayment = 20;
  const told: number[] = [];
  const caller: Pick<Caller, 'merchantId'> = { merchantId: 'mer_1' };
  const shed = createShed({
    engine: { isFullFor: () => true },
    callers: { known: (who) => (who === 'refused' ? (caller as Caller) : null) },
    throttle: createThrottle(),
    metrics: { observe: ({ status }) => told.push(status), read: async () => Promise.reject() },
    log: pino({ level: 'silent' }),
  });
  const server = createServer((request, response) => {
    if (shed(request, response)) return;
    const serve = async () => {
      for (let turn = 0; turn < turnsOfAPayment; turn++) await nextTurn();
      told.push(201);
      response.writeHead(201).end();
    };
    void serve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clients = Array.from({ length: refused + served }, () => connect(port, '127.0.0.1'));
  for (const client of clients) client.setEncoding('utf8').on('error', () => {});
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  await expect.poll(connections).toBe(clients.length);
  const ask = (client: Socket, who: string) => {
    const headers = `host: x\r\nauthorization: ${who}\r\ncontent-length: 2`;
    client.write(`POST /payments/ HTTP/1.1\r\n${headers}\r\n\r\n{}`);
  };
  return {
    server,
    clients,
    told,
    connections,
    ask,
    askAll() {
      for (const [n, client] of clients.entries()) ask(client, n < refused ? 'refused' : 'served');
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

const statusOf = (client: Socket): Promise<number> =>
  new Promise((resolve) => {
    client.once('data', (text) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(`${text}`)?.[1])));
  });

const many = 300;

describe(`${many} that are refused`, () => {
  it('and ask again at once, as often as they can, are not read so often that others wait', async () => {
    await using flood = await flooded(many, 1);
    for (const client of flood.clients.slice(0, many)) {
      client.on('data', () => flood.ask(client, 'refused'));
    }
    flood.askAll();
    const served = flood.clients.at(-1) as Socket;
    expect(await statusOf(served)).toBe(201);
    const refusalsBefore = flood.told.indexOf(201);
    expect(refusalsBefore).toBeGreaterThan(0);
    expect(refusalsBefore).toBeLessThan(2 * many);
  });

  it('and ask again are all answered again', async () => {
    await using flood = await flooded(many, 0);
    const refusals = Array.from({ length: many }, () => 503);
    for (const _ of [1, 2]) {
      const answers = Promise.all(flood.clients.map(statusOf));
      flood.askAll();
      expect(await answers).toEqual(refusals);
    }
  });

  it('and go away while they wait take nothing from the others', async () => {
    await using flood = await flooded(many, 0);
    const first = Promise.all(flood.clients.map(statusOf));
    flood.askAll();
    await first;
    const [gone, others] = [flood.clients.slice(0, many / 2), flood.clients.slice(many / 2)];
    for (const client of gone) client.destroy();
    const answers = Promise.all(others.map(statusOf));
    for (const client of others) flood.ask(client, 'refused');
    expect(await answers).toEqual(others.map(() => 503));
    await expect.poll(flood.connections).toBe(others.length);
  });

  it('do not keep a server from closing', async () => {
    await using flood = await flooded(many, 1);
    const served = flood.clients.at(-1) as Socket;
    const refused = Promise.all(flood.clients.slice(0, many).map(statusOf));
    const answer = statusOf(served);
    flood.askAll();
    await refused;
    const closed = new Promise((resolve) => flood.server.close(resolve));
    flood.server.closeIdleConnections();
    expect(await answer).toBe(201);
    flood.server.closeIdleConnections();
    await closed;
  });
});
