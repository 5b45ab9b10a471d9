/** The documents that are generated, by their place in `docs/`: a test holds each to what makes it. */
import { callsDocument } from './calls-document.ts';
import { cliDocument } from './cli/cli-document.ts';
import { errorsDocument } from './errors-document.ts';
import { postmanCollection } from './postman.ts';
import { settingsDocument } from './settings-document.ts';

export const generatedDocs: Readonly<Record<string, () => string>> = {
  'CALLS.md': callsDocument,
  'CLI.md': cliDocument,
  'ERRORS.md': errorsDocument,
  'SETTINGS.md': settingsDocument,
  'examples/florin.postman_collection.json': postmanCollection,
};
