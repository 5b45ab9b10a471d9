/** What providers report by themselves: the route of `provider-reports.ts`, no procedure either. */
import { sandboxReport } from '../../providers/sandbox-report.ts';
import type { Components, Json } from './components.ts';
import { headersOf, requestIdParameter } from './headers.ts';
import { refusalResponses } from './refusals.ts';
import { schemaOf } from './schemas.ts';

export function reportPaths(components: Components): Json {
  const schema = schemaOf(sandboxReport, 'input', components);
  return {
    '/providers/{name}/reports': {
      post: {
        operationId: 'providers.report',
        summary: 'What a provider reports by itself',
        description:
          'Signed by the provider as a Standard Webhook; it takes no API key. The same id again is the same report: it is applied once. It may come late and in any order. Once it is stored the answer is 200, whatever becomes of it; after any other answer from 500 on send it again.',
        tags: ['providers'],
        security: [],
        parameters: [
          {
            name: 'name',
            in: 'path',
            required: true,
            description: 'The provider: `sandbox`, where it has a secret.',
            schema: { type: 'string' },
            example: 'sandbox',
          },
          ...signature,
          requestIdParameter(components),
        ],
        requestBody: {
          description: 'What became of an operation, in the format of the provider',
          required: true,
          content: { 'application/json': { schema, example: report } },
        },
        responses: {
          200: {
            description: 'It is stored.',
            headers: headersOf([], components),
            content: {
              'application/json': {
                schema: components.share('schemas', 'ReportStanding', standing),
                example: { status: 'applied', duplicate: false },
              },
            },
          },
          ...refusalResponses(
            [
              'invalid_request',
              'malformed_json',
              'invalid_signature',
              'route_not_found',
              'method_not_allowed',
              'payload_too_large',
              'unsupported_media_type',
              'report_id_reused',
              'internal_error',
              'unavailable',
            ],
            components,
          ),
        },
      },
    },
  };
}

const report = {
  merchant_id: 'mer_01a208fccbe27d6a8f0c1b2a3d4e5f60',
  operation_id: 'op_01a208fccbe87aaf9c5bd1e0b8a6f5d2',
  outcome: 'succeeded',
  amount: '150.00',
  currency: 'USD',
  reference: 'sandbox_01a208fccbe87aaf9c5bd1e0b8a6f5d2',
  occurred_at: '2026-11-23T09:31:07Z',
} as const;

const standing = {
  description: 'Where a stored report stands.',
  type: 'object',
  properties: {
    status: {
      enum: ['applied', 'waiting', 'dead'],
      description:
        'waiting: its operation is not there yet; it is tried again. dead: it cannot be applied.',
    },
    duplicate: { type: 'boolean', description: 'Whether it was there before.' },
    reason: { type: 'string', description: 'Why it is dead, exactly when it is.' },
  },
  required: ['status', 'duplicate'],
  additionalProperties: false,
} as const;

const header = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

const signature = [
  header(
    'webhook-id',
    "The provider's id of the report: 1 to 255 letters, digits, `_` and `-`.",
    'msg_01a208fccbe87aaf',
  ),
  header(
    'webhook-timestamp',
    'When it was sent, in seconds since 1970; at most five minutes ago.',
    '1795426267',
  ),
  header(
    'webhook-signature',
    'HMAC-SHA-256 over the id, the timestamp and the body, joined by `.`, in base64 behind `v1,`.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
];
