import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './src/testing.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    isolate: false,
    maxWorkers: 2,
  },
});
