/** The settings: their defaults, and what a wrong one is told. */
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

it('has a default for everything', () => {
  expect(readConfig({})).toEqual({
    port: 8000,
    host: '127.0.0.1',
    databaseUrl: undefined,
    dataDir: `${process.cwd()}/.florin`,
    bootstrapKey: undefined,
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
      FLORIN_LOG: 'silent',
    }),
  ).toEqual({
    port: 0,
    host: '::1',
    databaseUrl: 'postgresql://localhost/florin',
    dataDir: '/var/lib/florin',
    bootstrapKey,
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
    ['FLORIN_LOG', 'loud'],
  ])('%s=%j', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must .*\\.$`));
  });

  it('and all of them at once', () => {
    expect(() => readConfig({ PORT: 'x', FLORIN_LOG: 'x' })).toThrow(/^PORT .*\nFLORIN_LOG .*$/);
  });
});
