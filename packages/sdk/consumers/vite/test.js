/** The built page in a real Chromium. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { backend } from './backend.js';

backend.listen(0, '127.0.0.1');
await once(backend, 'listening');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const page = await browser.newPage();
const problems = [];
page.on('pageerror', (error) => problems.push(error));
await page.goto(`http://127.0.0.1:${backend.address().port}/`);
await page.click('#pay');
const text = async (id) => {
  await page.waitForFunction((it) => document.querySelector(it)?.textContent !== '', `#${id}`);
  return page.textContent(`#${id}`);
};
assert.equal(await text('payment'), 'SUCCESS $42.00');
assert.equal(await text('refused'), 'unexpected_answer 403');
assert.match(await text('secret'), /whoever visits could read your secret API key/);
assert.deepEqual(problems, []);
await browser.close();
backend.close();
backend.closeAllConnections();

// Nothing of the key, or of the Florin for tests, is in what the page was sent.
const assets = `${import.meta.dirname}/dist/assets`;
for (const name of await readdir(assets)) {
  const content = await readFile(`${assets}/${name}`, 'utf8');
  assert.equal(content.includes(process.env.FLORIN_KEY), false);
  assert.ok(content.length < 60_000, `${name} has ${content.length} bytes`);
}
