/** The OpenAPI 3.1 document of REST, served at /openapi.json. */
import manifest from '../../../package.json' with { type: 'json' };
import { restRoutes } from '../routes.ts';
import { createComponents, type Json } from './components.ts';
import { operationOf } from './operation.ts';
import { reportPaths } from './reports.ts';
import { servicePaths } from './service.ts';

/** By the first part of a procedure's name. */
const tags: Readonly<Record<string, string>> = {
  payments: 'Charge orders, capture, cancel and refund payments, look them up and explain them.',
  refunds: 'Money on its way back to payers: each refund with an outcome of its own.',
  events: 'What happened to payments: all of it in one order to follow, or of one payment.',
  balances: 'What the ledger comes to.',
  providers: 'What providers report by themselves.',
  service: 'Whether it is well, and its documents.',
};

let made: Json | undefined;

/** Made once; nothing in it changes while the server runs. */
export function openapiDocument(): Json {
  made ??= makeDocument();
  return made;
}

function makeDocument(): Json {
  const components = createComponents();
  const byPath = Map.groupBy(restRoutes, ({ path }) => path.slice(0, -1));
  const paths = [...byPath].map(([path, routes]) => {
    const operations = routes.map((route) => [
      route.method.toLowerCase(),
      operationOf(route, components),
    ]);
    return [path, Object.fromEntries(operations)] as const;
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Florin',
      version: manifest.version,
      summary: 'A payment service for teams that run their own.',
      description: [
        'Each path is taken with and without a slash at its end; there is no redirect. HEAD is taken wherever GET is.',
        'Fields that are not named here are refused, nothing is coerced, and `null` is not absent. Amounts are never rounded.',
        'Whatever moves money takes an idempotency key. After a 5xx, or where no answer came, send the same request with the same key again: nothing is done twice.',
        "A refusal is a problem (RFC 9457) with a `code`; a path that is not named here is refused as `route_not_found` (but for the sandbox's page for the payer, where `next_action` leads), and any method but those of a path as its operations tell under 405. A declined payment is no refusal: it is a payment that is FAILED.",
      ].join('\n\n'),
      contact: { name: 'Whoever runs this Florin' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from.' }],
    security: [{ apiKey: [] }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: {
      ...Object.fromEntries(paths),
      ...servicePaths(components),
      ...reportPaths(components),
    },
    components: {
      ...components.all(),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key: `fk_test_…` or `fk_live_…`. It stands for one merchant, and for what it may do: each operation names the scope that it needs.',
        },
      },
    },
  };
}
