import { defineConfig } from 'vitest/config';
import { inMemory } from '../../packages/sdk/build/in-memory.ts';

export default defineConfig({
  // The build of the SDK does so; this takes it from its source.
  resolve: { alias: inMemory },
  test: { testTimeout: 120_000, hookTimeout: 120_000 },
});
