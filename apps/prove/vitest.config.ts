import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: '@florin/db/testing',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    isolate: false,
  },
});
