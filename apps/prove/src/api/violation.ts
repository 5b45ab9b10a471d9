/** How it is said that what must hold does not, or that nothing can be said. */
import type { Exchange } from './wire/http.ts';

/** What must hold does not; with the requests and answers that show it. */
export class Violation extends Error {
  readonly exchanges: readonly Exchange[];

  constructor(what: string, ...exchanges: readonly (Exchange | null | undefined)[]) {
    super(what);
    this.exchanges = exchanges.filter((one) => one !== null && one !== undefined);
  }
}

/** The server cannot be tested at all: not there, or no payments server, or gone. */
export class NotTestableError extends Error {}
