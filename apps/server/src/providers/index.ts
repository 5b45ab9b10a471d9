/** Every provider, by name. Adding one: its file, and a line here. */
import type { Mode } from '@florin/db';
import { manual } from './manual.ts';
import type { Provider } from './provider.ts';
import { createSandbox } from './sandbox.ts';

export type Providers = ReadonlyMap<string, Provider>;

export function createProviders(sandbox: Provider = createSandbox()): Providers {
  return new Map([manual, sandbox].map((provider) => [provider.name, provider]));
}

/** Where a merchant's payments go that name no provider. */
export const defaultProvider: Readonly<Record<Mode, string>> = { test: 'sandbox', live: 'manual' };

/** The names that a merchant of this mode may use. */
export function availableTo(providers: Providers, mode: Mode): readonly string[] {
  return [...providers.values()]
    .filter(({ modes }) => modes.includes(mode))
    .map(({ name }) => name);
}
