import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['@florin/db/testing', './test/folder.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
    // Loading the server takes longer than the files take to run: it is loaded once for all of them.
    isolate: false,
    // A poll waits for what must come; how soon is not what a test is about.
    expect: { poll: { timeout: 20_000 } },
  },
});
