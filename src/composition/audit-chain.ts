/** The proof of the log in this process: its keys, its follower where projections are, and what both say of themselves. */
import path from 'node:path';
import type { Registry } from 'prom-client';
import type { ComponentHealth } from '../api/ports.js';
import { ChainFollower } from '../audit-chain/follower.js';
import { KeyRing } from '../audit-chain/keys.js';
import { chainLag, chainLagMetrics } from '../audit-chain/lag.js';
import { AuditProofs } from '../audit-chain/proofs.js';
import type { Settings } from '../platform/config/config.js';
import { ed25519PrivateKey, newEd25519PrivateKey } from '../platform/ed25519.js';
import type { Logger } from '../platform/logging/logger.js';
import { secretFromFile, secretIn } from '../platform/secret-file.js';
import type { Infrastructure } from './infrastructure.js';

/** An event this old without a link: the chain stands still somewhere. */
const LAG_MS_MAX = 60_000;

const KEY_FILE = 'audit-signing-key.pem';

export interface AuditChain {
  proofs: AuditProofs;
  /** Null: other processes chain. */
  follower: ChainFollower | null;
  health(): Promise<ComponentHealth>;
}

export async function auditChain(
  settings: Settings,
  { database, derived, store }: Infrastructure,
  { logger, registry }: { logger: Logger; registry: Registry },
): Promise<AuditChain> {
  const chains = settings.ROLES.includes('projections');
  const signingKey = settings.AUDIT_SIGNING_KEY
    ? ed25519PrivateKey(settings.AUDIT_SIGNING_KEY)
    : await keptKey(settings.DATA_DIR, chains);
  const keys = new KeyRing(signingKey, settings.AUDIT_PUBLIC_KEYS ?? []);
  const now = () => new Date();
  const follower =
    chains && signingKey
      ? new ChainFollower({
          database: derived,
          store,
          signingKey,
          checkpointLinks: settings.AUDIT_CHECKPOINT_LINKS,
          checkpointMs: settings.AUDIT_CHECKPOINT_SECONDS * 1_000,
          now,
          failed: (err) => logger.warn({ err }, 'chaining the audit log failed, trying again'),
        })
      : null;
  chainLagMetrics(registry, database);
  return {
    proofs: new AuditProofs({ database, keys, now }),
    follower,
    health: async () => {
      const { events, ms } = await chainLag(database);
      const own = follower?.health() ?? { leading: false, trouble: null };
      const status = ms > LAG_MS_MAX ? 'down' : own.trouble !== null ? 'degraded' : 'up';
      return { status, ...own, lagEvents: events, lagMs: ms };
    },
  };
}

/** Made where it is needed; elsewhere it is enough to know the one that is there. */
async function keptKey(dataDir: string, make: boolean) {
  const file = path.resolve(dataDir, KEY_FILE);
  const text = make ? (await secretFromFile(file, newEd25519PrivateKey)).secret : await secretIn(file);
  if (text === null) return null;
  const key = ed25519PrivateKey(text);
  if (!key) throw new Error(`${file} holds no Ed25519 private key`);
  return key;
}
