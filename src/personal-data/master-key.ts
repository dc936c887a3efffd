/**
 * The key that wraps all others. It is never in the database: who has a dump of that alone, can read nobody's words.
 * Given as a setting, or made at the first start and kept in the data folder.
 */
import { createHash, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { base64KeyIn, KEY_BYTES } from '../platform/config/base64-key.js';
import type { Queryable } from '../platform/database/database.js';

const FILE = 'personal-data-key';

/** Another key wraps what is in the database: with this one, everybody's texts would be unreadable. */
export class MasterKeyRefused extends Error {
  readonly code = 'PERSONAL_DATA_KEY_WRONG';
  constructor() {
    super(
      `personal data in this database is encrypted under another key: give every process the PERSONAL_DATA_KEY (or DATA_DIR/${FILE}) of the first start`,
    );
    this.name = 'MasterKeyRefused';
  }
}

/** `given`: of the setting; null: the file's, which is made where there is none. Readable by the process's owner only. */
export async function masterKey(given: Buffer | null, dataDir: string): Promise<KeyObject> {
  return createSecretKey(given ?? (await keyFromFile(path.resolve(dataDir, FILE))));
}

/** A key for one purpose alone (HKDF with SHA-256): nothing that is made with it tells of the master key or of another one. */
export function subkeyOf(master: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', `drafthorse ${purpose}`, KEY_BYTES)));
}

async function keyFromFile(file: string): Promise<Buffer> {
  const existing = await read(file);
  if (existing) return existing;
  await mkdir(path.dirname(file), { recursive: true });
  // Written whole under another name, then linked: nobody ever reads half a key, and the first link wins.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const made = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  await writeFile(draft, made, { mode: 0o600, flag: 'wx', flush: true });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  const key = await read(file);
  if (!key) throw new Error(`${file} is gone`);
  return key;
}

async function read(file: string): Promise<Buffer | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const key = base64KeyIn(text.trim());
  // Not made anew: what was encrypted under the right one would be lost for good.
  if (!key)
    throw new Error(`${file} holds no key (32 bytes in base64); restore it from where you keep copies`);
  return key;
}

const CLAIM = 'INSERT INTO personal_data_master (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING';
const SELECT = 'SELECT fingerprint FROM personal_data_master';

/** The first start decides which key this database goes with. Throws MasterKeyRefused. */
export async function claimMasterKey(database: Queryable, master: KeyObject): Promise<void> {
  const fingerprint = createHash('sha256')
    .update('drafthorse personal data\n')
    .update(master.export())
    .digest();
  await database.query(CLAIM, [fingerprint]);
  const { rows } = await database.query<{ fingerprint: Buffer }>(SELECT);
  if (!rows[0]?.fingerprint.equals(fingerprint)) throw new MasterKeyRefused();
}
