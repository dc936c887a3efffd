/** What the API may ask of the chain: always for one workspace, but for the public keys. */
import type { Database } from '../platform/database/database.js';
import { registeredKeys } from './checkpoints.js';
import { exportPieces } from './export.js';
import { shown, type CheckpointShown } from './export-lines.js';
import { encodedKey, type KeyRing, type KeySource } from './keys.js';
import { WorkspacePages } from './verify/pages.js';
import { verifyWorkspace, type Verification, type VerifyFrom } from './verify/verify.js';

/** Well within an ordinary request's time. */
const VERIFY_MS_MAX = 20_000;

export interface ProofParts {
  database: Database;
  keys: KeyRing;
  now: () => Date;
}

export interface PublicKeyShown {
  keyId: string;
  algorithm: 'Ed25519';
  /** PEM. */
  publicKey: string;
  source: KeySource;
  /** The one that this process signs with, or would. */
  current: boolean;
}

export class AuditProofs {
  private readonly running = new Map<string, Promise<Verification | null>>();

  constructor(private readonly parts: ProofParts) {}

  /** Who asks while the same is being verified gets the same answer: it takes seconds of a processor. */
  verify(workspaceId: string, from: VerifyFrom): Promise<Verification | null> {
    const name = `${workspaceId}/${from}`;
    const running = this.running.get(name);
    if (running) return running;
    const started = verifyWorkspace(this.parts, workspaceId, { from, budgetMs: VERIFY_MS_MAX });
    const ended = started.finally(() => this.running.delete(name));
    this.running.set(name, ended);
    return ended;
  }

  /** Newest first, before a sequence number or from the end. */
  async checkpoints(
    workspaceId: string,
    { beforeSeq, limit }: { beforeSeq: bigint | null; limit: number },
  ): Promise<CheckpointShown[]> {
    const pages = new WorkspacePages(this.parts.database, workspaceId);
    return (await pages.newestCheckpoints(beforeSeq, limit)).map(shown);
  }

  export(workspaceId: string): AsyncGenerator<string> {
    return exportPieces(this.parts, workspaceId);
  }

  async publicKeys(): Promise<PublicKeyShown[]> {
    const { keys, database } = this.parts;
    const known = keys.with(await registeredKeys(database));
    return [...known.values()].map((key) => ({
      keyId: key.keyId,
      algorithm: 'Ed25519',
      publicKey: pemOf(encodedKey(key)),
      source: key.source,
      current: key.keyId === keys.own?.keyId,
    }));
  }
}

const pemOf = (base64: string) => `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
