/** `/docs`: the reference page, from this server alone; looked at by a real browser where there is one. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFlorin } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
beforeAll(async () => {
  florin = await startFlorin();
});
afterAll(() => florin[Symbol.asyncDispose]());

describe('/docs', () => {
  it.each(['/docs', '/docs/'])(
    '%s is a page that needs no key and may run no script but its own',
    async (path) => {
      const http = florin.http.as(null);
      const answer = await http.get(path);
      const html = answer.text;
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      const policy = answer.headers.get('content-security-policy') ?? '';
      const [, nonce = ''] = /script-src 'nonce-([^']+)'(?:;|$)/.exec(policy) ?? [];
      expect(nonce).toHaveLength(24);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
      for (const [script] of html.matchAll(/<script[^>]*>/g))
        expect(script).toContain(`nonce="${nonce}"`);
      expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(policy).not.toBe((await http.get(path)).headers.get('content-security-policy'));
    },
  );

  it('brings its script along', async () => {
    const answer = await fetch(`${florin.url}/docs/reference.js`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await answer.text()).length).toBeGreaterThan(1_000_000);
  });

  it('takes no POST', async () => {
    const page = await florin.http.post('/docs');
    const script = await fetch(`${florin.url}/docs/reference.js`, { method: 'POST' });
    for (const { status, headers } of [page, script]) {
      expect([status, headers.get('allow')]).toEqual([405, 'GET']);
    }
  });
});

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

describe.runIf(browser !== undefined)('in a browser', () => {
  it('shows every operation, breaks no rule of its policy, and asks nobody else', async () => {
    const opened = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] });
    const page = await opened.newPage({ viewport: { width: 1400, height: 900 } });
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    try {
      await page.goto(`${florin.url}/docs`);
      await page.getByRole('heading', { name: 'Florin', exact: true }).waitFor();
      for (const name of ['Charge or authorize an order', 'Follow all events']) {
        await page.getByText(name).first().waitFor({ state: 'attached' });
      }
      await page.getByText('Charge or authorize an order').first().click();
      await page
        .getByRole('button', { name: /Test Request/ })
        .first()
        .click();
      await page.getByRole('button', { name: /Send/ }).first().waitFor();
      const shot = process.env['FLORIN_SCREENSHOT'];
      if (shot !== undefined) await page.screenshot({ path: shot });
    } finally {
      await opened.close();
    }
    const elsewhere = asked.filter(
      (url) => !url.startsWith(florin.url) && !url.startsWith('data:'),
    );
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  }, 120_000);
});
