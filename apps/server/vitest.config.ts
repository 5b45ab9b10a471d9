import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['@florin/db/testing', './test/seen.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // A poll waits for what must come; how soon is not what a test is about.
    expect: { poll: { timeout: 20_000 } },
  },
});
