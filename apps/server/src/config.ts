/** The settings, and the only reader of the environment. */
import type { Deadlines } from '@florin/core';
import { type SettingName, settings, tellSetting } from './config-settings.ts';

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly bootstrapKey: string | undefined;
  readonly deadlines: Deadlines;
  readonly publicUrl: string | undefined;
  readonly sandboxSecret: string | undefined;
  readonly logLevel: string;
}

/** A setting is not valid; the message names the variable and says what it must be. */
export class ConfigError extends Error {}

/** @throws ConfigError */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const parsed = settings.safeParse(environment);
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map(({ path }) => path[0] as SettingName));
    const lines = [...names].map((name) => `${name} must be ${tellSetting(name).takes}.`);
    throw new ConfigError(lines.join('\n'));
  }
  const { data } = parsed;
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    dataDir: data.FLORIN_DATA_DIR,
    bootstrapKey: data.FLORIN_BOOTSTRAP_KEY,
    deadlines: {
      payerActionMs: data.FLORIN_PAYER_ACTION_SECONDS,
      authorizationMs: data.FLORIN_AUTHORIZATION_SECONDS,
    },
    publicUrl: data.FLORIN_PUBLIC_URL,
    sandboxSecret: data.FLORIN_SANDBOX_SECRET,
    logLevel: data.FLORIN_LOG,
  };
}
