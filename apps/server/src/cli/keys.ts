/** `florin keys`: who may act for a merchant. A key is shown once, when it is made. */
import { type ApiKeyId, isId, type Scope, scopes } from '@florin/core';
import {
  type ApiKey,
  addApiKey,
  type Database,
  findApiKey,
  hasEnded,
  listApiKeys,
  listMerchants,
  type Merchant,
  newApiKey,
  revokeApiKey,
  rotateApiKey,
} from '@florin/db';
import { type Answer, CommandError, shownTime, table, wireTime } from './answer.ts';
import { mustFindMerchant } from './merchants.ts';

export interface NewKey {
  /** Its id or its name. */
  readonly merchant: string;
  readonly name?: string | undefined;
  /** None: to read and to write payments. */
  readonly scope?: readonly Scope[] | undefined;
  /** How long it lives, in ms; for ever without. */
  readonly expiresIn?: number | undefined;
}

export async function createKeyCommand(database: Database, wanted: NewKey): Promise<Answer> {
  const merchant = await mustFindMerchant(database, wanted.merchant);
  const key = newApiKey(merchant.mode);
  const now = Date.now();
  const given = wanted.scope ?? ['payments:read', 'payments:write'];
  const terms = {
    name: wanted.name ?? null,
    scopes: scopes.filter((scope) => given.includes(scope)),
    expiresAt: wanted.expiresIn === undefined ? null : now + wanted.expiresIn,
  };
  const made = await addApiKey(database, merchant.merchantId, key, terms, now);
  return {
    text: `Made ${described(made, merchant)}.\n\n${shownOnce(key)}`,
    json: { ...wireKey(made, merchant), key },
  };
}

export interface KeyList {
  /** Only this merchant's: its id or its name. */
  readonly merchant?: string | undefined;
}

export async function listKeysCommand(database: Database, wanted: KeyList): Promise<Answer> {
  const merchants =
    wanted.merchant === undefined
      ? await listMerchants(database)
      : [await mustFindMerchant(database, wanted.merchant)];
  const byId = new Map(merchants.map((merchant) => [merchant.merchantId, merchant]));
  const only = wanted.merchant === undefined ? undefined : merchants[0]?.merchantId;
  const listed = (await listApiKeys(database, only)).flatMap((key) => {
    const merchant = byId.get(key.merchantId);
    return merchant ? [{ key, merchant }] : [];
  });
  const rows = listed.map(({ key, merchant }) => ({
    id: key.id,
    merchant: merchant.name,
    name: key.name,
    begins: key.lookup,
    scopes: key.scopes,
    created: shownTime(key.createdAt),
    'last used': shownTime(key.lastUsedAt),
    expires: shownTime(key.expiresAt),
    revoked: shownTime(key.revokedAt),
  }));
  return {
    text: rows.length > 0 ? table(rows) : 'There is no key.',
    json: listed.map(({ key, merchant }) => wireKey(key, merchant)),
  };
}

export async function revokeKeyCommand(database: Database, id: string): Promise<Answer> {
  const { key, merchant } = await mustFindKey(database, id);
  await revokeApiKey(database, key);
  const revoked = (await findApiKey(database, key.id)) ?? key;
  const text =
    key.revokedAt === null
      ? `Revoked key ${key.id} of merchant "${merchant.name}". Within 5 seconds every Florin refuses it.`
      : `Key ${key.id} of merchant "${merchant.name}" was revoked already, on ${shownTime(key.revokedAt)}.`;
  return { text, json: wireKey(revoked, merchant) };
}

export interface Rotation {
  /** How long the old key works on beside the new one, in ms. */
  readonly overlap: number;
  /** How long the new key lives, in ms; without, as long as the old one was made to. */
  readonly expiresIn?: number | undefined;
}

export async function rotateKeyCommand(
  database: Database,
  id: string,
  { overlap, expiresIn }: Rotation,
): Promise<Answer> {
  const { key: old, merchant } = await mustFindKey(database, id);
  const key = newApiKey(merchant.mode);
  const rotated = await rotateApiKey(database, old, key, overlap, expiresIn);
  if (rotated === null) {
    throw new CommandError(
      `Key ${old.id} is revoked or expired: there is nothing to hand over. "florin keys create" makes a new one.`,
    );
  }
  const { made, replaced } = rotated;
  const isOver = hasEnded(replaced, Date.now());
  const end = isOver ? 'no longer works' : `works until ${shownTime(replaced.expiresAt)}`;
  return {
    text: `Made ${described(made, merchant)}.\nThe old one, ${replaced.id}, ${end}.\n\n${shownOnce(key)}`,
    json: { ...wireKey(made, merchant), key, replaces: wireKey(replaced, merchant) },
  };
}

/** @throws CommandError if there is none */
async function mustFindKey(
  database: Database,
  id: string,
): Promise<{ readonly key: ApiKey; readonly merchant: Merchant }> {
  if (id.startsWith('fk_')) {
    // Not repeated: it would stand in logs.
    throw new CommandError(
      'That is a key, not its id. "florin keys list" shows the id (key_…) beside how the key begins.',
    );
  }
  const key = isId('apiKey', id) ? await findApiKey(database, id as ApiKeyId) : null;
  if (!key) {
    throw new CommandError(`There is no key "${id}". "florin keys list" shows all of them.`);
  }
  return { key, merchant: await mustFindMerchant(database, key.merchantId) };
}

function described({ id, name, scopes: held, expiresAt }: ApiKey, merchant: Merchant): string {
  const called = name === null ? '' : ` ("${name}")`;
  const expires = expiresAt === null ? 'never expires' : `expires ${shownTime(expiresAt)}`;
  return `key ${id}${called} of merchant "${merchant.name}" (${merchant.mode}); it has ${held.join(', ')} and ${expires}`;
}

const shownOnce = (key: string): string => `${key}\n\nKeep it now: it is not shown again.`;

const wireKey = (key: ApiKey, merchant: Merchant) => ({
  id: key.id,
  merchantId: merchant.merchantId,
  merchantName: merchant.name,
  mode: merchant.mode,
  name: key.name,
  begins: key.lookup,
  scopes: key.scopes,
  createdAt: wireTime(key.createdAt),
  lastUsedAt: wireTime(key.lastUsedAt),
  expiresAt: wireTime(key.expiresAt),
  revokedAt: wireTime(key.revokedAt),
});
