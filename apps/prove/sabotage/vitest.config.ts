import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['sabotage/sabotage.ts', 'sabotage/mutants.ts'], testTimeout: 400_000 },
});
