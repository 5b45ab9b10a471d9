/** One Florin for all test files that need nothing of their own: each works on its own orders. */
import type { TestProject } from 'vitest/node';
import { startServer } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    florin: { readonly url: string; readonly apiKey: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  project.provide('florin', { url: server.url, apiKey: server.apiKey });
  return async () => server[Symbol.asyncDispose]();
}
