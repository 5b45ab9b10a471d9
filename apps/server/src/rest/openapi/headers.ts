/** The headers of answers that say something of the answer; those that only protect it are not told. */
import type { Components, Json } from './components.ts';

const headers: Readonly<Record<string, Json>> = {
  'X-Request-Id': {
    description: "The request's id: the caller's own, or a fresh one.",
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,100}$' },
    example: '8c1f0d0e-6f0b-4a55-9a44-0d9c1d7c3c3b',
  },
  Location: {
    description: 'Where the payment is that was created, or the refund.',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
    example: '/payments/pay_01a208fccbe67123bed89f6fcf1bb363/',
  },
  'Idempotent-Replayed': {
    description: 'There, and `true`, where this answer was given before.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  Link: {
    description: 'The next page, with `rel="next"`; absent on the last.',
    schema: { type: 'string', pattern: '^</[^>]*>; rel="next"$' },
    example: '</payments/?limit=50&cursor=MTc5NTQyNjIwMDAwMC4wMWEyMDhm>; rel="next"',
  },
  'Retry-After': {
    description: 'After how many seconds the same request is worth sending again, if it is.',
    schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
    example: '1',
  },
  Allow: {
    description: 'The methods that the path takes.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$' },
    example: 'GET, POST',
  },
  Connection: {
    description: 'The connection is not used again: the body was not read to its end.',
    schema: { type: 'string', const: 'close' },
    example: 'close',
  },
  'WWW-Authenticate': {
    description: 'How to say who you are (RFC 6750).',
    required: true,
    schema: { type: 'string' },
    example: 'Bearer realm="florin"',
  },
};

/** Header objects of an answer; `names` in any case. Every answer carries its request's id. */
export function headersOf(names: readonly string[], components: Components): Json {
  const told = ['X-Request-Id', ...names].map((name) => {
    const known = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase());
    const header = known === undefined ? undefined : headers[known];
    if (known === undefined || !header) throw new Error(`Nothing tells of the header ${name}.`);
    return [known, components.share('headers', known, header)] as const;
  });
  return Object.fromEntries(told);
}

/** What every request may carry. */
export function requestIdParameter(components: Components) {
  return components.share('parameters', 'X-Request-Id', {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description:
      'Names the request in the answer and in the log: 1 to 100 letters, digits, `.`, `_` and `-`. Anything else is replaced.',
    schema: { type: 'string' },
    example: 'checkout-7f3a',
  });
}
