/** The settings: their defaults, and what a wrong one is told. */
import { connectAsOwner } from '@florin/db';
import { testDatabase } from '@florin/db/testing';
import { describe, expect, it, vi } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const secretOf = (bytes: number): string =>
  `whsec_${Buffer.from('k'.repeat(bytes)).toString('base64')}`;

it('has a default for everything', () => {
  expect(readConfig({})).toEqual({
    port: 8000,
    host: '127.0.0.1',
    databaseUrl: undefined,
    dataDir: `${process.cwd()}/.florin`,
    bootstrapKey: undefined,
    deadlines: { payerActionMs: 1_800_000, authorizationMs: 604_800_000 },
    publicUrl: undefined,
    sandboxSecret: undefined,
    logLevel: 'info',
  });
});

it('takes what it is given', () => {
  const bootstrapKey = `fk_live_${'a'.repeat(20)}`;
  expect(
    readConfig({
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgresql://localhost/florin',
      FLORIN_DATA_DIR: '/var/lib/florin',
      FLORIN_BOOTSTRAP_KEY: bootstrapKey,
      FLORIN_PAYER_ACTION_SECONDS: '60',
      FLORIN_AUTHORIZATION_SECONDS: '3600',
      FLORIN_PUBLIC_URL: 'https://pay.example/florin/',
      FLORIN_SANDBOX_SECRET: secretOf(24),
      FLORIN_LOG: 'silent',
    }),
  ).toEqual({
    port: 0,
    host: '::1',
    databaseUrl: 'postgresql://localhost/florin',
    dataDir: '/var/lib/florin',
    bootstrapKey,
    deadlines: { payerActionMs: 60_000, authorizationMs: 3_600_000 },
    publicUrl: 'https://pay.example/florin',
    sandboxSecret: secretOf(24),
    logLevel: 'silent',
  });
});

describe('a wrong setting is refused by its name', () => {
  it.each([
    ['PORT', ''],
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['HOST', ''],
    ['DATABASE_URL', ''],
    ['DATABASE_URL', 'mysql://localhost/florin'],
    ['FLORIN_DATA_DIR', ''],
    ['FLORIN_BOOTSTRAP_KEY', 'secret'],
    ['FLORIN_BOOTSTRAP_KEY', 'fk_test_short'],
    ['FLORIN_BOOTSTRAP_KEY', `fk_prod_${'a'.repeat(20)}`],
    ['FLORIN_PUBLIC_URL', ''],
    ['FLORIN_PUBLIC_URL', 'pay.example'],
    ['FLORIN_PUBLIC_URL', 'ftp://pay.example'],
    ['FLORIN_PUBLIC_URL', 'https://pay.example/?a=b'],
    ['FLORIN_SANDBOX_SECRET', ''],
    ['FLORIN_SANDBOX_SECRET', 'secret'],
    ['FLORIN_SANDBOX_SECRET', 'whsec_'],
    ['FLORIN_SANDBOX_SECRET', secretOf(23)],
    ['FLORIN_SANDBOX_SECRET', secretOf(65)],
    ['FLORIN_SANDBOX_SECRET', secretOf(24).slice('whsec_'.length)],
    ['FLORIN_SANDBOX_SECRET', `${secretOf(24)}!`],
    ['FLORIN_LOG', 'loud'],
  ])('%s=%j', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must .*\\.$`));
  });

  it('each once, and its value is not repeated', () => {
    const wrong = () => readConfig({ PORT: '123456', FLORIN_BOOTSTRAP_KEY: 'a secret' });
    expect(wrong).toThrow(/^PORT .*\nFLORIN_BOOTSTRAP_KEY .*$/);
    expect(wrong).not.toThrow(/123456|a secret/);
  });

  it('and all of them at once', () => {
    expect(() => readConfig({ PORT: 'x', FLORIN_LOG: 'x' })).toThrow(/^PORT .*\nFLORIN_LOG .*$/);
  });
});

it('what DATABASE_URL leaves out is read where PostgreSQL has it', async () => {
  await using db = await testDatabase();
  const { hostname, port, username, password, pathname } = new URL(db.url);
  vi.stubEnv('PGHOST', hostname);
  vi.stubEnv('PGPORT', port);
  vi.stubEnv('PGUSER', username);
  vi.stubEnv('PGPASSWORD', decodeURIComponent(password));
  vi.stubEnv('PGDATABASE', pathname.slice(1));
  const { databaseUrl = '' } = readConfig({ DATABASE_URL: 'postgres://' });
  const database = connectAsOwner(databaseUrl);
  try {
    const [row] = await database.sql`select current_database() as name`;
    expect(row).toEqual({ name: pathname.slice(1) });
  } finally {
    await database.close();
    vi.unstubAllEnvs();
  }
});
