/** The package's declarations: one file that imports nothing, with every docstring. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { currenciesModule, declaration } from './currencies.ts';
import { errorRow, errorRowModule, readable } from './readable.ts';

/** The server's types hold the client's inside to the router; none of them is told outside. */
const calls = `
export type Path = string;
export type KindOf<P> = P;
export type InputOf<P> = P;
export type OutputOf<P> = P;
`;

export async function bundleDeclarations(
  root: string,
  emitted: string,
  dist: string,
): Promise<void> {
  const core = `${emitted}/packages/core/src`;
  const packages: Readonly<Record<string, string>> = {
    '@florin/core': `${core}/index.d.ts`,
    '@florin/core/wire': `${core}/wire/index.d.ts`,
  };
  const emittedDeclarations: Plugin = {
    name: 'emitted-declarations',
    resolveId: {
      order: 'pre',
      handler(specifier, importer) {
        if (!specifier.startsWith('.') || !importer) return packages[specifier];
        return resolve(dirname(importer), specifier.replace(/(?<!\.d)\.ts$/, '.d.ts'));
      },
    },
    load: {
      order: 'pre',
      handler(id) {
        if (currenciesModule.test(id)) return declaration;
        if (errorRowModule.test(id)) return errorRow;
        return id === `${emitted}/packages/sdk/src/router.d.ts` ? calls : undefined;
      },
    },
  };
  for (const name of ['index']) {
    const types = await rolldown({
      input: { [name]: `${emitted}/packages/sdk/src/${name}.d.ts` },
      plugins: [
        emittedDeclarations,
        ...dts({ dtsInput: true, emitDtsOnly: true, tsconfig: `${root}/tsconfig.build.json` }),
      ],
    });
    await types.write({ dir: dist, format: 'es' });
    const file = `${dist}/${name}.d.ts`;
    const declared = readable(await readFile(file, 'utf8'));
    await rm(file);
    const imports = [...declared.matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)];
    if (imports.length > 0) {
      throw new Error(`The declarations need ${imports.map(([, it]) => it).join(', ')}.`);
    }
    for (const kind of ['d.mts', 'd.cts']) await writeFile(`${dist}/${name}.${kind}`, declared);
  }
}
