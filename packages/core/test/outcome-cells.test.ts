/**
 * Every status with every operation, in each of its statuses, and each outcome of it: cell by cell,
 * written out by hand. Many can not come about; they are here so that none of them is overlooked.
 */
import { expect, test } from 'vitest';
import {
  type Account,
  type Operation,
  type OperationKind,
  type OperationStatus,
  operationKinds,
  type ProviderOutcome,
  type State,
  type Status,
  statuses,
} from '../src/index.ts';
import { product, rowsOf } from './cells.ts';
import {
  declined,
  given,
  operation,
  paymentIn,
  requiresAction,
  run,
  succeeded,
  told,
  unknown,
} from './given.ts';

const operationStatuses = ['open', 'requires_action', 'succeeded', 'declined'] as const;
const outcomes: readonly ProviderOutcome[] = [succeeded, declined, requiresAction, unknown];
const otherId = `op_${'e'.repeat(32)}` as const;

/** How the money was collected where the operation is of another kind. */
const collected: Readonly<Record<Status, readonly [OperationKind, OperationStatus] | null>> = {
  PENDING: null,
  REQUIRES_ACTION: ['charge', 'requires_action'],
  AUTHORIZED: ['authorize', 'succeeded'],
  SUCCESS: ['charge', 'succeeded'],
  REFUNDED: ['charge', 'succeeded'],
  FAILED: ['charge', 'declined'],
  CANCELLED: ['charge', 'requires_action'],
};

function besides(status: Status, kind: OperationKind, is: OperationStatus): readonly Operation[] {
  if (kind === 'charge' || kind === 'authorize') return [];
  if (kind === 'capture') return [operation('authorize', 'succeeded', { id: otherId })];
  const [by, was] = collected[status] ?? [];
  if (!by) return [];
  // What was charged and voided too has been in suspense ever since.
  const isDoubted = kind === 'void' && is === 'succeeded' && by === 'charge' && was === 'succeeded';
  return [operation(by, was, { id: otherId, suspense: isDoubted ? 'suspense' : null })];
}

/** A refund is of a part, and reserved for as long as it is not known. */
function stateOf(status: Status, kind: OperationKind, is: OperationStatus): State {
  const amount = kind === 'refund' ? 4_000n : 15_000n;
  const isPending = kind === 'refund' && (is === 'open' || is === 'requires_action');
  const payment = paymentIn(status, { refundPending: isPending ? amount : 0n });
  return given(payment, operation(kind, is, { amount }), ...besides(status, kind, is));
}

const letters: Readonly<Record<Account, string>> = {
  provider_receivable: 'r',
  merchant_payable: 'm',
  suspense: 's',
};

function cameOf(state: State, kind: OperationKind, outcome: ProviderOutcome): string {
  const decision = run(state, told(outcome));
  if (decision.kind === 'unchanged') return '.';
  if (decision.kind !== 'applied') return decision.kind;
  const { payment, event, postings } = decision;
  expect(event.type).toBe(`${kind}.${payment.discrepancy ? 'discrepancy' : outcome.outcome}`);
  const isSame = payment.status === state.payment?.status;
  if (payment.discrepancy) expect(isSame).toBe(true);
  const posted = postings.map(({ debit, credit }) => letters[debit] + letters[credit]);
  return [payment.discrepancy ? '!' : isSame ? 'same' : payment.status, ...posted].join(' ');
}

/**
 * `.` changes nothing; `same`: the status stays; `!`: it stays, and the payment is flagged. Then what
 * is debited and credited: `r` provider_receivable, `m` merchant_payable, `s` suspense.
 */
const table = rowsOf(`
# status          operation  which was        succeeded   declined  requires_action  unknown
PENDING           charge     open             SUCCESS rm  FAILED  REQUIRES_ACTION  .
PENDING           charge     requires_action  SUCCESS rm  FAILED  .                .
PENDING           charge     succeeded        .           ! ms    .                .
PENDING           charge     declined         ! rs        .       .                .
PENDING           authorize  open             AUTHORIZED  FAILED  REQUIRES_ACTION  .
PENDING           authorize  requires_action  AUTHORIZED  FAILED  .                .
PENDING           authorize  succeeded        .           !       .                .
PENDING           authorize  declined         !           .       .                .
PENDING           capture    open             ! rs        same    .                .
PENDING           capture    requires_action  ! rs        same    .                .
PENDING           capture    succeeded        .           ! ms    .                .
PENDING           capture    declined         ! rs        .       .                .
PENDING           void       open             CANCELLED   same    .                .
PENDING           void       requires_action  CANCELLED   same    .                .
PENDING           void       succeeded        .           !       .                .
PENDING           void       declined         !           .       .                .
PENDING           refund     open             ! sr        same    .                .
PENDING           refund     requires_action  ! sr        same    .                .
PENDING           refund     succeeded        .           ! sm    .                .
PENDING           refund     declined         ! sr        .       .                .

REQUIRES_ACTION   charge     open             SUCCESS rm  FAILED  .                .
REQUIRES_ACTION   charge     requires_action  SUCCESS rm  FAILED  .                .
REQUIRES_ACTION   charge     succeeded        .           ! ms    .                .
REQUIRES_ACTION   charge     declined         ! rs        .       .                .
REQUIRES_ACTION   authorize  open             AUTHORIZED  FAILED  .                .
REQUIRES_ACTION   authorize  requires_action  AUTHORIZED  FAILED  .                .
REQUIRES_ACTION   authorize  succeeded        .           !       .                .
REQUIRES_ACTION   authorize  declined         !           .       .                .
REQUIRES_ACTION   capture    open             ! rs        same    .                .
REQUIRES_ACTION   capture    requires_action  ! rs        same    .                .
REQUIRES_ACTION   capture    succeeded        .           ! ms    .                .
REQUIRES_ACTION   capture    declined         ! rs        .       .                .
REQUIRES_ACTION   void       open             CANCELLED   same    .                .
REQUIRES_ACTION   void       requires_action  CANCELLED   same    .                .
REQUIRES_ACTION   void       succeeded        .           !       .                .
REQUIRES_ACTION   void       declined         !           .       .                .
REQUIRES_ACTION   refund     open             ! sr        same    .                .
REQUIRES_ACTION   refund     requires_action  ! sr        same    .                .
REQUIRES_ACTION   refund     succeeded        .           ! sm    .                .
REQUIRES_ACTION   refund     declined         ! sr        .       .                .

AUTHORIZED        charge     open             ! rs        same    .                .
AUTHORIZED        charge     requires_action  ! rs        same    .                .
AUTHORIZED        charge     succeeded        .           ! ms    .                .
AUTHORIZED        charge     declined         ! rs        .       .                .
AUTHORIZED        authorize  open             same        same    .                .
AUTHORIZED        authorize  requires_action  same        same    .                .
AUTHORIZED        authorize  succeeded        .           !       .                .
AUTHORIZED        authorize  declined         !           .       .                .
AUTHORIZED        capture    open             SUCCESS rm  same    .                .
AUTHORIZED        capture    requires_action  SUCCESS rm  same    .                .
AUTHORIZED        capture    succeeded        .           ! ms    .                .
AUTHORIZED        capture    declined         ! rs        .       .                .
AUTHORIZED        void       open             CANCELLED   same    .                .
AUTHORIZED        void       requires_action  CANCELLED   same    .                .
AUTHORIZED        void       succeeded        .           !       .                .
AUTHORIZED        void       declined         !           .       .                .
AUTHORIZED        refund     open             ! sr        same    .                .
AUTHORIZED        refund     requires_action  ! sr        same    .                .
AUTHORIZED        refund     succeeded        .           ! sm    .                .
AUTHORIZED        refund     declined         ! sr        .       .                .

SUCCESS           charge     open             ! rs        same    .                .
SUCCESS           charge     requires_action  ! rs        same    .                .
SUCCESS           charge     succeeded        .           ! ms    .                .
SUCCESS           charge     declined         ! rs        .       .                .
SUCCESS           authorize  open             same        same    .                .
SUCCESS           authorize  requires_action  same        same    .                .
SUCCESS           authorize  succeeded        .           !       .                .
SUCCESS           authorize  declined         !           .       .                .
SUCCESS           capture    open             ! rs        same    .                .
SUCCESS           capture    requires_action  ! rs        same    .                .
SUCCESS           capture    succeeded        .           ! ms    .                .
SUCCESS           capture    declined         ! rs        .       .                .
SUCCESS           void       open             ! ms        same    .                .
SUCCESS           void       requires_action  ! ms        same    .                .
SUCCESS           void       succeeded        .           !       .                .
SUCCESS           void       declined         ! ms        .       .                .
SUCCESS           refund     open             same mr     same    .                .
SUCCESS           refund     requires_action  same mr     same    .                .
SUCCESS           refund     succeeded        .           ! sm    .                .
SUCCESS           refund     declined         ! sr        .       .                .

REFUNDED          charge     open             ! rs        same    .                .
REFUNDED          charge     requires_action  ! rs        same    .                .
REFUNDED          charge     succeeded        .           ! ms    .                .
REFUNDED          charge     declined         ! rs        .       .                .
REFUNDED          authorize  open             same        same    .                .
REFUNDED          authorize  requires_action  same        same    .                .
REFUNDED          authorize  succeeded        .           !       .                .
REFUNDED          authorize  declined         !           .       .                .
REFUNDED          capture    open             ! rs        same    .                .
REFUNDED          capture    requires_action  ! rs        same    .                .
REFUNDED          capture    succeeded        .           ! ms    .                .
REFUNDED          capture    declined         ! rs        .       .                .
REFUNDED          void       open             ! ms        same    .                .
REFUNDED          void       requires_action  ! ms        same    .                .
REFUNDED          void       succeeded        .           !       .                .
REFUNDED          void       declined         ! ms        .       .                .
REFUNDED          refund     open             ! sr        same    .                .
REFUNDED          refund     requires_action  ! sr        same    .                .
REFUNDED          refund     succeeded        .           ! sm    .                .
REFUNDED          refund     declined         ! sr        .       .                .

FAILED            charge     open             ! rs        same    .                .
FAILED            charge     requires_action  ! rs        same    .                .
FAILED            charge     succeeded        .           ! ms    .                .
FAILED            charge     declined         ! rs        .       .                .
FAILED            authorize  open             same        same    .                .
FAILED            authorize  requires_action  same        same    .                .
FAILED            authorize  succeeded        .           !       .                .
FAILED            authorize  declined         !           .       .                .
FAILED            capture    open             ! rs        same    .                .
FAILED            capture    requires_action  ! rs        same    .                .
FAILED            capture    succeeded        .           ! ms    .                .
FAILED            capture    declined         ! rs        .       .                .
FAILED            void       open             same        same    .                .
FAILED            void       requires_action  same        same    .                .
FAILED            void       succeeded        .           !       .                .
FAILED            void       declined         !           .       .                .
FAILED            refund     open             ! sr        same    .                .
FAILED            refund     requires_action  ! sr        same    .                .
FAILED            refund     succeeded        .           ! sm    .                .
FAILED            refund     declined         ! sr        .       .                .

CANCELLED         charge     open             ! rs        same    .                .
CANCELLED         charge     requires_action  ! rs        same    .                .
CANCELLED         charge     succeeded        .           ! ms    .                .
CANCELLED         charge     declined         ! rs        .       .                .
CANCELLED         authorize  open             same        same    .                .
CANCELLED         authorize  requires_action  same        same    .                .
CANCELLED         authorize  succeeded        .           !       .                .
CANCELLED         authorize  declined         !           .       .                .
CANCELLED         capture    open             ! rs        same    .                .
CANCELLED         capture    requires_action  ! rs        same    .                .
CANCELLED         capture    succeeded        .           ! ms    .                .
CANCELLED         capture    declined         ! rs        .       .                .
CANCELLED         void       open             same        same    .                .
CANCELLED         void       requires_action  same        same    .                .
CANCELLED         void       succeeded        .           !       .                .
CANCELLED         void       declined         !           .       .                .
CANCELLED         refund     open             ! sr        same    .                .
CANCELLED         refund     requires_action  ! sr        same    .                .
CANCELLED         refund     succeeded        .           ! sm    .                .
CANCELLED         refund     declined         ! sr        .       .                .
`);

test.each(table)('%s: %s, %s', (...row) => {
  const [statusName, kindName, isName, ...expected] = row;
  const status = statuses.find((one) => one === statusName);
  const kind = operationKinds.find((one) => one === kindName);
  const is = operationStatuses.find((one) => one === isName);
  if (!status || !kind || !is) throw new Error(`no cell ${row.join(' ')}`);
  const came = outcomes.map((outcome) => cameOf(stateOf(status, kind, is), kind, outcome));
  expect(came).toStrictEqual(expected);
});

test('the rows above are all there are, and whole', () => {
  const cells = table.map(([status, kind, is]) => `${status} ${kind} ${is}`);
  expect(cells).toStrictEqual(product(statuses, operationKinds, operationStatuses));
  expect(table.every(({ length }) => length === 3 + outcomes.length)).toBe(true);
});
