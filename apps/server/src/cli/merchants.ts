/** `florin merchants`: who takes payments here. */
import {
  addMerchant,
  type Database,
  findMerchants,
  listMerchants,
  type Merchant,
} from '@florin/db';
import { type Answer, CommandError, shownTime, table, wireTime } from './answer.ts';

export async function createMerchantCommand(
  database: Database,
  { name, mode }: Pick<Merchant, 'name' | 'mode'>,
): Promise<Answer> {
  const merchant = await addMerchant(database, name, mode);
  return {
    text: `Made merchant ${merchant.merchantId} ("${name}", ${mode}). It has no API key yet. Make one with:

npx -y pnpm florin keys create --merchant ${merchant.merchantId}`,
    json: wireMerchant(merchant),
  };
}

export async function listMerchantsCommand(database: Database): Promise<Answer> {
  const merchants = await listMerchants(database);
  const rows = merchants.map(({ merchantId, name, mode, createdAt }) => ({
    id: merchantId,
    name,
    mode,
    created: shownTime(createdAt),
  }));
  return {
    text: rows.length > 0 ? table(rows) : 'There is no merchant.',
    json: merchants.map(wireMerchant),
  };
}

/** @throws CommandError if there is none with this id or name, or several */
export async function mustFindMerchant(database: Database, idOrName: string): Promise<Merchant> {
  const [found, ...others] = await findMerchants(database, idOrName);
  if (!found) {
    throw new CommandError(
      `There is no merchant "${idOrName}". "florin merchants list" shows all of them.`,
    );
  }
  if (others.length > 0) {
    const ids = [found, ...others].map(({ merchantId, mode }) => `${merchantId} (${mode})`);
    throw new CommandError(
      `Several merchants are called "${idOrName}". Say which by its id: ${ids.join(', ')}.`,
    );
  }
  return found;
}

const wireMerchant = ({ merchantId, name, mode, createdAt }: Merchant) => ({
  id: merchantId,
  name,
  mode,
  createdAt: wireTime(createdAt),
});
