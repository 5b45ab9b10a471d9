/**
 * The reference page, `/docs`: Scalar's own browser build over `/openapi.json`. All of it is served
 * from here, and its policy lets the page reach nobody else.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Hono } from 'hono';
import type { Env } from './observe.ts';

/** The one file of Scalar's that is used; its package exports it under no name. */
const scalar = new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference'));

const settings = {
  url: '/openapi.json',
  telemetry: false,
  withDefaultFonts: false,
  // Requests that are tried out go to this server, and through nobody else's.
  proxyUrl: '',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
  defaultOpenAllTags: true,
};

const page = (nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${nonce}">
<title>Florin: the API</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<noscript>The same as JSON: <a href="/openapi.json">/openapi.json</a></noscript>
<script nonce="${nonce}" src="/docs/reference.js"></script>
<script nonce="${nonce}">Scalar.createApiReference('#reference', ${JSON.stringify(settings)});</script>
</body>
</html>
`;

/** Of style elements of this version of Scalar that have no nonce: a browser says them. */
const ownStyles = [
  "'sha256-l/2OpPg0d+2VLTLgwjf5mQo2CYwHDEqdj5TjbfEyVJI='",
  "'sha256-T13Uev3xCax2N28XaoAE8DOzQZKvPp7ZQVAi1iRREjo='",
  "'sha256-2UEMd/YPsMy7CNRXElhBjwvL9rdy9m1ti/gu4lHLCUk='",
];

/** Scripts only by the nonce. Scalar writes styles into attributes, which no nonce can allow. */
const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src-elem 'nonce-${nonce}' ${ownStyles.join(' ')}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export function createDocs(): Hono<Env> {
  const app = new Hono<Env>({ strict: false });
  let script: Promise<Buffer> | undefined;

  app.get('/docs', (http) => {
    const nonce = randomBytes(16).toString('base64');
    return http.html(page(nonce), 200, { 'content-security-policy': policyOf(nonce) });
  });
  app.get('/docs/reference.js', async () => {
    // Every browser takes gzip; read and compressed once, when somebody first wants it.
    script ??= readFile(scalar).then(promisify(gzip));
    const headers = {
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'max-age=3600',
    };
    return new Response(new Uint8Array(await script), { headers });
  });
  return app;
}
