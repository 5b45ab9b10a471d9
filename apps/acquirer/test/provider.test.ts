/** The provider `acquirer` against a real acquirer: what Florin is told, and what it must not be told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultChange } from '../src/faults.ts';
import { createAcquirer } from '../src/provider.ts';
import type { Asked } from '../src/wire.ts';
import {
  another,
  askedFor,
  requestFor,
  startAcquirer,
  type TestAcquirer,
  testSecret,
} from './given.ts';

let acquirer: TestAcquirer;
let provider: ReturnType<typeof createAcquirer>;
beforeAll(async () => {
  acquirer = await startAcquirer();
  provider = createAcquirer({ url: acquirer.url, secret: testSecret });
});
beforeEach(() => acquirer.misbehave({}));
afterAll(() => acquirer[Symbol.asyncDispose]());

const never = new AbortController().signal;
const perform = (asked: Asked) => provider.perform(requestFor(asked), never);
const lookup = (asked: Asked) => provider.lookup(requestFor(asked), never);

it('is reached by test merchants only', () => {
  expect(provider).toMatchObject({ name: 'acquirer', modes: ['test'] });
});

describe('what it is told', () => {
  it.each<[FaultChange, object]>([
    [{}, { outcome: 'succeeded', reference: expect.stringMatching(/^acq_/) }],
    [{ declined: 1 }, { outcome: 'declined', failure: { code: 'card_declined' } }],
    [{ requires_action: 1 }, { outcome: 'requires_action', nextAction: { type: 'redirect' } }],
    [{ slow: 1, slow_ms: 20 }, { outcome: 'succeeded' }],
  ])('%j: %j, by asking, by asking again and by a look-up', async (faults, outcome) => {
    const asked = askedFor();
    await acquirer.misbehave(faults);
    expect(await lookup(asked)).toBeNull();
    expect(await perform(asked)).toMatchObject(outcome);
    await acquirer.misbehave({});
    expect(await perform(asked)).toMatchObject(outcome);
    expect(await lookup(asked)).toMatchObject(outcome);
  });

  it('operations of each kind', async () => {
    const authorize = askedFor({ kind: 'authorize' });
    const voided = askedFor({ kind: 'authorize' });
    for (const asked of [
      authorize,
      another(authorize, 'capture', '100'),
      another(authorize, 'refund', '100'),
      voided,
      another(voided, 'void', voided.amount),
    ]) {
      expect(await perform(asked)).toMatchObject({ outcome: 'succeeded' });
    }
    expect(await perform(another(authorize, 'refund', '1'))).toMatchObject({
      outcome: 'declined',
      failure: { code: 'refund_exceeds_captured' },
    });
  });
});

describe('what is not known is thrown, and is never an outcome', () => {
  it.each<[FaultChange, 'moved' | 'nothing']>([
    [{ dropped_before: 1 }, 'nothing'],
    [{ dropped_after: 1 }, 'moved'],
    [{ failed_after: 1 }, 'moved'],
    [{ down: 1, down_ms: 50 }, 'nothing'],
  ])('%j', async (faults, record) => {
    const asked = askedFor();
    await acquirer.misbehave(faults);
    await expect(perform(asked)).rejects.toThrow();
    await expect(lookup(asked)).rejects.toThrow();
    await acquirer.misbehave({});
    const found = await lookup(asked);
    if (record === 'nothing') expect(found).toBeNull();
    else expect(found).toMatchObject({ outcome: 'succeeded' });
  });

  it('slower than it has patience', async () => {
    await acquirer.misbehave({ slow: 1, slow_ms: 60_000 });
    const asked = requestFor(askedFor());
    await expect(provider.perform(asked, AbortSignal.timeout(50))).rejects.toThrow('timeout');
    await expect(provider.lookup(asked, AbortSignal.timeout(50))).rejects.toThrow('timeout');
    await acquirer.misbehave({});
  });

  it('answered twice: an answer is never taken for that of another operation', async () => {
    await acquirer.misbehave({ answered_twice: 1 });
    const refused: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const asked = askedFor();
      const outcome = await perform(asked).catch((error: Error) => error);
      if (outcome instanceof Error) refused.push(outcome.message);
      else expect(outcome).toMatchObject({ reference: `acq_${asked.id.slice('op_'.length)}` });
    }
    await acquirer.misbehave({});
    expect(refused).toContainEqual(expect.stringMatching(/was asked for op_\w+, and answered op_/));
  });

  const told = askedFor();
  const movement = { ...told, at: '2026-11-23T09:30:00Z', outcome: 'succeeded', reference: 'r' };
  it.each<[string, number, string, string]>([
    [
      'about another operation',
      200,
      JSON.stringify({ ...movement, id: askedFor().id }),
      'answered',
    ],
    ['of another amount', 200, JSON.stringify({ ...movement, amount: '1' }), 'ONE OPERATION ID'],
    ['an outcome that there is not', 200, JSON.stringify({ ...movement, outcome: 'paid' }), ''],
    ['no JSON', 200, '<html>', 'without JSON'],
    ['a proxy’s 404', 404, '<html>', 'without JSON'],
    ['a 404 in other words', 404, '{"error": "no_route", "message": ""}', '404'],
    [
      'that it knows nothing of another operation',
      404,
      JSON.stringify({ error: 'not_found', message: '', id: askedFor().id }),
      '404 not_found',
    ],
    [
      'that it knows nothing of who knows what',
      404,
      '{"error": "not_found", "message": ""}',
      '404',
    ],
    ['a 400', 400, '{"error": "invalid_request", "message": ""}', '400'],
    ['a 502', 502, '{}', '502'],
  ])('%s', async (_, status, body, message) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const misled = createAcquirer({ url: `http://127.0.0.1:${port}`, secret: testSecret });
    await expect(misled.perform(requestFor(told), never)).rejects.toThrow(message);
    await expect(misled.lookup(requestFor(told), never)).rejects.toThrow(message);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

it.each([{ amount: '15001' }, { kind: 'authorize' as const }, { order_id: 'another' }])(
  'an id that was used for something else is loud: %j',
  async (other) => {
    const asked = askedFor();
    await perform(asked);
    const loud = `ONE OPERATION ID, TWO OPERATIONS: ${asked.id} is a`;
    await expect(perform({ ...asked, ...other })).rejects.toThrow(loud);
    await expect(lookup({ ...asked, ...other })).rejects.toThrow(loud);
  },
);

it('reports: what is not signed with its secret is refused', () => {
  const other = createAcquirer({
    url: acquirer.url,
    secret: `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`,
  });
  const body = new TextEncoder().encode('{}').buffer;
  for (const one of [provider, other]) {
    expect(() => one.readReport?.(new Headers(), body)).toThrow('Sign the report');
  }
});
