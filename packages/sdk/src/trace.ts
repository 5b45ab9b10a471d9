/** Passes an OpenTelemetry context on, if there is one, without depending on OpenTelemetry. */

/**
 * What `@opentelemetry/api` 1.x, of whatever copy, keeps under a global symbol: the parts that were
 * set up. https://opentelemetry.io/docs/specs/otel/context/api-propagators/
 */
interface Registry {
  readonly context?: { active(): unknown };
  readonly propagation?: {
    inject(
      context: unknown,
      carrier: Record<string, string>,
      setter: { set(carrier: Record<string, string>, key: string, value: string): void },
    ): void;
  };
}

const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => {
    carrier[key] = value;
  },
};

/** `traceparent` and what else the application's propagator adds; nothing where there is none. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const registry = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')] as
    | Registry
    | undefined;
  const headers: Record<string, string> = {};
  if (registry?.context && registry.propagation) {
    registry.propagation.inject(registry.context.active(), headers, setter);
  }
  return headers;
}
