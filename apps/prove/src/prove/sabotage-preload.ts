// Preloaded by a Florin that is sabotaged: changes the source of the files that the sabotage names.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { sabotages } from './sabotages.ts';

// biome-ignore lint/style/noProcessEnv: which sabotage it is; there is no other way into a preload.
const name = process.env['FLORIN_SABOTAGE'] ?? '';
const changes = sabotages[name]?.changes ?? [];

registerHooks({
  load(url, context, next) {
    const here = changes.filter(({ file }) => url.endsWith(file));
    if (here.length === 0) return next(url, context);
    let source = readFileSync(fileURLToPath(url), 'utf8');
    for (const { find, replace, file } of here) {
      if (!source.includes(find)) throw new Error(`Sabotage ${name}: ${file} has no "${find}".`);
      source = source.replace(find, replace);
    }
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});
