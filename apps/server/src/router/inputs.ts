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

/** Characters are code points, as PostgreSQL counts them; `maxLength` counts so in JSON Schema too. */
const text = (characters: number, minimum = 1) =>
  z
    .string(mustBe('a string'))
    .refine((value) => value.length >= minimum, 'must not be empty')
    .refine(
      (value) => value.length <= characters || [...value].length <= characters,
      `must have at most ${characters} characters`,
    )
    .refine(isStorable, 'must not contain NUL or an unpaired surrogate')
    .meta({ minLength: minimum, maxLength: characters });

const orderId = text(limits.textCharacters).meta({
  description: "The merchant's own reference for what is being paid.",
  examples: ['order-42'],
});
const idempotencyKey = text(limits.textCharacters).meta({
  description: 'The same key with the same request has one effect, however often it is sent.',
  examples: ['order-42-first-try'],
});
const reason = text(limits.textCharacters).meta({
  description: 'Why, for whoever reads the history.',
  examples: ['Returned by the customer'],
});

/** Any string: a malformed id is answered like an unknown one. */
const paymentId = z.string(mustBe('a string')).meta({
  description: "The payment's id.",
  examples: ['pay_01a208fccbe67123bed89f6fcf1bb363'],
}) as unknown as z.ZodType<PaymentId, PaymentId>;

/** A decimal string; what it is worth depends on the currency (`amountIn`). */
const amount = z
  .string(mustBe('a decimal string such as "150.00"'))
  .meta({ description: 'How much, in the currency.', examples: ['150.00'] });

const currency = z
  .enum(
    currencies as readonly [Currency, ...Currency[]],
    mustBe('an ISO 4217 currency code in upper case, such as "USD"'),
  )
  .meta({ id: 'Currency', description: 'ISO 4217, upper case.', examples: ['USD'] });

const metadata = z
  .record(
    text(limits.metadataKeyCharacters),
    text(limits.metadataValueCharacters, 0),
    mustBe('an object of strings'),
  )
  .refine(
    (entries) => Object.keys(entries).length <= limits.metadataEntries,
    `must have at most ${limits.metadataEntries} entries`,
  )
  .meta({
    description: `The merchant's own entries, at most ${limits.metadataEntries}: text by name.`,
    maxProperties: limits.metadataEntries,
    examples: [{ cart: '7' }],
  });

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
    provider: text(limits.textCharacters)
      .optional()
      .meta({
        description: 'Who moves the money: `sandbox` for a test merchant, else `manual`.',
        examples: ['sandbox'],
      }),
    paymentMethod: text(limits.textCharacters)
      .optional()
      .meta({
        description: "What the provider knows the payer's means by.",
        examples: ['pm_approved'],
      }),
    metadata: metadata.default({}),
  })
  .transform((input, context) => ({
    ...input,
    amount: amountIn(input.amount, input.currency, context),
  }));

export const getInput = z.strictObject({ id: paymentId });

export const refundInput = z.strictObject({
  id: paymentId,
  amount: amount.optional().meta({ description: 'How much; absent: all that remains.' }),
  reason: reason.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

/** In any case, as clients of the replaced system send it. */
const status = z
  .string(mustBe(`one of ${statuses.join(', ')}`))
  .meta({ description: `One of ${statuses.join(', ')}, in any case.`, examples: ['SUCCESS'] })
  .transform((value) => value.toUpperCase())
  .pipe(
    z.enum(statuses as readonly [Status, ...Status[]], mustBe(`one of ${statuses.join(', ')}`)),
  );

export const updateStatusInput = z.strictObject({
  id: paymentId,
  status,
  idempotencyKey: idempotencyKey.optional(),
});

/** Milliseconds since the epoch of an RFC 3339 time such as `2026-11-23T09:30:00Z`. */
const time = z.iso
  .datetime({ offset: true, ...mustBe('a time such as "2026-11-23T09:30:00Z"') })
  .refine((value) => !(Date.parse(value) < 0), 'must not be before 1970')
  .meta({ examples: ['2026-11-23T09:30:00Z'] })
  .transform((value) => Date.parse(value));

const page = {
  limit: z
    .int(mustBe('a whole number'))
    .min(1, 'must be at least 1')
    .max(limits.pageRows, `must be at most ${limits.pageRows}`)
    .default(limits.pageRowsByDefault)
    .meta({ description: 'How many payments a page has at most.', examples: [50] }),
  cursor: z
    .string(mustBe('a string'))
    .optional()
    .meta({
      description: 'Where the page before ended, as its answer has it.',
      examples: ['MTc5NTQyNjIwMDAwMC4wMWEyMDhmY2NiZTY3MTIzYmVkODlmNmZjZjFiYjM2Mw'],
    }),
  status: status.optional(),
  currency: currency.optional(),
  createdFrom: time.optional().meta({ description: 'Created then or later.' }),
  createdTo: time.optional().meta({ description: 'Created before then.' }),
};

export const listInput = z.strictObject({ orderId: orderId.optional(), ...page });
export const listByOrderInput = z.strictObject({ orderId, ...page });
