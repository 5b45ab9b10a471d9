/** Whose is what: ids, versions, lines, numbers and reports are unique, each within its merchant. */
import { randomUUID } from 'node:crypto';
import { constraintRows, unique } from './constraint-rows.ts';
import {
  apiKey,
  charge,
  event,
  merchant,
  merchantId,
  operation,
  otherMerchantId,
  paid,
  payment,
  posting,
  succeeded,
} from './raw.ts';
import { feedRow, legacyId, providerReport, sequencer } from './raw-others.ts';

/** What there is of the one merchant, the other one has under the same id. */
const other = { merchant_id: otherMerchantId };
const [id, second] = [randomUUID(), randomUUID()];

constraintRows({
  ids: [
    ['a merchant twice', unique, merchant({ merchant_id: merchantId }), merchant(other)],
    ['a payment twice', unique, payment({ id: paid }), payment({ ...other, id: paid })],
    [
      'an operation twice',
      unique,
      operation({ id: charge, ...succeeded }),
      [payment({ ...other, id: paid }), operation({ ...other, id: charge, ...succeeded })],
    ],
    [
      'an old id twice',
      unique,
      [legacyId(), legacyId()],
      [legacyId(), legacyId({ legacy_id: 18 }), payment({ ...other, id: paid }), legacyId(other)],
    ],
    [
      'an API key twice',
      unique,
      [apiKey({ id }), apiKey({ id })],
      [merchant(other), apiKey({ id }), apiKey({ ...other, id }), apiKey()],
    ],
  ],
  history: [
    [
      'a version twice',
      unique,
      event({ version: 1 }),
      [
        event({ version: 2 }),
        payment({ id: second }),
        event({ payment_id: second, version: 1 }),
        payment({ ...other, id: paid }),
        event({ ...other, version: 1 }),
      ],
    ],
    [
      'a line twice',
      unique,
      posting({ line: 1 }),
      [
        posting({ line: 2 }),
        operation({ id: second, ...succeeded }),
        posting({ operation_id: second, line: 1 }),
        payment({ ...other, id: paid }),
        operation({ ...other, id: charge, ...succeeded }),
        posting({ ...other, line: 1 }),
      ],
    ],
  ],
  'one open movement': [
    [
      "of each of a merchant's payments",
      unique,
      [operation(), operation()],
      [operation(), payment({ id: second }), operation({ payment_id: second })],
    ],
    [
      "of each merchant's payment of the same id",
      unique,
      [operation(), operation()],
      [operation(), payment({ ...other, id: paid }), operation(other)],
    ],
  ],
  'the feed': [
    [
      'a version twice',
      unique,
      [feedRow(), feedRow()],
      [feedRow(), feedRow({ version: 2 }), feedRow({ payment_id: second }), feedRow(other)],
    ],
    [
      'a number twice',
      unique,
      [feedRow({ number: 1 }), feedRow({ version: 2, number: 1 })],
      [
        feedRow({ number: 1 }),
        feedRow({ version: 2, number: 2 }),
        feedRow({ ...other, number: 1 }),
        feedRow({ version: 3 }),
        feedRow({ version: 4 }),
      ],
    ],
    ['two that number it', unique, [sequencer(), sequencer()], [sequencer(), sequencer(other)]],
  ],
  'what providers report': [
    [
      'a report twice',
      unique,
      [providerReport(), providerReport()],
      [
        providerReport(),
        providerReport({ id: 'report-2' }),
        providerReport({ provider: 'stripe' }),
        providerReport(other),
      ],
    ],
  ],
});
