/**
 * The database refuses by itself what the rules forbid: no code of ours stands between these rows
 * and the tables. Each refusal has a legal twin, so that it is refused for the reason that it names.
 */
import { randomUUID } from 'node:crypto';
import {
  check,
  constraintRows,
  foreignKey,
  long,
  notNull,
  type Row,
  type Rules,
  unique,
} from './constraint-rows.ts';
import {
  apiKey,
  at,
  charge,
  event,
  foreign,
  foreignCharge,
  keyUse,
  merchant,
  merchantId,
  operation,
  otherMerchantId,
  paid,
  payment,
  posting,
  succeeded,
  update,
} from './raw.ts';

const failure = '{"code":"card_declined","message":"Declined."}';
const nextAction = '{"type":"redirect","url":"https://bank.example"}';

const rules: Rules = {
  'one key, one effect': [
    ['a key twice', unique, keyUse({ key: 'key-1' }), keyUse({ key: 'key-2' })],
    [
      "another merchant's key is another key",
      unique,
      [keyUse({ merchant_id: otherMerchantId }), keyUse({ merchant_id: otherMerchantId })],
      [keyUse({ merchant_id: otherMerchantId }), keyUse()],
    ],
    ['an empty key', check, keyUse({ key: '' }), keyUse({ key: ' ' })],
    ['a key over 255', check, keyUse({ key: long(256) }), keyUse({ key: long(255) })],
    ['version 0', check, keyUse({ version: 0 }), keyUse({ version: 1 })],
    ['no request', notNull, keyUse({ request: null }), keyUse()],
  ],
  'one successful payment per order': [
    [
      'a second holder, inserted',
      unique,
      payment({ holds_order: true }),
      payment({ holds_order: false }),
    ],
    [
      'a second holder, by update',
      unique,
      [payment({ id: foreign }), update('payments', foreign, { holds_order: true })],
      [
        payment({ id: foreign }),
        update('payments', paid, { holds_order: false }),
        update('payments', foreign, { holds_order: true }),
      ],
    ],
    [
      'orders are told apart by every character',
      unique,
      payment({ holds_order: true, order_id: 'order-1' }),
      [
        payment({ holds_order: true, order_id: 'order-1 ' }),
        payment({ holds_order: true, order_id: 'ORDER-1' }),
        payment({ holds_order: true, order_id: 'order-1', merchant_id: otherMerchantId }),
      ],
    ],
  ],
  'amounts: refunded + refund pending <= captured <= authorized <= amount': [
    [
      'captured > authorized',
      check,
      payment({ captured: 91, authorized: 90 }),
      payment({ captured: 90, authorized: 90 }),
    ],
    [
      'captured > authorized, by update',
      check,
      update('payments', paid, { captured: 91 }),
      update('payments', paid, { captured: 90 }),
    ],
    [
      'authorized > amount',
      check,
      payment({ authorized: 101 }),
      payment({ authorized: 100, captured: 100 }),
    ],
    ['refunded > captured', check, payment({ refunded: 71 }), payment({ refunded: 70 })],
    ['pending > captured', check, payment({ refund_pending: 41 }), payment({ refund_pending: 40 })],
    [
      'refunded and pending > captured, by update',
      check,
      update('payments', paid, { refunded: 60, refund_pending: 21 }),
      update('payments', paid, { refunded: 60, refund_pending: 20 }),
    ],
    ['refunded < 0', check, payment({ refunded: -1 }), payment({ refunded: 0 })],
    [
      'a negative refund that would hide a large one',
      check,
      payment({ refunded: 81, refund_pending: -1 }),
      payment({ refunded: 80, refund_pending: 0 }),
    ],
    [
      'captured < 0',
      check,
      payment({ captured: -1, refunded: 0, refund_pending: 0 }),
      payment({ captured: 0, refunded: 0, refund_pending: 0 }),
    ],
    [
      'amount 0',
      check,
      payment({ amount: 0, authorized: 0, captured: 0, refunded: 0, refund_pending: 0 }),
      payment({ amount: 1, authorized: 0, captured: 0, refunded: 0, refund_pending: 0 }),
    ],
    ['amount < 0', check, payment({ amount: -100 }), payment()],
    [
      'an amount beyond 64 bits',
      '22003',
      payment({ amount: '9223372036854775808' }),
      payment({ amount: '9223372036854775807' }),
    ],
    ["an operation's amount 0", check, operation({ amount: 0 }), operation({ amount: 1 })],
    ["an operation's amount < 0", check, operation({ amount: -1 }), operation({ amount: 1 })],
  ],
  'one open movement per payment': [
    ...(['charge', 'authorize', 'capture', 'void'] as const).map(
      (kind): Row => [
        `a second open one beside an open ${kind}`,
        unique,
        [operation({ kind }), operation({ kind: 'void' })],
        [operation({ kind }), operation({ kind: 'void', ...succeeded })],
      ],
    ),
    [
      'open refunds are not counted',
      unique,
      [operation({ kind: 'refund' }), operation(), operation()],
      [operation({ kind: 'refund' }), operation({ kind: 'refund' }), operation()],
    ],
    [
      'a second one opened again by update',
      unique,
      [
        operation(),
        update('operations', charge, { status: 'open', lease_until: at, closed_at: null }),
      ],
      update('operations', charge, { status: 'open', lease_until: at, closed_at: null }),
    ],
    [
      'open without a lease',
      check,
      operation({ lease_until: null }),
      operation({ lease_until: at }),
    ],
    [
      'a lease on what is not open',
      check,
      operation({ ...succeeded, lease_until: at }),
      operation(succeeded),
    ],
    ['open and closed', check, operation({ closed_at: at }), operation()],
    [
      'declined, not closed',
      check,
      operation({ status: 'declined', lease_until: null }),
      operation({ status: 'declined', lease_until: null, closed_at: at }),
    ],
    [
      'requires_action, closed',
      check,
      operation({ ...succeeded, status: 'requires_action' }),
      operation({ status: 'requires_action', lease_until: null }),
    ],
    ['no attempt', check, operation({ attempts: 0 }), operation({ attempts: 1 })],
  ],
  'statuses and texts': [
    [
      'an unknown status',
      check,
      payment({ status: 'PAID' }),
      payment({ status: 'AUTHORIZED', captured: 0, refunded: 0, refund_pending: 0 }),
    ],
    ['a status in lower case', check, payment({ status: 'success' }), payment()],
    ['FAILED without failure', check, payment({ status: 'FAILED' }), payment()],
    ['failure without FAILED', check, payment({ failure }), payment({ status: 'FAILED', failure })],
    [
      'REQUIRES_ACTION without next_action',
      check,
      payment({ status: 'REQUIRES_ACTION' }),
      payment({ status: 'REQUIRES_ACTION', next_action: nextAction }),
    ],
    ['next_action without REQUIRES_ACTION', check, payment({ next_action: nextAction }), payment()],
    ['a currency in lower case', check, payment({ currency: 'usd' }), payment({ currency: 'JPY' })],
    ['a currency of four', check, payment({ currency: 'USDT' }), payment({ currency: 'XAU' })],
    ['an empty order', check, payment({ order_id: '' }), payment({ order_id: '0' })],
    [
      'an order over 255',
      check,
      payment({ order_id: long(256) }),
      payment({ order_id: long(255) }),
    ],
    [
      "an empty payment's key",
      check,
      payment({ idempotency_key: '' }),
      payment({ idempotency_key: 'k' }),
    ],
    [
      "a payment's key over 255",
      check,
      payment({ idempotency_key: long(256) }),
      payment({ idempotency_key: long(255) }),
    ],
    [
      'an empty payment_method',
      check,
      payment({ payment_method: '' }),
      payment({ payment_method: null }),
    ],
    [
      'a payment_method over 255',
      check,
      payment({ payment_method: long(256) }),
      payment({ payment_method: long(255) }),
    ],
    ['metadata that is not JSON', '22P02', payment({ metadata: '{' }), payment()],
    ['no metadata', notNull, payment({ metadata: null }), payment({ metadata: '{}' })],
    ["a payment's version 0", check, payment({ version: 0 }), payment({ version: 1 })],
    [
      'an unknown kind of operation',
      check,
      operation({ kind: 'payout' }),
      operation({ kind: 'void' }),
    ],
    [
      "an operation's unknown status",
      check,
      operation({ ...succeeded, status: 'unknown', closed_at: null }),
      operation(succeeded),
    ],
    ['an empty reason', check, operation({ reason: '' }), operation({ reason: null })],
    [
      'a reason over 255',
      check,
      operation({ reason: long(256) }),
      operation({ reason: long(255) }),
    ],
    ['an unknown mode', check, merchant({ mode: 'TEST' }), merchant({ mode: 'live' })],
  ],
  history: [
    ['a version twice', unique, event({ version: 1 }), event({ version: 2 })],
    ["an event's version 0", check, event({ version: 0 }), event({ version: 2 })],
    ['the same posting twice', unique, posting({ line: 1 }), posting({ line: 2 })],
    ['line 0', check, posting({ line: 0 }), posting()],
    [
      'debit = credit',
      check,
      posting({ debit: 'suspense', credit: 'suspense' }),
      posting({ debit: 'provider_receivable', credit: 'suspense' }),
    ],
    [
      'an unknown account',
      check,
      posting({ debit: 'cash' }),
      posting({ debit: 'suspense', credit: 'provider_receivable' }),
    ],
    ['a posting of 0', check, posting({ amount: 0 }), posting({ amount: 1 })],
    ['a posting below 0', check, posting({ amount: -1 }), posting({ amount: 1 })],
    ["a posting's currency", check, posting({ currency: 'usd' }), posting({ currency: 'EUR' })],
  ],
  'nothing crosses merchants': [
    [
      "an operation of another merchant's payment",
      foreignKey,
      operation({ merchant_id: otherMerchantId }),
      operation({ merchant_id: otherMerchantId, payment_id: foreign }),
    ],
    [
      'an operation of no payment',
      foreignKey,
      operation({ payment_id: randomUUID() }),
      operation(),
    ],
    [
      "an event of another merchant's payment",
      foreignKey,
      event({ payment_id: foreign }),
      event({ merchant_id: otherMerchantId, payment_id: foreign }),
    ],
    [
      "a posting of another merchant's operation",
      foreignKey,
      posting({ operation_id: foreignCharge }),
      posting({ merchant_id: otherMerchantId, operation_id: foreignCharge, payment_id: foreign }),
    ],
    [
      'a key of no merchant',
      foreignKey,
      apiKey({ merchant_id: otherMerchantId }),
      apiKey({ merchant_id: merchantId }),
    ],
    ['no merchant', notNull, payment({ merchant_id: null }), payment()],
    [
      "a payment that has operations can't change its merchant",
      foreignKey,
      update('payments', paid, { merchant_id: otherMerchantId }),
      update('payments', paid, { merchant_id: merchantId }),
    ],
  ],
};

constraintRows(rules);
