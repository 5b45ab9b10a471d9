/** Lists: await one for its first page, or go through all of it with `for await`. */

/** A page of a list. `nextCursor` is null on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Hand it in as `cursor` for the next page. */
  readonly nextCursor: string | null;
}

/**
 * A list. Awaited, it is its first page; with `for await` it is every item of every page, each page
 * asked for when it is reached. Nothing is asked for before.
 *
 * ```ts
 * for await (const payment of florin.payments.list({ status: 'SUCCESS' })) console.log(payment.id);
 * const { items, nextCursor } = await florin.payments.list({ limit: 50 });
 * ```
 */
export interface List<T, P = Page<T>> extends Promise<P>, AsyncIterable<T> {}

/** @param read the page after `previous`, which is null at first; null where there is none */
export function listOf<T, P extends { readonly items: readonly T[] }>(
  read: (previous: P | null) => Promise<P> | null,
): List<T, P> {
  let first: Promise<P> | undefined;
  const start = (): Promise<P> => {
    first ??= Promise.resolve(read(null) as Promise<P>);
    return first;
  };
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited for its first page
    then: (resolved, rejected) => start().then(resolved, rejected),
    catch: (rejected) => start().catch(rejected),
    finally: (done) => start().finally(done),
    [Symbol.toStringTag]: 'List',
    async *[Symbol.asyncIterator]() {
      let page: P | null = await start();
      while (page !== null) {
        yield* page.items;
        page = await read(page);
      }
    },
  };
}

/** A list whose pages lead on by `nextCursor`. */
export function byCursor<T>(
  from: string | undefined,
  read: (cursor: string | undefined) => Promise<Page<T>>,
): List<T> {
  return listOf<T, Page<T>>((previous) => {
    if (previous === null) return read(from);
    return previous.nextCursor === null ? null : read(previous.nextCursor);
  });
}
