/** GET /openapi.json: sound by Spectral's rules, complete, and true to its own examples. */
import { parseAmount, refusals } from '@florin/core';
import core from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { restRoutes } from '../src/rest/routes.ts';
import { createValidate } from './conformance.ts';
import { find, type Media, served } from './document.ts';
import { fresh, type Http } from './http.ts';
import { declined, providerSays } from './said.ts';
import { namedIn } from './seen.ts';
import { startFlorin } from './server.ts';

const operations = Object.entries(served.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

describe('Spectral’s default rules', () => {
  async function lint(document: object): Promise<readonly string[]> {
    const spectral = new core.Spectral();
    spectral.setRuleset({ extends: [oas as core.RulesetDefinition] });
    const found = await spectral.run(structuredClone(document) as Record<string, unknown>);
    return found.map(({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`);
  }

  it('find nothing in it, not even a hint', async () => {
    expect(await lint(served)).toEqual([]);
  });

  it('would find a tag that nothing tells of, and an example that is none', async () => {
    const broken = structuredClone(served) as unknown as { tags: unknown; components: object };
    broken.tags = [{ name: 'service', description: 'Is there.' }];
    Object.assign(broken.components, { examples: { payment_not_found: { value: 7 } } });
    const found = (await lint(broken)).join('\n');
    expect(found).toContain('operation-tag-defined at paths./payments.post');
    expect(found).toContain('oas3-valid-media-example');
  });
});

describe('it is complete', () => {
  it('has an operation for each REST route, and some beside them', () => {
    const expected = restRoutes.map(({ method, path, procedure }) => [
      `${method.toLowerCase()} ${path.slice(0, -1)}`,
      procedure,
    ]);
    const told = operations.map(({ method, path, operation }) => [
      `${method} ${path}`,
      operation.operationId,
    ]);
    expect(told.slice(0, expected.length).sort()).toEqual(expected.sort());
    expect(told.slice(expected.length).map(([name]) => name)).toEqual([
      'get /health',
      'get /ready',
      'get /metrics',
      'get /openapi.json',
      'get /docs',
      'get /errors/{code}',
      'post /providers/{name}/reports',
    ]);
  });

  it.each(restRoutes)('$procedure: every input is a parameter or in the body', (route) => {
    const operation = operations.find((it) => it.operation.operationId === route.procedure);
    const parameters = operation?.operation.parameters.map((it) => find(served, it)) ?? [];
    const body = operation?.operation.requestBody?.content['application/json']?.schema['$ref'];
    const { properties = {} } = body ? find<{ properties?: object }>(served, { $ref: body }) : {};
    const names = [...parameters.map(({ name }) => name), ...Object.keys(properties)];
    const snake = [...route.fields.keys()].map((name) =>
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );
    const headers = [
      'X-Request-Id',
      ...(snake.includes('idempotency_key') ? ['Idempotency-Key'] : []),
    ];
    expect(names.sort()).toEqual([...snake, ...headers].sort());
  });

  it('names no refusal but those of the table, and leaves out what REST never answers', () => {
    const named = new Set(namedIn(served).flatMap((line) => line.split(' ').slice(2)));
    const codes = Object.keys(refusals);
    expect([...named].filter((code) => !codes.includes(code))).toEqual([]);
    expect(codes.filter((code) => !named.has(code)).sort()).toEqual([
      // No amount that is read is zero or less.
      'amount_not_positive',
      // Batches are tRPC's.
      'batch_too_large',
      // A report of what is not there is stored all the same, and answered 200.
      'operation_not_found',
    ]);
  });
});

describe('its examples', () => {
  const validate = createValidate(served);
  const examplesOf = ({ example, examples }: Media): readonly unknown[] => [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples ?? {}).map((it) => find(served, it).value),
  ];

  it.each(operations)('$method $path: each is as its schema says, and none is missing', (it) => {
    const { parameters, requestBody, responses } = it.operation;
    for (const parameter of parameters.map((one) => find(served, one))) {
      validate(parameter.schema, parameter.example, parameter.name);
    }
    const answers = Object.values(responses).map((one) => find(served, one));
    for (const header of answers.flatMap(({ headers = {} }) => Object.values(headers))) {
      const { schema, example } = find(served, header);
      validate(schema, example, 'a header');
    }
    const contents = [...answers.map(({ content }) => content), requestBody?.content ?? {}];
    for (const media of contents.flatMap((content) => Object.values(content))) {
      expect(examplesOf(media)).not.toHaveLength(0);
      for (const example of examplesOf(media)) validate(media.schema, example, 'a body');
    }
  });

  it('each schema’s own are as it says', () => {
    const check = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { examples } = schema as { examples?: unknown };
      if (Array.isArray(examples)) for (const one of examples) validate(schema, one, 'it');
      for (const part of Object.values(schema)) check(part);
    };
    check(served.components['schemas']);
  });
});

describe('amounts', () => {
  const validate = createValidate(served);
  const amount = { $ref: '#/components/schemas/Amount' };
  const isTold = (value: unknown): boolean => {
    try {
      validate(amount, value, 'the amount');
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    '1',
    '0.01',
    '150.00',
    '999999999999.99',
    '0.0001',
    '0',
    '0.00',
    '-1',
    '1e3',
    '01',
    '.5',
  ])('the text %s is told of where it is taken in some currency, and only there', (text) => {
    const taken = (['JPY', 'USD', 'KWD', 'CLF'] as const).some((it) => parseAmount(text, it).ok);
    expect(isTold(text)).toBe(taken);
  });

  it.each([
    [150, true],
    [0.01, true],
    [0, false],
    [-1, false],
    [1e12, false],
    [null, false],
  ])('the number %s: %s', (value, told) => {
    expect(isTold(value)).toBe(told);
  });
});

describe('GET /openapi.json', () => {
  let florin: Awaited<ReturnType<typeof startFlorin>>;
  let http: Http;
  beforeAll(async () => {
    florin = await startFlorin();
    ({ http } = florin);
  });
  afterAll(() => florin[Symbol.asyncDispose]());

  it('is the document, without a key', async () => {
    const answer = await http.as(null).get('/openapi.json');
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, served]);
    expect(served).toMatchObject({ openapi: '3.1.0', info: { version: manifest.version } });
  });

  it('shows bodies that are taken as they stand', async () => {
    const bodyOf = (path: string, method: string) => {
      const content = served.paths[path]?.[method]?.requestBody?.content['application/json'];
      return content?.example as object;
    };
    const create = bodyOf('/payments', 'post');
    const created = await http.post('/payments/', create);
    expect(created.status).toBe(201);
    // The same order and key stand in all examples: here each request has its own.
    const key = () => ({ idempotency_key: fresh('key') });
    const send = async (id: string, method: string, end: string) => {
      const body = { ...bodyOf(`/payments/{id}${end}`, method.toLowerCase()), ...key() };
      const answer = await http.send(method, `/payments/${id}${end}/`, body);
      expect([end, answer.status]).toEqual([end, 200]);
      return answer.payment.status;
    };
    const { id } = created.payment;
    expect(await send(id, 'POST', '/capture')).toBe('SUCCESS');
    expect(await send(id, 'PATCH', '')).toBe('SUCCESS');
    expect(await send(id, 'POST', '/refund')).toBe('REFUNDED');
    await providerSays(florin.db, created.payment, 'capture', declined);
    expect(await send(id, 'POST', '/resolve')).toBe('REFUNDED');
    const other = await http.post('/payments/', { ...create, order_id: fresh('order'), ...key() });
    expect(await send(other.payment.id, 'POST', '/cancel')).toBe('CANCELLED');
  });

  it('/errors/{code} says what each code means, as `type` promises', async () => {
    for (const code of Object.keys(refusals)) {
      const answer = await http.as(null).get(`/errors/${code}`);
      expect([answer.status, answer.text.split('\n')[0]]).toEqual([200, `## ${code}`]);
    }
    expect((await http.get('/errors/nothing')).refusal).toEqual([404, 'route_not_found']);
  });
});
