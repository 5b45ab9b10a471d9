/** What callers send, strictly: unknown fields are refused, nothing is coerced, null is not absent. */
import {
  type Currency,
  currencies,
  limits,
  type PaymentId,
  parseAmount,
  type Status,
  statuses,
} from '@florin/core';
import { z } from 'zod';

/** What PostgreSQL can hold as text: no NUL, no half of a surrogate pair. */
const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes('\0');

/** What a field must be; or, where there is none, that there must be one. */
const mustBe = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? 'is required' : `must be ${what}`,
});

const text = (characters: number) =>
  z
    .string(mustBe('a string'))
    .min(1, 'must not be empty')
    .max(characters, `must have at most ${characters} characters`)
    .refine(isStorable, 'must not contain NUL or an unpaired surrogate');

const orderId = text(limits.textCharacters);
const idempotencyKey = text(limits.textCharacters);
const reason = text(limits.textCharacters);

/** Any string: a malformed id is answered like an unknown one. */
const paymentId = z.string(mustBe('a string')) as unknown as z.ZodType<PaymentId, PaymentId>;

/** A decimal string; what it is worth depends on the currency (`amountIn`). */
const amount = z.string(mustBe('a decimal string such as "150.00"'));

const currency = z.enum(
  currencies as readonly [Currency, ...Currency[]],
  mustBe('an ISO 4217 currency code in upper case, such as "USD"'),
);

const metadata = z
  .record(
    z
      .string()
      .min(1)
      .max(
        limits.metadataKeyCharacters,
        `names have at most ${limits.metadataKeyCharacters} characters`,
      )
      .refine(isStorable, 'must not contain NUL or an unpaired surrogate'),
    z
      .string(mustBe('a string'))
      .max(
        limits.metadataValueCharacters,
        `must have at most ${limits.metadataValueCharacters} characters`,
      )
      .refine(isStorable, 'must not contain NUL or an unpaired surrogate'),
    mustBe('an object of strings'),
  )
  .refine(
    (entries) => Object.keys(entries).length <= limits.metadataEntries,
    `must have at most ${limits.metadataEntries} entries`,
  );

/** Minor units of `value` in `unit`, or an issue at `amount`. */
function amountIn(value: string, unit: Currency, context: z.RefinementCtx): bigint {
  const parsed = parseAmount(value, unit);
  if (parsed.ok) return parsed.amount;
  context.addIssue({ code: 'custom', path: ['amount'], message: parsed.problem, input: value });
  return z.NEVER;
}

export const createInput = z
  .strictObject({
    orderId,
    amount,
    currency: currency.default('USD'),
    idempotencyKey,
    provider: text(limits.textCharacters).optional(),
    paymentMethod: text(limits.textCharacters).optional(),
    metadata: metadata.default({}),
  })
  .transform((input, context) => ({
    ...input,
    amount: amountIn(input.amount, input.currency, context),
  }));

export const getInput = z.strictObject({ id: paymentId });

export const refundInput = z.strictObject({
  id: paymentId,
  /** Absent: all that remains. */
  amount: amount.optional(),
  reason: reason.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

/** In any case, as clients of the replaced system send it. */
const status = z
  .string(mustBe('a string'))
  .transform((value) => value.toUpperCase())
  .pipe(
    z.enum(statuses as readonly [Status, ...Status[]], mustBe(`one of ${statuses.join(', ')}`)),
  );

export const updateStatusInput = z.strictObject({
  id: paymentId,
  status,
  idempotencyKey: idempotencyKey.optional(),
});

const page = {
  limit: z
    .int(mustBe('a whole number'))
    .min(1, 'must be at least 1')
    .max(limits.pageRows, `must be at most ${limits.pageRows}`)
    .default(limits.pageRowsByDefault),
  /** `nextCursor` of the page before. */
  cursor: z.string(mustBe('a string')).optional(),
};

export const listInput = z.strictObject(page);
export const listByOrderInput = z.strictObject({ orderId, ...page });
