/**
 * Addresses of files that lead there for a while, for whoever holds them: for stores that have none of their own. Signed
 * with HMAC-SHA-256 over all that they say, so that nothing of it can be changed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '../database/database.js';
import { installationKey } from '../database/installation-key.js';
import type { FileLink } from './file-store.js';

export type SignedFile = Omit<FileLink, 'seconds'>;

/** The text of a signed link, as it stands in an address. */
interface Said {
  workspaceId: string;
  fileId: string;
  contentType: string;
  /** Seconds since 1970. */
  expires: string;
}

export class SignedLinks {
  constructor(
    private readonly key: Buffer,
    private readonly now: () => Date,
  ) {}

  /** With the installation's key, which the first process makes. */
  static async open(database: Database, now: () => Date): Promise<SignedLinks> {
    return new SignedLinks(await installationKey(database, 'files'), now);
  }

  /** The query part of an address: `workspaceId=…&fileId=…&contentType=…&expires=…&signature=…`. */
  sign({ seconds, workspaceId, fileId, contentType }: FileLink): string {
    const expires = String(Math.floor(this.now().getTime() / 1_000) + seconds);
    const said = { workspaceId, fileId, contentType, expires };
    return new URLSearchParams({ ...said, signature: this.signatureOf(said) }).toString();
  }

  /** Null for a link that was changed, or is not ours, or whose time is over. */
  verify({ signature, ...said }: Said & { signature: string }): SignedFile | null {
    const [given, right] = [Buffer.from(signature), Buffer.from(this.signatureOf(said))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const { expires, ...file } = said;
    return Number(expires) * 1_000 > this.now().getTime() ? file : null;
  }

  private signatureOf({ workspaceId, fileId, contentType, expires }: Said): string {
    const said = JSON.stringify([workspaceId, fileId, contentType, expires]);
    return createHmac('sha256', this.key).update(said).digest('base64url');
  }
}
