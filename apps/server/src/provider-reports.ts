/**
 * `POST /providers/{name}/reports/`: what providers report by themselves. It is signed by the
 * provider and takes no API key. Stored first, then applied at once: once it is stored the answer is
 * 200 whatever becomes of it, so that the provider sends it again only where it is lost.
 */
import { refuse } from '@florin/core';
import { Hono } from 'hono';
import type { Reports } from './engine/apply-report.ts';
import { RefusalError } from './engine/refusal-error.ts';
import type { Env } from './observe.ts';
import type { Providers } from './providers/index.ts';

const path = '/providers/:name/reports';

export function createProviderReports(providers: Providers, reports: Reports): Hono<Env> {
  const app = new Hono<Env>({ strict: false });
  app.post(path, async (http) => {
    http.set('route', '/providers/{name}/reports/');
    const name = http.req.param('name');
    const provider = providers.get(name);
    if (!provider?.readReport) throw new RefusalError(refuse('route_not_found', {}));
    const report = provider.readReport(http.req.raw.headers, await http.req.arrayBuffer());
    http.set('merchantId', report.merchantId);
    const { stored, isNew } = await reports.store(name, report);
    if (stored.body !== report.body) throw new RefusalError(refuse('report_id_reused', {}));

    const standing = await reports.apply(stored);
    return http.json({ ...standing, duplicate: !isNew });
  });
  app.all(path, () => {
    throw new RefusalError(refuse('method_not_allowed', { allow: ['POST'] }));
  });
  return app;
}
