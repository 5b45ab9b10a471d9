/** What of an answer is a broken promise, and what is only slower than another one. */
import { expect, it } from 'vitest';
import { createJournal } from '../src/prove/journal.ts';

const asked = { path: '/payments/', body: { idempotency_key: 'one' } };
const answer = (status: string, version: number) =>
  JSON.stringify({ id: 'pay_1', status, version });
const final = answer('SUCCESS', 2);
const inFlight = '{"code":"idempotency_key_in_flight"}';

it.each<[string, number, string, 'fine' | 'broken' | 'fine beside it']>([
  ['the same', 200, final, 'fine'],
  ['another final answer', 200, answer('FAILED', 2), 'broken'],
  ['no answer', 0, '', 'fine'],
  ['not available', 503, '', 'fine'],
  ['in flight', 409, inFlight, 'fine'],
  ['not known yet', 202, answer('PENDING', 1), 'fine beside it'],
  ['refused', 409, '{"code":"order_payment_in_progress"}', 'fine beside it'],
])('told for good, then: %s', (_, status, text, verdict) => {
  const broken = [true, false].map((isSentLater) => {
    const journal = createJournal();
    const entry = journal.open(asked);
    const toldAtFirst = entry.told;
    expect(journal.note(entry, 201, final, toldAtFirst)).toBe(true);
    journal.note(entry, status, text, isSentLater ? entry.told : toldAtFirst);
    expect(entry.told?.text).toBe(final);
    return journal.broken.length > 0;
  });
  expect({ later: broken[0], beside: broken[1] }).toEqual({
    later: verdict !== 'fine',
    beside: verdict === 'broken',
  });
});
