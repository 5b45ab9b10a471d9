import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['versions/two-versions.ts'],
    globalSetup: ['@florin/db/testing'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
