/** Writes the documents that are generated: `npx -y pnpm run docs`. A test holds them to it. */
import { writeFile } from 'node:fs/promises';
import { errorsDocument } from './errors-document.ts';
import { postmanCollection } from './postman.ts';

const docs = new URL('../../../docs/', import.meta.url);
await writeFile(new URL('ERRORS.md', docs), errorsDocument());
await writeFile(new URL('examples/florin.postman_collection.json', docs), postmanCollection());
