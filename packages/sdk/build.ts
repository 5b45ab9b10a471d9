/** Builds `dist/`: ESM, CJS, and declarations that stand alone but for tRPC's own types. */
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const emitted = resolve(import.meta.dirname, '.types');
const dist = resolve(import.meta.dirname, 'dist');
const external = /^@trpc\//;

/** Types of the workspace's other packages are bundled; of the server, the router's only. */
const declarations: Readonly<Record<string, string>> = {
  '@florin/core': `${emitted}/packages/core/src/index.d.ts`,
  '@florin/server/router': `${emitted}/apps/server/src/router/index.d.ts`,
};
const serverContext = `${emitted}/apps/server/src/router/trpc.d.ts`;

const emittedDeclarations: Plugin = {
  name: 'emitted-declarations',
  resolveId: {
    order: 'pre',
    handler(specifier, importer) {
      if (!specifier.startsWith('.') || !importer) return declarations[specifier];
      return resolve(dirname(importer), specifier.replace(/(?<!\.d)\.ts$/, '.d.ts'));
    },
  },
  load: {
    order: 'pre',
    // What procedures are given inside the server is none of a client's business.
    handler: (id) =>
      id === serverContext ? 'export type Context = object; export type Meta = object;' : undefined,
  },
};

for (const folder of [emitted, dist]) await rm(folder, { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });

const code = await rolldown({ input: 'src/index.ts', external, platform: 'neutral' });
await code.write({ dir: dist, format: 'es', entryFileNames: 'index.mjs' });
await code.write({ dir: dist, format: 'cjs', entryFileNames: 'index.cjs' });

const types = await rolldown({
  input: `${emitted}/packages/sdk/src/index.d.ts`,
  external,
  plugins: [
    emittedDeclarations,
    ...dts({ dtsInput: true, emitDtsOnly: true, tsconfig: 'tsconfig.build.json' }),
  ],
});
await types.write({ dir: dist, format: 'es' });
const declared = await readFile(`${dist}/index.d.ts`, 'utf8');
await rm(`${dist}/index.d.ts`);
for (const name of ['index.d.mts', 'index.d.cts']) await writeFile(`${dist}/${name}`, declared);

const imports = [...declared.matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)].map(([, it]) => it);
const strangers = [...new Set(imports)].filter((specifier) => !external.test(specifier ?? ''));
if (strangers.length > 0) throw new Error(`The declarations need ${strangers.join(', ')}.`);
