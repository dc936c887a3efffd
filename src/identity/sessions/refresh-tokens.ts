/**
 * Refresh tokens: 256 bits that nobody can guess, of which only the SHA-256 is stored. Each is good for one refresh and
 * answers with its successor, which derives from it: whoever asks the same twice gets the same answer, and nothing that is
 * stored leads to it.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Queryable } from '../../platform/database/database.js';

const PREFIX = 'dr_';
const INSERT_KEY = `
  INSERT INTO signing_keys (purpose, key) VALUES ('refresh-tokens', $1) ON CONFLICT DO NOTHING`;
const SELECT_KEY = `SELECT key FROM signing_keys WHERE purpose = 'refresh-tokens'`;

export const newRefreshToken = () => `${PREFIX}${randomBytes(32).toString('base64url')}`;

export const hashRefreshToken = (token: string): Buffer =>
  createHash('sha256').update(token, 'utf8').digest();

/** With the installation's key, which the first process makes, and keeps. */
export class RefreshSuccessors {
  private key: Promise<Buffer> | null = null;

  constructor(private readonly database: Queryable) {}

  async of(token: string): Promise<string> {
    this.key ??= this.load();
    try {
      return `${PREFIX}${createHmac('sha256', await this.key)
        .update(token, 'utf8')
        .digest('base64url')}`;
    } catch (error) {
      this.key = null;
      throw error;
    }
  }

  private async load(): Promise<Buffer> {
    await this.database.query(INSERT_KEY, [randomBytes(32)]);
    return (await this.database.query<{ key: Buffer }>(SELECT_KEY)).rows[0]!.key;
  }
}
