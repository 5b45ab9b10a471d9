/** Writes the documents that are generated: `npx -y pnpm run docs`. A test holds them to it. */
import { writeFile } from 'node:fs/promises';
import { errorsDocument } from './errors-document.ts';

await writeFile(new URL('../../../docs/ERRORS.md', import.meta.url), errorsDocument());
