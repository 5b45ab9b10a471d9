/** What callers send to lists: which page, and what it is narrowed to. */
import { limits } from '@florin/core';
import { z } from 'zod';
import { currency, mustBe, orderId, paymentId, status } from './inputs.ts';

/** Milliseconds since the epoch of an RFC 3339 time such as `2026-11-23T09:30:00Z`. */
export const time = z.iso
  .datetime({ offset: true, ...mustBe('a time such as "2026-11-23T09:30:00Z"') })
  .refine((value) => !(Date.parse(value) < 0), 'must not be before 1970')
  .meta({ examples: ['2026-11-23T09:30:00Z'] })
  .transform((value) => Date.parse(value));

export const limit = z
  .int(mustBe('a whole number'))
  .min(1, 'must be at least 1')
  .max(limits.pageRows, `must be at most ${limits.pageRows}`)
  .default(limits.pageRowsByDefault)
  .meta({ description: 'How many rows a page has at most.', examples: [50] });

const page = {
  limit,
  cursor: z
    .string(mustBe('a string'))
    .optional()
    .meta({
      description: 'Where the page before ended, as its answer has it.',
      examples: ['MTc5NTQyNjIwMDAwMC4wMWEyMDhmY2NiZTY3MTIzYmVkODlmNmZjZjFiYjM2Mw'],
    }),
};

const filter = {
  status: status.optional(),
  currency: currency.optional(),
  createdFrom: time.optional().meta({ description: 'Created then or later.' }),
  createdTo: time.optional().meta({ description: 'Created before then.' }),
};

export const listInput = z.strictObject({
  orderId: orderId.optional(),
  ...page,
  ...filter,
});
export const listByOrderInput = z.strictObject({ orderId, ...page, ...filter });
export const listRefundsInput = z.strictObject({ id: paymentId, ...page });
