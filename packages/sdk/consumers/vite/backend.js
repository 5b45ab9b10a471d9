/** The page's backend, of the same origin: it has the key, and lets the page look payments up. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createFlorin } from '@florin/sdk';

const { FLORIN_URL: url, FLORIN_KEY: apiKey } = process.env;
const florin = createFlorin({ url, apiKey });
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export const backend = createServer(async (request, response) => {
  const { method, url: path = '/' } = request;
  if (method === 'POST' && path === '/checkout') {
    const { id } = await florin.payments.create({
      orderId: `vite-${process.pid}`,
      amount: '42.00',
      provider: 'manual',
    });
    // The money comes in a moment later.
    setTimeout(() => florin.payments.updateStatus(id, 'SUCCESS'), 500);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ id }));
    return;
  }
  if (method === 'GET' && /^\/florin\/trpc\/payments\.get(,payments\.get)*\?/.test(path)) {
    const answer = await fetch(url + path.slice('/florin'.length), {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
    return;
  }
  if (path.startsWith('/florin/')) return response.writeHead(403).end('no');
  const file = path === '/' ? '/index.html' : path;
  const content = await readFile(`${import.meta.dirname}/dist${file}`).catch(() => null);
  if (content === null) return response.writeHead(404).end();
  const type = types[file.slice(file.lastIndexOf('.'))] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type }).end(content);
});
