/** What callers send, strictly: unknown fields are refused, nothing is coerced, null is not absent. */
import {
  type Currency,
  currencies,
  limits,
  type PaymentId,
  parseAmount,
  type Status,
  settlingAccounts,
  statuses,
} from '@florin/core';
import { z } from 'zod';

/** What PostgreSQL can hold as text: no NUL, no half of a surrogate pair. */
const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes('\0');

/** What a field must be; or, where there is none, that there must be one. */
export const mustBe = (what: string) => ({
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

export const orderId = text(limits.textCharacters).meta({
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
export const paymentId = z.string(mustBe('a string')).meta({
  description:
    "The payment's id. An imported payment is found by the number too that it had in the old system.",
  examples: ['pay_01a208fccbe67123bed89f6fcf1bb363'],
}) as unknown as z.ZodType<PaymentId, PaymentId>;

/** A decimal string; what it is worth depends on the currency (`amountIn`). */
const amount = z
  .string(mustBe('a decimal string such as "150.00"'))
  .meta({ description: 'How much, in the currency.', examples: ['150.00'] });

export const currency = z
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
    capture: z
      .enum(['automatic', 'manual'], mustBe('"automatic" or "manual"'))
      .default('automatic')
      .meta({
        description:
          'automatic: charged at once. manual: authorized, and captured by `POST …/capture/` before the hold expires.',
        examples: ['manual'],
      }),
    metadata: metadata.default({}),
  })
  .transform((input, context) => ({
    ...input,
    amount: amountIn(input.amount, input.currency, context),
  }));

export const getInput = z.strictObject({ id: paymentId });

export const captureInput = z.strictObject({
  id: paymentId,
  amount: amount.optional().meta({
    description: 'How much; the rest of the hold is released. Absent: all that is held.',
  }),
  idempotencyKey: idempotencyKey.optional(),
});

export const cancelInput = z.strictObject({
  id: paymentId,
  idempotencyKey: idempotencyKey.optional(),
});

export const resolveInput = z.strictObject({
  id: paymentId,
  reason: reason.meta({ examples: ['Settled with the provider, case 4711'] }),
  suspenseTo: z
    .enum(settlingAccounts, mustBe(`one of ${settlingAccounts.join(', ')}`))
    .optional()
    .meta({
      description:
        'Where the movements in suspense go: merchant_payable, they stand; provider_receivable, the provider made them undone. Left out where there are none.',
      examples: ['merchant_payable'],
    }),
  idempotencyKey: idempotencyKey.optional(),
});

export const refundInput = z.strictObject({
  id: paymentId,
  amount: amount.optional().meta({ description: 'How much; absent: all that remains.' }),
  reason: reason.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

/** In any case, as clients of the replaced system send it. */
export const status = z
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
