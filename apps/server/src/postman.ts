/**
 * `docs/examples/florin.postman_collection.json`: the OpenAPI document as requests that can be sent one
 * after the other. Ids go from one to the next; each says what status it expects.
 */
import { type Documented, type Json, operationsOf, resolved } from './documented.ts';
import { openapiDocument } from './rest/openapi/document.ts';

/** What is sent first, in this order: a payment's life, and that of one which is cancelled. */
const life = [
  'payments.create',
  'payments.get',
  'payments.capture',
  'payments.updateStatus',
  'payments.refund',
  'refunds.listByPayment',
  'refunds.get',
  'payments.explain',
  'events.listByPayment',
  'payments.create',
  'payments.cancel',
];

/** Refused, as long as no provider contradicts itself. */
const refusals: Readonly<Record<string, number>> = { 'payments.resolve': 409 };

/** Signed by the provider: nobody sends it by hand. */
const leftOut = new Set(['providers.report']);

/** What an answer leaves for the requests after it. */
const kept: Readonly<Record<string, readonly string[]>> = {
  'payments.create': [
    "pm.collectionVariables.set('payment_id', pm.response.json().id);",
    "pm.collectionVariables.set('order_id', pm.response.json().order_id);",
  ],
  'payments.refund': [
    "pm.collectionVariables.set('refund_id', pm.response.headers.get('Location').split('/')[2]);",
  ],
};

/** Where the document has an example, and a run needs what the one before it got. */
const inPath: Readonly<Record<string, string>> = { order_id: '{{order_id}}' };
const inBody: Readonly<Record<string, string>> = {
  order_id: 'order-{{$guid}}',
  idempotency_key: '{{$guid}}',
};

export function postmanCollection(): string {
  const document = openapiDocument();
  const found = operationsOf(document);
  const byId = new Map(found.map((operation) => [operation.operationId, operation]));
  const first = life.flatMap((id) => byId.get(id) ?? []);
  const others = found.filter(({ operationId: id }) => !life.includes(id) && !leftOut.has(id));
  const { title, version } = document['info'] as {
    readonly title: string;
    readonly version: string;
  };
  const collection = {
    info: {
      name: `${title} ${version}`,
      description:
        'Made from the OpenAPI document. Set api_key to a test key, and send the requests in their order: each leaves what the next one needs.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{api_key}}', type: 'string' }] },
    variable: [
      { key: 'base_url', value: 'http://127.0.0.1:8000' },
      { key: 'api_key', value: '' },
      ...['payment_id', 'order_id', 'refund_id'].map((key) => ({ key, value: '' })),
    ],
    item: [
      { name: 'The life of a payment', item: first.map((one) => itemOf(one, document)) },
      { name: 'Everything else', item: others.map((one) => itemOf(one, document)) },
    ],
  };
  return `${JSON.stringify(collection, null, 2)}\n`;
}

function itemOf(operation: Documented, document: Json): Json {
  const { operationId: id, method, path, summary, description, security } = operation;
  const parameters = operation.parameters.map((one) => resolved(one, document));
  const isQuery = ({ in: place }: Json) => place === 'query';
  const query = parameters.filter(isQuery).map((one) => ({
    key: one['name'],
    value: String(one['example']),
    description: one['description'],
    disabled: true,
  }));
  const body = operation.requestBody ? bodyOf(operation.requestBody.content) : null;
  return {
    name: summary,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: testOf(operation) } }],
    request: {
      method: method.toUpperCase(),
      description,
      ...(security?.length === 0 ? { auth: { type: 'noauth' } } : {}),
      header: body === null ? [] : [{ key: 'Content-Type', value: 'application/json' }],
      ...(body === null ? {} : { body: { mode: 'raw', raw: body } }),
      url: {
        raw: `{{base_url}}${filled(id, path, parameters)}`,
        host: ['{{base_url}}'],
        path: filled(id, path, parameters).split('/').slice(1),
        ...(query.length > 0 ? { query } : {}),
      },
    },
  };
}

/** The path with what the requests before it have left, or with the document's own example. */
function filled(id: string, path: string, parameters: readonly Json[]): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'id') return id.startsWith('refunds.get') ? '{{refund_id}}' : '{{payment_id}}';
    const parameter = parameters.find((one) => one['name'] === name);
    return inPath[name] ?? String(parameter?.['example']);
  });
}

function bodyOf(content: Json): string {
  const { example } = content['application/json'] as { readonly example: Json };
  const entries = Object.entries(example).map(([name, value]) => [name, inBody[name] ?? value]);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

function testOf({ operationId: id, responses }: Documented): readonly string[] {
  const successes = Object.keys(responses).filter((status) => status.startsWith('2'));
  const expected = refusals[id] === undefined ? successes : [String(refusals[id])];
  return [
    `pm.test('answers ${expected.join(' or ')}', () => pm.expect([${expected.join(', ')}]).to.include(pm.response.code));`,
    ...(kept[id] ?? []),
  ];
}
