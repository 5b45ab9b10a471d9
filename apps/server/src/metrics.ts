/** What operators watch, in Prometheus' format: requests, open operations, and the process itself. */
import { countOpenOperations, countReports, type Database } from '@florin/db';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface Request {
  readonly method: string;
  /** As the documents have it, such as `/payments/{id}/`: callers' ids would be labels without end. */
  readonly route: string;
  readonly status: number;
}

export interface Metrics {
  observe(request: Request, seconds: number): void;
  /** Asks the database; what it does not tell is left out. */
  read(): Promise<{ readonly type: string; readonly text: string }>;
}

export function createMetrics(database: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'florin_request_seconds',
    help: 'How long requests took, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers: [registry],
  });
  const open = new Gauge({
    name: 'florin_open_operations',
    help: 'Operations of all merchants whose outcome is not known yet.',
    registers: [registry],
  });
  const age = new Gauge({
    name: 'florin_oldest_open_operation_age_seconds',
    help: 'How long the oldest open operation has been open; 0 where none is.',
    registers: [registry],
  });
  const reports = new Gauge({
    name: 'florin_provider_reports',
    help: "Providers' reports that wait to be applied, and those that are dead: they can't be.",
    labelNames: ['status'],
    registers: [registry],
  });

  async function ask(): Promise<void> {
    try {
      const [operations, reported] = await Promise.all([
        countOpenOperations(database),
        countReports(database),
      ]);
      const { oldest } = operations;
      open.set(operations.open);
      age.set(oldest === null ? 0 : Math.max(0, (Date.now() - oldest) / 1000));
      reports.set({ status: 'waiting' }, reported.waiting);
      reports.set({ status: 'dead' }, reported.dead);
    } catch {
      // /ready says that the database is away; a figure of some time ago would say that all is well.
      for (const gauge of [open, age]) gauge.remove();
      reports.reset();
    }
  }

  return {
    observe({ method, route, status }, seconds) {
      requests.observe({ method, route, status }, seconds);
    },
    async read() {
      await ask();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}
