/** The feed as callers see it over REST: events, and how to follow them. */
import type { Answer, Http, WirePayment } from './http.ts';

export interface WireEvent {
  readonly id: string;
  readonly number: number | null;
  readonly type: string;
  readonly payment_id: string;
  readonly version: number;
  readonly operation_id: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly created_at: string;
  readonly payment: WirePayment;
}

export const eventsIn = (answer: Answer): readonly WireEvent[] =>
  JSON.parse(answer.text) as readonly WireEvent[];

/** Where `Link` leads from an answer, if it leads anywhere. */
export const nextOf = (answer: Answer): string | undefined =>
  /^<(\S+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];

/** Follows `Link` from `path` to the end. */
export async function pagesFrom(
  http: Http,
  path: string,
): Promise<readonly (readonly WireEvent[])[]> {
  const pages: (readonly WireEvent[])[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer = await http.get(next);
    if (answer.status !== 200) throw new Error(`Not a page: ${answer.status} ${answer.text}`);
    pages.push(eventsIn(answer));
    next = nextOf(answer);
  }
  return pages;
}

/** A follower: each call answers what came after what it has seen, and keeps it. */
export function follower(http: Http, limit = 100) {
  const seen: WireEvent[] = [];
  return {
    seen,
    async catchUp(): Promise<readonly WireEvent[]> {
      const after = seen.at(-1)?.number ?? 0;
      const pages = await pagesFrom(http, `/events/?after=${after}&limit=${limit}`);
      seen.push(...pages.flat());
      return seen;
    },
  };
}
