import { defineConfig } from 'vitest/config';
import { inMemory } from './build/in-memory.ts';

export default defineConfig({
  resolve: { alias: inMemory },
  test: {
    // Consumers have tests of their own, where they are installed.
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: 'test/shared.ts',
  },
});
