/** Makes the present OpenAPI document the released one: `npx -y pnpm run docs:released`. */
import { writeFile } from 'node:fs/promises';
import { openapiDocument } from '../src/rest/openapi/document.ts';

const text = `${JSON.stringify(openapiDocument(), null, 2)}\n`;
await writeFile(new URL('released.json', import.meta.url), text);
