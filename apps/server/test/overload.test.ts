/** More commands than may be in hand: those beyond are turned away at once, those within are all done. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits, type MerchantId } from '@florin/core';
import type { Caller } from '@florin/db';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShed } from '../src/shed.ts';
import { type Answer, creation, type Http } from './http.ts';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
  // From now on the server knows whose key it is.
  await http.get('/payments/');
});
afterAll(() => florin[Symbol.asyncDispose]());

/** Sent at once; `answered` is filled as the answers come. */
function flood(count: number) {
  const answered: Answer[] = [];
  const sent = Array.from({ length: count }, () => creation());
  const all = sent.map(async (body) => {
    const answer = await http.post('/payments/', body);
    answered.push(answer);
    return answer;
  });
  return { answered, all: Promise.all(all), sent };
}

describe('while no commit gets through', () => {
  it('commands beyond what may be in hand are refused at once, reads are not, and the others are all done', async () => {
    const beyond = 40;
    const most = limits.commandsInHand;
    const { sql } = florin.db.owner;
    let flooded: ReturnType<typeof flood> | undefined;
    await sql.begin(async (tx) => {
      await tx`lock table payments in share row exclusive mode`;
      flooded = flood(most + beyond);
      const { answered } = flooded;
      await expect.poll(() => answered.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(beyond);
      for (const { status, problem, headers } of answered) {
        expect([status, problem.code]).toEqual([503, 'unavailable']);
        expect(headers.get('retry-after')).toBe(String(limits.overloadedRetrySeconds));
      }
      expect((await http.get('/payments/')).status).toBe(200);
    });
    const answers = (await flooded?.all) ?? [];
    const done = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 503);
    expect(done.length + refused.length).toBe(most + beyond);
    expect(done.length).toBeGreaterThanOrEqual(most);
    const [kept] = await sql`select count(*)::int as payments from payments`;
    expect(kept?.['payments']).toBe(done.length);
  });
});

describe('before anything is made of a request', () => {
  const [full, free] = ['mer_full', 'mer_free'] as const satisfies readonly MerchantId[];
  const keys: Readonly<Record<string, MerchantId>> = { 'Bearer full': full, 'Bearer free': free };
  const told: number[] = [];
  const paused: unknown[] = [];
  const shed = createShed({
    engine: { isFullFor: (merchantId) => merchantId === full },
    callers: {
      known: (authorization = '') => {
        const merchantId = keys[authorization];
        return merchantId === undefined ? null : ({ merchantId } as Caller);
      },
    },
    throttle: { pause: (connection) => paused.push(connection) },
    metrics: { observe: ({ status }) => told.push(status), read: async () => Promise.reject() },
    log: pino({ level: 'silent' }),
  });
  const response = { writeHead: () => response, end: () => response } as unknown as ServerResponse;
  const socket = new Socket();
  const isShed = (method: string, url: string, headers: IncomingMessage['headers']) =>
    shed({ method, url, headers, socket } as IncomingMessage, response);

  it.each([
    ['a creation', 'POST', '/payments/', 'Bearer full', true],
    ['a refund', 'POST', '/payments/pay_1/refund/', 'Bearer full', true],
    ['a status report', 'PATCH', '/payments/pay_1/', 'Bearer full', true],
    ['who has room', 'POST', '/payments/', 'Bearer free', false],
    ['whose key is not known', 'POST', '/payments/', 'Bearer other', false],
    ['a read', 'GET', '/payments/', 'Bearer full', false],
    ['a look at the headers alone', 'HEAD', '/payments/', 'Bearer full', false],
    ['a method that is none of ours', 'OPTIONS', '/payments/', 'Bearer full', false],
    ["a provider's report", 'POST', '/providers/sandbox/reports/', 'Bearer full', false],
    ['tRPC, where calls ride together', 'POST', '/trpc/payments.create', 'Bearer full', false],
  ])('%s: %s %s, %s: %s', async (_, method, url, authorization, expected) => {
    for (const list of [told, paused]) list.length = 0;
    expect(isShed(method, url, { authorization })).toBe(expected);
    expect(told).toEqual(expected ? [503] : []);
    await nextTurn();
    expect(paused).toEqual(expected ? [socket] : []);
  });

  it.each([
    ['as large as may be', { 'content-length': `${limits.restBodyBytes}` }, true],
    ['too large', { 'content-length': `${limits.restBodyBytes + 1}` }, false],
    ['of no length', { 'transfer-encoding': 'chunked' }, false],
  ])('a body %s', (_, headers, expected) => {
    const sent = { authorization: 'Bearer full', ...headers };
    expect(isShed('POST', '/payments/', sent)).toBe(expected);
  });
});
