/** What is in doubt, and its three lines in the ledger. */
import { describe, expect, test } from 'vitest';
import {
  type Account,
  accounts,
  isInDoubt,
  type Operation,
  type OperationKind,
  type Posting,
  postingsIntoSuspense,
  postingsOf,
  postingsOutOfSuspense,
  type SettlingAccount,
  settlingAccounts,
  suspend,
} from '../src/index.ts';
import { merchantId, now, operation, operationId, paymentId, paymentIn } from './given.ts';

const payment = paymentIn('SUCCESS', { currency: 'KWD' });
const moved = (kind: OperationKind) => operation(kind, 'succeeded', { amount: 1_234n });
const otherId = `op_${'e'.repeat(32)}` as const;

type Entry = readonly [debit: Account, credit: Account] | null;
const into = (kind: OperationKind) => postingsIntoSuspense(payment, moved(kind), now);
const out = (kind: OperationKind, account: SettlingAccount) =>
  postingsOutOfSuspense(payment, moved(kind), account, now);

describe('into suspense and out of it', () => {
  type Row = readonly [OperationKind, Entry, Entry, Entry];
  const fromCharge: readonly [Entry, Entry, Entry] = [
    ['merchant_payable', 'suspense'],
    ['suspense', 'merchant_payable'],
    ['suspense', 'provider_receivable'],
  ];
  const rows: readonly Row[] = [
    // operation, line 2, line 3 where it stands, line 3 where it was made undone
    ['charge', ...fromCharge],
    ['authorize', null, null, null],
    ['capture', ...fromCharge],
    ['void', null, null, null],
    [
      'refund',
      ['suspense', 'merchant_payable'],
      ['merchant_payable', 'suspense'],
      ['provider_receivable', 'suspense'],
    ],
  ];
  const posted = (line: number, entry: Entry): readonly Posting[] =>
    entry === null
      ? []
      : [
          {
            merchantId,
            operationId,
            line,
            paymentId,
            debit: entry[0],
            credit: entry[1],
            amount: 1_234n,
            currency: 'KWD',
            createdAt: now,
          },
        ];
  test.each(rows)('%s', (kind, second, stands, undone) => {
    expect(into(kind)).toStrictEqual(posted(2, second));
    expect(out(kind, 'merchant_payable')).toStrictEqual(posted(3, stands));
    expect(out(kind, 'provider_receivable')).toStrictEqual(posted(3, undone));
  });

  test('both accounts are all there are to settle in', () => {
    expect([...settlingAccounts, 'suspense'].sort()).toStrictEqual([...accounts].sort());
  });
});

describe.each(['charge', 'capture', 'refund'] as const)('the sums of a %s', (kind) => {
  const sums = (...postings: readonly (readonly Posting[])[]) => {
    const all = postings.flat();
    return accounts.map((account) =>
      all.reduce((sum, { debit, credit, amount }) => {
        return sum + (debit === account ? amount : 0n) - (credit === account ? amount : 0n);
      }, 0n),
    );
  };
  const booked = postingsOf(payment, moved(kind), false, now);
  const doubted = postingsOf(payment, moved(kind), true, now);
  const sign = kind === 'refund' ? -1n : 1n;

  test('in suspense: the same, at once or later', () => {
    expect(sums(doubted)).toStrictEqual([sign * 1_234n, 0n, sign * -1_234n]);
    expect(sums(booked, into(kind))).toStrictEqual(sums(doubted));
  });

  test('where it stands: as if it had never been in doubt', () => {
    const stands = out(kind, 'merchant_payable');
    expect(sums(booked)).toStrictEqual([sign * 1_234n, sign * -1_234n, 0n]);
    expect(sums(booked, into(kind), stands)).toStrictEqual(sums(booked));
    expect(sums(doubted, stands)).toStrictEqual(sums(booked));
  });

  test('where it was made undone: nothing', () => {
    const undone = out(kind, 'provider_receivable');
    expect(sums(booked, into(kind), undone)).toStrictEqual([0n, 0n, 0n]);
    expect(sums(doubted, undone)).toStrictEqual([0n, 0n, 0n]);
  });
});

describe('what is in doubt', () => {
  const both = { contradiction: 'declined' } as const;
  const after = { contradiction: 'succeeded' } as const;
  const voided = operation('void', 'succeeded', { id: otherId });
  const voidedAfter = operation('void', 'declined', { id: otherId, ...after });
  const notVoided = operation('void', 'declined', { id: otherId });
  const takenBack = operation('void', 'succeeded', { id: otherId, ...both });
  type Row = readonly [string, Operation, Operation | null, boolean];
  const rows: readonly Row[] = [
    // what it is, the operation, another one, whether it is in doubt
    ...(['charge', 'capture'] as const).flatMap((kind): readonly Row[] => [
      [`a ${kind}`, operation(kind, 'succeeded'), null, false],
      [`a ${kind}, declined after it`, operation(kind, 'succeeded', both), null, true],
      [`a ${kind}, declined before it`, operation(kind, 'declined', after), null, true],
      [`a ${kind}, voided`, operation(kind, 'succeeded'), voided, true],
      [`a ${kind}, voided after all`, operation(kind, 'succeeded'), voidedAfter, true],
      [`a ${kind}, voided and not voided`, operation(kind, 'succeeded'), takenBack, true],
      [`a ${kind}, not voided`, operation(kind, 'succeeded'), notVoided, false],
      [`a ${kind}, a void open`, operation(kind, 'succeeded'), operation('void'), false],
      [`a declined ${kind}, voided`, operation(kind, 'declined'), voided, false],
      [`an open ${kind}, voided`, operation(kind), voided, false],
    ]),
    ['a refund', operation('refund', 'succeeded'), null, false],
    ['a refund, declined after it', operation('refund', 'succeeded', both), null, true],
    ['a refund, declined before it', operation('refund', 'declined', after), null, true],
    [
      'a refund, voided: that gives no refund back',
      operation('refund', 'succeeded'),
      voided,
      false,
    ],
    ['an authorization: it moves nothing', operation('authorize', 'succeeded', both), null, false],
    ['an authorization, voided', operation('authorize', 'succeeded'), voided, false],
    ['a void', takenBack, null, false],
  ];
  test.each(rows)('%s', (_, one, other, expected) => {
    expect(isInDoubt(one, other ? [one, other] : [one])).toBe(expected);
  });

  test('is moved once: what was moved, or settled, stays', () => {
    const charge = operation('charge', 'succeeded');
    const { suspended, postings } = suspend(payment, [charge, voided], now);
    expect(suspended).toStrictEqual([{ ...charge, suspense: 'suspense' }]);
    expect(postings).toMatchObject([{ operationId, line: 2, amount: 15_000n, paymentId }]);
    for (const suspense of accounts) {
      const moved = { ...charge, suspense };
      expect(suspend(payment, [moved, voided], now)).toStrictEqual({ suspended: [], postings: [] });
    }
  });
});
