/** The settings, and the only reader of the environment. */
import { resolve } from 'node:path';
import { apiKeyPattern } from '@florin/db';
import { z } from 'zod';

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
    logLevel: data.FLORIN_LOG,
  };
}
