/** The package's code, as ESM and as CJS. */
import { resolve } from 'node:path';
import { type Plugin, type RolldownOutput, rolldown } from 'rolldown';
import { code, currenciesModule } from './currencies.ts';

const compactCurrencies: Plugin = {
  name: 'compact-currencies',
  load: { order: 'pre', handler: (id) => (currenciesModule.test(id) ? code : undefined) },
};

/** @returns the files that went into it */
export async function bundleCode(root: string, dist: string): Promise<readonly string[]> {
  const client = await rolldown({
    input: { index: resolve(root, 'src/index.ts') },
    platform: 'neutral',
    treeshake: { moduleSideEffects: false },
    plugins: [compactCurrencies],
    onLog: (level, log, report) => report(level === 'warn' ? 'error' : level, log),
  });
  const esm = await client.write({ dir: dist, format: 'es', entryFileNames: '[name].mjs' });
  await client.write({ dir: dist, format: 'cjs', entryFileNames: '[name].cjs' });
  return modulesOf(esm);
}

function modulesOf({ output }: RolldownOutput): readonly string[] {
  return output.flatMap((chunk) => {
    if (chunk.type !== 'chunk') return [];
    // What is imported by a name of its own would have to be installed.
    const strangers = chunk.imports.filter(
      (name) => !name.startsWith('node:') && !name.startsWith('.'),
    );
    if (strangers.length > 0) throw new Error(`${chunk.fileName} needs ${strangers.join(', ')}.`);
    return chunk.moduleIds;
  });
}
