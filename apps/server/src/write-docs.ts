/** Writes the documents that are generated: `npx -y pnpm run docs`. A test holds them to it. */
import { writeFile } from 'node:fs/promises';
import { generatedDocs } from './generated-docs.ts';

const docs = new URL('../../../docs/', import.meta.url);
for (const [name, make] of Object.entries(generatedDocs)) {
  await writeFile(new URL(name, docs), make());
}
