import { defineConfig } from 'vitest/config';

// How long a test may take is for hangs, not for slow machines.
export default defineConfig({ test: { testTimeout: 120_000, isolate: false } });
