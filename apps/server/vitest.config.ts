import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['@florin/db/testing', './test/seen.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Loading the server takes longer than most files take to run: a worker loads it once, for all of
    // its files. A file that replaces modules or globals must put them back.
    isolate: false,
    // A poll waits for what must come; how soon is not what a test is about.
    expect: { poll: { timeout: 20_000 } },
  },
});
