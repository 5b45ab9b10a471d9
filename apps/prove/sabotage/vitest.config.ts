import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['sabotage/sabotage.ts'], testTimeout: 400_000 },
});
