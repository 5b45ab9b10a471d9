/**
 * A Florin whose test merchants also reach the acquirer: `provider: "acquirer"`. For proofs, which spawn
 * and kill it. Configured as any Florin is, and by FLORIN_ACQUIRER_URL and FLORIN_ACQUIRER_SECRET.
 */
import { readConfig } from '@florin/server/config';
import { start } from '@florin/server/main';
import { createProviders } from '@florin/server/providers';
import { createAcquirer } from './provider.ts';

function required(name: string): string {
  // biome-ignore lint/style/noProcessEnv: the server's config.ts reads all else; these two are not its own.
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is missing.`);
  return value;
}

const stop = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.resolve());
const acquirer = createAcquirer({
  url: required('FLORIN_ACQUIRER_URL'),
  secret: required('FLORIN_ACQUIRER_SECRET'),
});
const providers = new Map([...createProviders(), [acquirer.name, acquirer]]);
const florin = await start(readConfig(), providers);
process.stdout.write(`Florin is listening on ${florin.url}\n`);
await stop.promise;
await florin.stop();
