/** The settings, and the only reader of the environment. */
import { resolve } from 'node:path';
import { type Deadlines, limits } from '@florin/core';
import { apiKeyPattern } from '@florin/db';
import { z } from 'zod';

/** A whole number of seconds, as milliseconds. */
const seconds = (defaultMs: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,7}$/, 'must be a whole number of seconds, such as 1800')
    .transform((text) => Number(text) * 1000)
    .default(defaultMs);

function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(text);
}

/** As https://www.standardwebhooks.com has them. */
function isWebhookSecret(text: string): boolean {
  const bytes = Buffer.from(text.slice('whsec_'.length), 'base64');
  const isWhole = text === `whsec_${bytes.toString('base64')}`;
  return isWhole && bytes.length >= 24 && bytes.length <= 64;
}

const settings = z.object({
  /** Port to listen on; 0 takes a free one. */
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number, such as 8000')
    .default('8000')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port number, at most 65535'),
  /** Address to listen on. */
  HOST: z.string().min(1, 'must be an address, such as 127.0.0.1').default('127.0.0.1'),
  /** The owner's URL of a PostgreSQL database; without it Florin brings its own. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a URL such as postgres://user:password@host:5432/florin')
    .optional(),
  /** Folder of the embedded database. */
  FLORIN_DATA_DIR: z
    .string()
    .min(1, 'must be a folder')
    .default('.florin')
    .transform((folder) => resolve(folder)),
  /** The first merchant's API key, made if there is no merchant. */
  FLORIN_BOOTSTRAP_KEY: z
    .string()
    .regex(apiKeyPattern, `must match ${apiKeyPattern.source}`)
    .optional(),
  /** How long a payer has to act, where the provider does not say. */
  FLORIN_PAYER_ACTION_SECONDS: seconds(limits.payerActionMs),
  /** How long funds are held, where the provider does not say. */
  FLORIN_AUTHORIZATION_SECONDS: seconds(limits.authorizationMs),
  /** Where payers reach this server; without it, where it listens. */
  FLORIN_PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, 'must be a URL such as https://pay.example, without a query')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** What the sandbox's reports are signed with; without it the sandbox takes none. */
  FLORIN_SANDBOX_SECRET: z
    .string()
    .refine(isWebhookSecret, 'must be "whsec_" and 24 to 64 random bytes in base64')
    .optional(),
  /** Log level. */
  FLORIN_LOG: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be one of trace, debug, info, warn, error, fatal, silent',
    })
    .default('info'),
});

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
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
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
