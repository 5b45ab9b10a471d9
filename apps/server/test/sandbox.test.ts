/** What every provider promises, and what the sandbox answers to each of its tokens. */
import type { Operation, OperationKind, Payment, ProviderOutcome } from '@florin/core';
import { describe, expect, it } from 'vitest';
import { createProviders } from '../src/providers/index.ts';
import type { ProviderRequest } from '../src/providers/provider.ts';
import { createSandbox, sandboxTokens } from '../src/providers/sandbox.ts';
import { testSecret } from './server.ts';

interface Asked {
  readonly kind?: OperationKind;
  readonly attempts?: number;
  readonly amount?: bigint;
  readonly paymentMethod?: string | null;
  readonly currency?: Payment['currency'];
}

function requestOf(provider: string, asked: Asked): ProviderRequest {
  const amount = asked.amount ?? 15000n;
  const payment: Payment = {
    merchantId: 'mer_1',
    id: 'pay_1',
    orderId: 'order',
    currency: asked.currency ?? 'USD',
    amount: 1_000_000n,
    authorized: 0n,
    captured: 0n,
    refunded: 0n,
    refundPending: 0n,
    status: 'PENDING',
    holdsOrder: true,
    provider,
    paymentMethod: asked.paymentMethod ?? null,
    transactionId: null,
    idempotencyKey: 'key',
    failure: null,
    nextAction: null,
    metadata: {},
    discrepancy: false,
    openOperation: null,
    expiresAt: null,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
  };
  const operation: Operation = {
    merchantId: 'mer_1',
    id: 'op_0199',
    paymentId: 'pay_1',
    kind: asked.kind ?? 'charge',
    amount,
    status: 'open',
    reference: null,
    failure: null,
    reason: null,
    idempotencyKey: 'key',
    contradiction: null,
    suspense: null,
    attempts: asked.attempts ?? 1,
    leaseUntil: 0,
    createdAt: 0,
    closedAt: null,
  };
  return { payment, operation };
}

const signal = new AbortController().signal;
const kinds = ['charge', 'authorize', 'capture', 'void', 'refund'] as const;

/** The outcome's name, and the code of a decline. */
const told = (outcome: ProviderOutcome): string =>
  outcome.outcome === 'declined' ? `declined ${outcome.failure.code}` : outcome.outcome;

describe.each([...createProviders().values()])('provider $name', (provider) => {
  it('has a name that payments can carry, and merchants that reach it', () => {
    expect(provider.name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(createProviders().get(provider.name)?.name).toBe(provider.name);
    expect(provider.modes.length).toBeGreaterThan(0);
    expect(['test', 'live']).toEqual(expect.arrayContaining([...provider.modes]));
  });

  it.each(kinds)('%s: answers what is an outcome, or rejects', async (kind) => {
    const answer = await provider.perform(requestOf(provider.name, { kind }), signal).then(
      (outcome) => outcome,
      (error: unknown) => {
        expect(error).toBeInstanceOf(Error);
        return null;
      },
    );
    if (answer === null) return;
    const shapes: Readonly<Record<ProviderOutcome['outcome'], object>> = {
      succeeded: { outcome: 'succeeded', reference: expect.toBeOneOf([expect.any(String), null]) },
      declined: {
        outcome: 'declined',
        failure: { code: expect.any(String), message: expect.any(String) },
      },
      requires_action: {
        outcome: 'requires_action',
        nextAction: { type: 'redirect', url: expect.any(String) },
      },
      unknown: { outcome: 'unknown' },
    };
    expect(answer).toEqual(shapes[answer.outcome]);
  });
});

/** By token: what each kind of operation is told, where it is not `succeeded`. */
const tokens: Readonly<Record<string, Partial<Record<OperationKind, string>>>> = {
  pm_approved: {},
  pm_declined: { charge: 'declined card_declined', authorize: 'declined card_declined' },
  pm_insufficient_funds: {
    charge: 'declined insufficient_funds',
    authorize: 'declined insufficient_funds',
  },
  pm_requires_action: { charge: 'requires_action', authorize: 'requires_action' },
  pm_unknown: { charge: 'unknown', authorize: 'unknown' },
  pm_unreachable_at_first: { charge: 'unknown', authorize: 'unknown' },
  pm_unknown_at_first: { charge: 'unknown', authorize: 'unknown' },
  pm_refund_declined: { refund: 'declined refund_declined' },
  pm_refund_unknown_at_first: { refund: 'unknown' },
  pm_void_declined: { void: 'declined void_declined' },
  pm_capture_declined: { capture: 'declined capture_declined' },
};

describe('the sandbox', () => {
  const sandbox = createSandbox();
  const ask = async (asked: Asked) => sandbox.perform(requestOf('sandbox', asked), signal);

  it('has a row here for each token', () => {
    expect([...sandboxTokens].sort()).toEqual(Object.keys(tokens).sort());
  });

  it.each(Object.entries(tokens))('%s', async (paymentMethod, script) => {
    for (const kind of kinds) {
      const first = await ask({ paymentMethod, kind });
      expect(told(first), kind).toBe(script[kind] ?? 'succeeded');
      expect(await ask({ paymentMethod, kind }), 'the same again').toEqual(first);
      const later = await ask({ paymentMethod, kind, attempts: 2 });
      const expected = paymentMethod.endsWith('_at_first') ? 'succeeded' : told(first);
      expect(told(later), `${kind} again`).toBe(expected);
    }
  });

  it.each([
    ['pm_unknown_at_first', 'charge', 'succeeded'],
    ['pm_unreachable_at_first', 'charge', null],
    ['pm_refund_unknown_at_first', 'refund', 'succeeded'],
    ['pm_requires_action', 'charge', null],
    ['pm_unknown', 'charge', null],
    [null, 'charge', null],
  ] as const)('%s: a lookup finds of a lost %s: %s', async (paymentMethod, kind, expected) => {
    const request = requestOf('sandbox', { paymentMethod, kind, attempts: 2 });
    const found = await sandbox.lookup(request, signal);
    expect(found && told(found)).toBe(expected);
  });

  it('sends the payer to the page of the operation, where this Florin is reached', async () => {
    const here = createSandbox({ publicUrl: () => 'https://pay.example' });
    const request = requestOf('sandbox', { paymentMethod: 'pm_requires_action' });
    expect(await here.perform(request, signal)).toMatchObject({
      nextAction: { url: 'https://pay.example/sandbox/payer/mer_1/op_0199' },
    });
    const nowhere = createSandbox({
      publicUrl() {
        throw new Error('Not yet.');
      },
    });
    await expect(nowhere.perform(request, signal)).rejects.toThrow('Not yet.');
  });

  it('takes reports where it has a secret', () => {
    expect(createSandbox()).not.toHaveProperty('readReport');
    expect(createSandbox({ secret: testSecret })).toHaveProperty('readReport');
  });

  it.each([
    [15000n, 'USD', 'succeeded'],
    [99n, 'USD', 'declined card_declined'],
    [2099n, 'EUR', 'declined card_declined'],
    [9900n, 'USD', 'succeeded'],
    [99n, 'JPY', 'succeeded'],
    [1990n, 'KWD', 'succeeded'],
  ] as const)('%i minor units of %s: %s', async (amount, currency, expected) => {
    expect(told(await ask({ amount, currency }))).toBe(expected);
    expect(told(await ask({ amount, currency, kind: 'authorize' }))).toBe(expected);
    expect(told(await ask({ amount, currency, kind: 'refund' }))).toBe('succeeded');
  });

  it('a token goes before the amount, and one it does not know is declined', async () => {
    expect(told(await ask({ amount: 99n, paymentMethod: 'pm_approved' }))).toBe('succeeded');
    const names = ['pm_nobody', '', '__proto__', 'toString', 'constructor'];
    for (const paymentMethod of names) {
      const outcome = told(await ask({ paymentMethod }));
      expect(outcome, paymentMethod).toBe('declined unknown_payment_method');
    }
  });

  it('tells of the moment when money has moved, before anyone hears of it', async () => {
    const moments: string[] = [];
    const watched = createSandbox({
      onAnswer: ({ operation }) => void moments.push(operation.kind),
    });
    await watched.perform(requestOf('sandbox', { kind: 'refund' }), signal);
    expect(moments).toEqual(['refund']);
  });
});
