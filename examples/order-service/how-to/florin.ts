import { createFlorin } from '@florin/sdk';

export const florin = createFlorin({
  url: process.env['FLORIN_URL'] ?? 'http://127.0.0.1:8000',
  apiKey: process.env['FLORIN_KEY'] ?? null,
});
