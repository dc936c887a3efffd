/** Keys of the whole installation: made by the first process that asks for one, and the same for all. */
import { randomBytes } from 'node:crypto';
import type { Queryable } from './database.js';

const INSERT = 'INSERT INTO signing_keys (purpose, key) VALUES ($1, $2) ON CONFLICT DO NOTHING';
const SELECT = 'SELECT key FROM signing_keys WHERE purpose = $1';

/** 32 random bytes. */
export async function installationKey(database: Queryable, purpose: string): Promise<Buffer> {
  await database.query(INSERT, [purpose, randomBytes(32)]);
  return (await database.query<{ key: Buffer }>(SELECT, [purpose])).rows[0]!.key;
}
