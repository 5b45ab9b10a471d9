/** The rows of what came after payments: their names, reasons, numbers and reports. */
import { randomUUID } from 'node:crypto';
import { check, constraintRows, foreignKey, long } from './constraint-rows.ts';
import {
  apiKey,
  at,
  event,
  foreign,
  keyUse,
  operation,
  otherMerchantId,
  payment,
  posting,
} from './raw.ts';
import { applied, dead, feedRow, legacyId, providerReport } from './raw-others.ts';

constraintRows({
  texts: [
    ["an empty API key's name", check, apiKey({ name: '' }), apiKey({ name: 'n' })],
    ["an API key's name over 255", check, apiKey({ name: long(256) }), apiKey({ name: long(255) })],
    ['an empty reason', check, event({ reason: '' }), event({ reason: 'r' })],
    ["an operation's empty reason", check, operation({ reason: '' }), operation({ reason: 'r' })],
    ['a currency of four', check, posting({ currency: 'USDT' }), posting({ currency: 'JPY' })],
    ['a reason over 255', check, event({ reason: long(256) }), event({ reason: long(255) })],
    ["an empty report's id", check, providerReport({ id: '' }), providerReport({ id: 'r' })],
    [
      "a report's id over 255",
      check,
      providerReport({ id: long(256) }),
      providerReport({ id: long(255) }),
    ],
    [
      'an empty payment_method',
      check,
      payment({ payment_method: '' }),
      payment({ payment_method: 'm' }),
    ],
  ],
  'numbers from 1': [
    ['in the feed', check, feedRow({ number: 0 }), feedRow({ number: 1 })],
    ['versions of keys', check, keyUse({ version: 0 }), keyUse({ version: 1 })],
    ['versions of events', check, event({ version: 0 }), event({ version: 9 })],
    ['lines', check, posting({ line: 0 }), posting({ line: 9 })],
  ],
  'old ids': [
    ['of no payment', foreignKey, legacyId({ payment_id: randomUUID() }), legacyId()],
    [
      "of another merchant's payment",
      foreignKey,
      legacyId({ payment_id: foreign }),
      legacyId({ merchant_id: otherMerchantId, payment_id: foreign }),
    ],
  ],
  'what becomes of a report': [
    ['waiting, not due', check, providerReport({ due_at: null }), providerReport()],
    [
      'applied, and due',
      check,
      providerReport({ ...applied, due_at: at }),
      providerReport(applied),
    ],
    ['waiting, and settled', check, providerReport({ settled_at: at }), providerReport()],
    [
      'applied, not settled',
      check,
      providerReport({ ...applied, settled_at: null }),
      providerReport(applied),
    ],
    [
      'dead without a reason',
      check,
      providerReport({ ...dead, reason: null }),
      providerReport(dead),
    ],
    ['a reason, not dead', check, providerReport({ reason: 'no' }), providerReport()],
  ],
});
