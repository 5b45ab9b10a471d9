/** The routes that are no procedures: whether it is well, and its documents. None needs a key. */
import type { Components, Json } from './components.ts';
import { headersOf, requestIdParameter } from './headers.ts';
import { refusalResponses } from './refusals.ts';

export function servicePaths(components: Components): Json {
  const answer = (description: string, type: string, schema: Json, example: unknown): Json => ({
    description,
    headers: headersOf([], components),
    content: { [type]: { schema, example } },
  });
  const state = (description: string, status: string) => {
    const properties = { status: { type: 'string', const: status } };
    const schema = {
      type: 'object',
      properties,
      required: ['status'],
      additionalProperties: false,
    };
    return answer(description, 'application/json', schema, { status });
  };
  const get = (
    operationId: string,
    said: Json,
    responses: Json,
    parameters: readonly Json[] = [],
  ) => ({
    get: {
      operationId,
      ...said,
      tags: ['service'],
      security: [],
      parameters: [...parameters, requestIdParameter(components)],
      responses: { ...responses, ...refusalResponses(['method_not_allowed'], components) },
    },
  });
  return {
    '/health': get(
      'service.health',
      { summary: 'Is it running', description: 'Says nothing of the database.' },
      { 200: state('It is running.', 'ok') },
    ),
    '/ready': get(
      'service.ready',
      {
        summary: 'Can it take requests',
        description: 'Whether the database answers, with every migration.',
      },
      {
        200: state('It can.', 'ready'),
        503: state('It cannot, for now.', 'not ready'),
      },
    ),
    '/metrics': get(
      'service.metrics',
      {
        summary: 'What operators watch',
        description:
          "In Prometheus' format: requests, open operations and the age of the oldest, the process. Keep it behind your proxy.",
      },
      {
        200: answer(
          'The figures.',
          'text/plain',
          { type: 'string' },
          'florin_oldest_open_operation_age_seconds 0',
        ),
      },
    ),
    '/openapi.json': get(
      'service.document',
      { summary: 'This document', description: 'Made from the schemas that serve.' },
      {
        200: answer('The document.', 'application/json', { type: 'object' }, { openapi: '3.1.0' }),
      },
    ),
    '/docs': get(
      'service.docs',
      { summary: 'This document as a page', description: 'For people, to read and to try out.' },
      { 200: answer('The page.', 'text/html', { type: 'string' }, '<!doctype html>') },
    ),
    '/errors/{code}': get(
      'service.error',
      {
        summary: 'What a refusal means',
        description: 'Where the `type` of a problem leads, in Markdown.',
      },
      {
        200: answer('The refusal.', 'text/plain', { type: 'string' }, '## payment_not_found'),
        ...refusalResponses(['route_not_found'], components),
      },
      [
        {
          name: 'code',
          in: 'path',
          required: true,
          description: 'The `code` of a problem.',
          schema: { type: 'string' },
          example: 'payment_not_found',
        },
      ],
    ),
  };
}
