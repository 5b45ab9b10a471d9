/** The package's declarations: a file for each entry that needs no other package, with every docstring. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { currenciesModule, declaration } from './currencies.ts';
import { errorRow, errorRowModule, readable } from './readable.ts';

/** What holds the inside to the server is not told outside. */
const inside: Readonly<Record<string, string>> = {
  'router.d.ts': `
    export type Path = string;
    export type KindOf<P> = P;
    export type InputOf<P> = P;
    export type OutputOf<P> = P;`,
  'testing/inside.d.ts': 'export interface Inside { readonly faults: unknown }',
};

/** What the other entries say of the client's types they have from the first. */
const fromIndex = /^(@florin\/core(\/wire)?|\.\.\/(florin|options)\.ts)$/;

export async function bundleDeclarations(
  root: string,
  emitted: string,
  dist: string,
): Promise<void> {
  const own = `${emitted}/packages/sdk/src`;
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
        const isOther = importer?.startsWith(`${own}/testing/`) === true;
        if (isOther && fromIndex.test(specifier)) return { id: './index.mjs', external: true };
        if (!specifier.startsWith('.') || !importer) return packages[specifier];
        return resolve(dirname(importer), specifier.replace(/(?<!\.d)\.ts$/, '.d.ts'));
      },
    },
    load: {
      order: 'pre',
      handler(id) {
        if (currenciesModule.test(id)) return declaration;
        if (errorRowModule.test(id)) return errorRow;
        return id.startsWith(own) ? inside[id.slice(own.length + 1)] : undefined;
      },
    },
  };
  for (const [name, source] of [
    ['index', 'index'],
    ['testing', 'testing/index'],
  ] as const) {
    const types = await rolldown({
      input: { [name]: `${own}/${source}.d.ts` },
      plugins: [
        emittedDeclarations,
        ...dts({ dtsInput: true, emitDtsOnly: true, tsconfig: `${root}/tsconfig.build.json` }),
      ],
    });
    await types.write({ dir: dist, format: 'es' });
    const file = `${dist}/${name}.d.ts`;
    const declared = readable(await readFile(file, 'utf8'));
    await rm(file);
    mustStandAlone(name, declared);
    mustBeTold(name, declared);
    await writeFile(`${dist}/${name}.d.mts`, declared);
    await writeFile(`${dist}/${name}.d.cts`, declared.replaceAll('./index.mjs', './index.cjs'));
  }
}

function mustStandAlone(name: string, declared: string): void {
  const imports = [...declared.matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)];
  const strangers = imports.filter(([, specifier]) => specifier !== './index.mjs');
  if (strangers.length === 0) return;
  throw new Error(`The declarations of ${name} need ${strangers.map(([, it]) => it).join(', ')}.`);
}

/** What is found by completion says what it does: each function and method has its docstring. */
function mustBeTold(name: string, declared: string): void {
  const callable = /^(?: {2}(?!constructor)|export declare function )\w+(?:<.*>)?\(/;
  const lines = declared.split('\n');
  const untold = lines.filter(
    (line, at) => callable.test(line) && !lines[at - 1]?.trim().endsWith('*/'),
  );
  if (untold.length === 0) return;
  throw new Error(`The declarations of ${name} do not tell of:\n${untold.join('\n')}`);
}
