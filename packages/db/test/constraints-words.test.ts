/** Every word that the rules have is one that the database takes, and no other is. */
import { accounts, operationKinds, scopes, statuses } from '@florin/core';
import { check, constraintRows, type Row } from './constraint-rows.ts';
import {
  apiKey,
  at,
  merchant,
  operation,
  payment,
  posting,
  type Statement,
  succeeded,
} from './raw.ts';
import { applied, dead, providerReport } from './raw-others.ts';

const failure = '{"code":"card_declined","message":"Declined."}';
const next_action = '{"type":"redirect","url":"https://bank.example"}';
/** What a payment has in these statuses only. */
const shapes: Readonly<Record<string, object>> = {
  FAILED: { failure },
  REQUIRES_ACTION: { next_action },
};
const operationShapes = {
  open: {},
  requires_action: { lease_until: null },
  succeeded,
  declined: { ...succeeded, closed_at: at },
} as const;

const each = (
  words: readonly string[],
  of: (word: string) => Statement,
  other = 'another',
): readonly Row[] => words.map((word) => [word, check, of(other), of(word)]);
const not = (word: string): string => accounts.find((account) => account !== word) ?? '';

constraintRows({
  "a payment's status": each(statuses, (status) => payment({ status, ...shapes[status] })),
  'what a payment waits for': each(operationKinds, (it) => payment({ open_operation: it })),
  'kinds of operations': each(operationKinds, (kind) => operation({ kind })),
  "an operation's status": Object.entries(operationShapes).map(([status, shape]) => [
    status,
    check,
    operation({ ...shape, status: 'another' }),
    operation({ ...shape, status }),
  ]),
  'where a movement in doubt stands': each(accounts, (suspense) => operation({ suspense })),
  debited: each(accounts, (debit) => posting({ debit, credit: not(debit) })),
  credited: each(accounts, (credit) => posting({ credit, debit: not(credit) })),
  "a report's status": [
    ['waiting', check, providerReport({ status: 'another' }), providerReport()],
    ['applied', check, providerReport({ ...applied, status: 'Applied' }), providerReport(applied)],
    ['dead', check, providerReport({ ...dead, status: 'Dead' }), providerReport(dead)],
  ],
  modes: each(['test', 'live'], (mode) => merchant({ mode })),
  scopes: [
    ...scopes.map(
      (scope): Row => [
        scope,
        check,
        apiKey({ scopes: ['another', scope] }),
        apiKey({ scopes: [scope] }),
      ],
    ),
    ['none', check, apiKey({ scopes: [] }), apiKey({ scopes })],
  ],
});
