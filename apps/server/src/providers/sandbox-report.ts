/**
 * What the sandbox reports by itself: a Standard Webhook (https://www.standardwebhooks.com) whose
 * body says what became of an operation. `docs/SANDBOX.md` shows one.
 */
import { type Id, type IdKind, isId, type KnownOutcome, parseAmount, refuse } from '@florin/core';
import type { ProviderReport } from '@florin/db';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';
import { RefusalError } from '../engine/refusal-error.ts';
import { parseJson, requireJson } from '../json.ts';
import { fieldErrorsOf } from '../problem.ts';
import { currency, mustBe } from '../router/inputs.ts';
import { time } from '../router/page-inputs.ts';
import type { Provider } from './provider.ts';

const idOf = <K extends IdKind>(kind: K, example: Id<K>) =>
  z
    .string(mustBe(`an id such as "${example}"`))
    .refine((value) => isId(kind, value), `must be an id such as "${example}"`)
    .meta({ examples: [example] })
    .transform((value) => value as Id<K>);

const text = z
  .string(mustBe('a string'))
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters');

const about = {
  merchant_id: idOf('merchant', 'mer_01a208fccbe27d6a8f0c1b2a3d4e5f60'),
  operation_id: idOf('operation', 'op_01a208fccbe87aaf9c5bd1e0b8a6f5d2'),
  amount: z
    .string(mustBe('a decimal string such as "150.00"'))
    .meta({ description: "What the operation is about: the operation's own amount." }),
  currency,
  occurred_at: time.meta({ description: 'When it happened.' }),
};
const expires_at = time.optional().meta({
  description: "When the payer's time, or the hold on the funds, runs out.",
});

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const known = ['succeeded', 'declined', 'requires_action'] as const;

/** The body of a report; for the OpenAPI document too. */
export const sandboxReport = z
  .discriminatedUnion(
    'outcome',
    [
      z.strictObject({
        ...about,
        outcome: z.literal('succeeded'),
        reference: text.meta({ description: 'What the sandbox knows the movement by.' }),
        expires_at,
      }),
      z.strictObject({
        ...about,
        outcome: z.literal('declined'),
        failure: z.strictObject({ code: text, message: text }, mustBe('an object')),
      }),
      z.strictObject({
        ...about,
        outcome: z.literal('requires_action'),
        next_action: z.strictObject(
          {
            type: z.literal('redirect', mustBe('"redirect"')),
            url: z.url({ protocol: /^https?$/, ...mustBe('an http or https URL') }),
          },
          mustBe('an object'),
        ),
        expires_at,
      }),
    ],
    {
      error: ({ input }) =>
        isObject(input) ? `must be one of ${known.join(', ')}` : 'The body must be a JSON object.',
    },
  )
  .meta({ id: 'SandboxReport', description: 'What became of an operation.' });

/** What reads the reports that are signed with `secret` (`whsec_…`). */
export function createReadReport(secret: string): NonNullable<Provider['readReport']> {
  const webhook = new Webhook(secret);
  return (headers, body) => {
    verify(webhook, headers, body);
    requireJson(headers);
    return reportOf(idIn(headers), body);
  };
}

/** Over the bytes as they came: nothing of them is parsed before. */
function verify(webhook: Webhook, headers: Headers, body: ArrayBuffer): void {
  try {
    webhook.verify(Buffer.from(body), Object.fromEntries(headers), { jsonParse: false });
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    throw new RefusalError(refuse('invalid_signature', {}));
  }
}

/** @throws RefusalError `invalid_request` */
function idIn(headers: Headers): string {
  const id = headers.get('webhook-id') ?? '';
  if (/^[\w-]{1,255}$/.test(id)) return id;
  const message = 'must be 1 to 255 letters, digits, "_" and "-"';
  throw invalid([{ path: ['webhook-id'], message }]);
}

/**
 * The report that a body of the sandbox's makes under an id.
 * @throws RefusalError `malformed_json`, `invalid_request`
 */
export function reportOf(id: string, body: ArrayBuffer): ProviderReport {
  const parsed = sandboxReport.safeParse(parseJson(body).value);
  if (!parsed.success) throw invalid(fieldErrorsOf(parsed.error));
  const { data } = parsed;
  const amount = parseAmount(data.amount, data.currency);
  if (!amount.ok) throw invalid([{ path: ['amount'], message: amount.problem }]);
  return {
    id,
    merchantId: data.merchant_id,
    operationId: data.operation_id,
    outcome: outcomeOf(data),
    amount: amount.amount,
    currency: data.currency,
    occurredAt: data.occurred_at,
    body: new TextDecoder('utf-8', { ignoreBOM: true }).decode(body),
  };
}

function outcomeOf(report: z.output<typeof sandboxReport>): KnownOutcome {
  switch (report.outcome) {
    case 'succeeded':
      return {
        outcome: report.outcome,
        reference: report.reference,
        expiresAt: report.expires_at,
      };
    case 'declined':
      return { outcome: report.outcome, failure: report.failure };
    case 'requires_action':
      return {
        outcome: report.outcome,
        nextAction: report.next_action,
        expiresAt: report.expires_at,
      };
  }
}

const invalid = (errors: ReturnType<typeof fieldErrorsOf>): RefusalError =>
  new RefusalError(refuse('invalid_request', { errors }));
