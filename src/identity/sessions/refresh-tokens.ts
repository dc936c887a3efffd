/**
 * Refresh tokens: 256 bits that nobody can guess, of which only the SHA-256 is stored. Each is good for one refresh and
 * answers with its successor, which derives from it: whoever asks the same twice gets the same answer, and nothing that is
 * stored leads to it.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Queryable } from '../../platform/database/database.js';
import { installationKey } from '../../platform/database/installation-key.js';

const PREFIX = 'dr_';

export const newRefreshToken = () => `${PREFIX}${randomBytes(32).toString('base64url')}`;

export const hashRefreshToken = (token: string): Buffer =>
  createHash('sha256').update(token, 'utf8').digest();

/** With the installation's key, which the first process makes, and keeps. */
export class RefreshSuccessors {
  private key: Promise<Buffer> | null = null;

  constructor(private readonly database: Queryable) {}

  async of(token: string): Promise<string> {
    this.key ??= installationKey(this.database, 'refresh-tokens');
    try {
      return `${PREFIX}${createHmac('sha256', await this.key)
        .update(token, 'utf8')
        .digest('base64url')}`;
    } catch (error) {
      this.key = null;
      throw error;
    }
  }
}
