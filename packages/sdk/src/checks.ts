/** What a client is set up with is judged at once: not by its first call, when nobody looks. */
import type { FlorinOptions } from './options.ts';

/** A page or a worker of one; jsdom too. Deno, Bun and Node have no document and no such scope. */
function isBrowser(): boolean {
  const scope = globalThis as { document?: unknown; WorkerGlobalScope?: unknown; Deno?: unknown };
  return scope.document !== undefined || (!scope.Deno && scope.WorkerGlobalScope !== undefined);
}

/** @throws TypeError where a url or a key is none, or a secret would be given away */
export function checkOptions({ url, apiKey, dangerouslyAllowBrowser }: FlorinOptions): void {
  const base = globalThis.location?.href;
  if (!URL.canParse(url, base) || !/^https?:$/.test(new URL(url, base).protocol)) {
    throw new TypeError(
      `url must be where Florin answers, such as "http://127.0.0.1:8000": "${url}"`,
    );
  }
  if (apiKey === null) return;
  if (typeof apiKey !== 'string' || !/^fk_(test|live)_\w+$/.test(apiKey)) {
    throw new TypeError(
      'apiKey must be a key of Florin, fk_test_… or fk_live_…; or null, where a backend of yours adds it.',
    );
  }
  if (isBrowser() && dangerouslyAllowBrowser !== true) {
    throw new TypeError(
      'This is a browser: whoever visits could read your secret API key and move your money. Call Florin from a backend of yours, with apiKey: null here; or set dangerouslyAllowBrowser if nobody else can open this page.',
    );
  }
}
