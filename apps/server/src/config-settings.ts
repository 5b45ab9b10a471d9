/** The settings as they stand in the environment: what each takes, and what of it is told to people. */
import { resolve } from 'node:path';
import { limits } from '@florin/core';
import { apiKeyPattern } from '@florin/db';
import { z } from 'zod';

interface Told {
  /** What it is. */
  readonly what: string;
  /** What a value must be: a wrong one is told so. */
  readonly takes: string;
  readonly unit?: string;
  /** What holds without it, where it has no default of its own. */
  readonly without?: string;
  /** `database`: whoever opens the database, the command line too; `server`: the server and its workers alone. */
  readonly readBy: 'database' | 'server';
}

/** What its schema does not say of a setting. */
const told = z.registry<Told>();

/** A whole number of seconds, as milliseconds. */
const seconds = (defaultMs: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,7}$/)
    .default(String(defaultMs / 1000))
    .transform((text) => Number(text) * 1000);

const wholeSeconds = { takes: 'a whole number of seconds, such as 1800', unit: 'seconds' };

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

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const settings = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .refine((text) => Number(text) <= 65_535)
    .default('8000')
    .transform(Number)
    .register(told, {
      what: 'Port to listen on; 0 takes a free one.',
      takes: 'a port number from 0 to 65535, such as 8000',
      readBy: 'server',
    }),
  HOST: z.string().min(1).default('127.0.0.1').register(told, {
    what: 'Address to listen on. Whoever reaches it reaches `/metrics` too: keep a proxy before it.',
    takes: 'an address of this machine, such as 127.0.0.1 or ::1',
    readBy: 'server',
  }),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional()
    .register(told, {
      what: "The owner's URL of a PostgreSQL database, 15 or newer; several Florins may share one. `?sslmode=require` and the like go along.",
      takes: 'a URL such as postgres://user:password@host:5432/florin',
      without: 'the embedded database',
      readBy: 'database',
    }),
  FLORIN_DATA_DIR: z
    .string()
    .min(1)
    .default('.florin')
    .transform((folder) => resolve(folder))
    .register(told, {
      what: 'Folder of the embedded database, and of the first API key that is made for you. It is made if it is not there.',
      takes: 'a folder; a relative one is below where Florin is started',
      readBy: 'database',
    }),
  FLORIN_BOOTSTRAP_KEY: z
    .string()
    .regex(apiKeyPattern)
    .optional()
    .register(told, {
      what: 'If there is no merchant yet, the start makes one named `default`, test or live as the key is, whose API key this is.',
      takes: `an API key that matches ${apiKeyPattern.source}`,
      without:
        "with the embedded database a test merchant's key is made, and kept in its folder's `api-key`",
      readBy: 'server',
    }),
  FLORIN_PAYER_ACTION_SECONDS: seconds(limits.payerActionMs).register(told, {
    ...wholeSeconds,
    what: 'How long a payer has to act before the payment is voided, where the provider does not say.',
    readBy: 'server',
  }),
  FLORIN_AUTHORIZATION_SECONDS: seconds(limits.authorizationMs).register(told, {
    ...wholeSeconds,
    what: 'How long funds are held before the payment is voided, where the provider does not say.',
    readBy: 'server',
  }),
  FLORIN_PUBLIC_URL: z
    .string()
    .refine(isPublicUrl)
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .register(told, {
      what: "Where payers reach this server, for [the sandbox's page for the payer](SANDBOX.md#the-payers-page).",
      takes: 'a URL such as https://pay.example, without a query',
      without: 'where it listens',
      readBy: 'server',
    }),
  FLORIN_SANDBOX_SECRET: z.string().refine(isWebhookSecret).optional().register(told, {
    what: "What [the sandbox's reports](SANDBOX.md#its-reports) are signed with.",
    takes: '"whsec_" and 24 to 64 random bytes in base64',
    without: 'the sandbox takes no reports',
    readBy: 'server',
  }),
  FLORIN_LOG: z
    .enum(logLevels)
    .default('info')
    .register(told, {
      what: 'From which level on it logs, to standard output: JSON, a line each, made readable on a terminal.',
      takes: `one of ${logLevels.join(', ')}`,
      readBy: 'server',
    }),
});

export type SettingName = keyof typeof settings.shape;

export interface Setting extends Told {
  readonly name: SettingName;
  /** As it would stand in the environment; null where there is none. */
  readonly default: string | null;
}

export const settingNames = Object.keys(settings.shape) as readonly SettingName[];

export function tellSetting(name: SettingName): Setting {
  const schema: z.ZodType = settings.shape[name];
  const about = told.get(schema);
  if (!about) throw new Error(`Nothing is told of ${name}.`);
  const { default: value } = z.toJSONSchema(schema, { io: 'input' });
  return { ...about, name, default: typeof value === 'string' ? value : null };
}
