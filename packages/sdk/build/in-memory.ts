/**
 * What makes the Florin of `@florin/sdk/testing`: the server's own code, with the database's reads and
 * writes in memory. Its types are those of the database, and hold the functions of the same name to them.
 */
import { fileURLToPath } from 'node:url';

const memory = fileURLToPath(import.meta.resolve('@florin/db/memory'));

export const inMemory = [{ find: /^@florin\/db$/, replacement: memory }];
