/** The pages whose commands are run, in the order in which one would read them. */

export interface Page {
  readonly path: string;
  /** What the page takes for granted: a Florin that is started as the README says. */
  readonly isStarted?: true;
  /** Whose PostgreSQL it is: `own` as the page's reader has it, `old` beside the Django module's table. */
  readonly database?: 'own' | 'old';
  /** Its embedded database is in a folder of its own: what it lists is what it made. */
  readonly isAlone?: true;
}

export const pages: readonly Page[] = [
  { path: 'README.md' },
  { path: 'docs/TUTORIAL.md' },
  { path: 'docs/examples/README.md', isStarted: true },
  { path: 'docs/how-to/COMMAND-LINE.md', isAlone: true },
  { path: 'docs/how-to/OWN-POSTGRESQL.md', database: 'own' },
  { path: 'docs/MIGRATE-FROM-DJANGO.md', database: 'old' },
  { path: 'docs/SANDBOX.md', isStarted: true },
  { path: 'docs/SDK.md' },
  { path: 'docs/ARCHITECTURE.md' },
  { path: 'CONTRIBUTING.md' },
];

/** Too long to be run as they stand: shorter ones are. */
export const runElsewhere: Readonly<Record<string, string>> = {
  'docs/PERFORMANCE.md': 'apps/bench/test/bench.test.ts',
  'docs/RELIABILITY.md': 'apps/prove/test/prove.test.ts',
};

/** How a Florin is started, as the README says. */
export const start = 'npx -y pnpm start\n';
