/** What is put on a server over HTTP. */
import type { Ask } from '../requests.ts';
import type { Seeded } from '../seed.ts';

export interface HttpLoad {
  readonly url: string;
  readonly key: string;
  readonly asks: readonly Ask[];
  readonly seeded: Seeded;
  readonly connections: number;
}
