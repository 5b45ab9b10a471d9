/** The package's code, as ESM and as CJS. */
import { resolve } from 'node:path';
import { type Plugin, type RolldownOptions, type RolldownOutput, rolldown } from 'rolldown';
import { code, currenciesModule } from './currencies.ts';
import { inMemory } from './in-memory.ts';

const compactCurrencies: Plugin = {
  name: 'compact-currencies',
  load: { order: 'pre', handler: (id) => (currenciesModule.test(id) ? code : undefined) },
};

/** There is one client in a process, and one class of its errors. */
const clientOfIndex = (extension: string): Plugin => ({
  name: 'client-of-index',
  resolveId: {
    order: 'pre',
    handler: (specifier) =>
      specifier === '../florin.ts' ? { id: `./index${extension}`, external: true } : undefined,
  },
});

const database: Plugin = {
  name: 'database-in-memory',
  resolveId: {
    order: 'pre',
    handler: (specifier) => inMemory.find(({ find }) => find.test(specifier))?.replacement,
  },
};

/** @returns the files that went into it */
export async function bundleCode(root: string, dist: string): Promise<readonly string[]> {
  const client: RolldownOptions = {
    input: { index: resolve(root, 'src/index.ts') },
    platform: 'neutral',
    treeshake: { moduleSideEffects: false },
    plugins: [compactCurrencies],
  };
  const testing = (extension: string): RolldownOptions => ({
    input: { testing: resolve(root, 'src/testing/index.ts') },
    platform: 'node',
    plugins: [clientOfIndex(extension), database, compactCurrencies],
  });
  const written: RolldownOutput[] = [];
  for (const [format, extension] of [
    ['es', '.mjs'],
    ['cjs', '.cjs'],
  ] as const) {
    for (const options of [client, testing(extension)]) {
      const bundle = await rolldown({
        ...options,
        onLog: (level, log, report) => report(level === 'warn' ? 'error' : level, log),
      });
      const entryFileNames = `[name]${extension}`;
      written.push(await bundle.write({ dir: dist, format, entryFileNames }));
    }
  }
  return written.flatMap(modulesOf);
}

function modulesOf({ output }: RolldownOutput): readonly string[] {
  return output.flatMap((chunk) => {
    if (chunk.type !== 'chunk') return [];
    // What is imported by a name of its own would have to be installed.
    const strangers = chunk.imports.filter((name) => !/^(node:|\.\/index\.)/.test(name));
    if (strangers.length > 0) throw new Error(`${chunk.fileName} needs ${strangers.join(', ')}.`);
    return chunk.moduleIds;
  });
}
