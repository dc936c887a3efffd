/** The chain over the audit trail, and what it is signed with. */
import { z } from 'zod';
import { ed25519PrivateKey, ed25519PublicKey } from '../../ed25519.js';
import { setting, whole, type Setting } from './definition.js';

export const AUDIT_SETTINGS = {
  AUDIT_SIGNING_KEY: setting({
    // Kept as text: what must not be logged is looked for as it was given.
    schema: z.string().refine((text) => ed25519PrivateKey(text) !== null, {
      message: 'an Ed25519 private key, PEM or base64',
    }),
    fallback: null,
    unit: 'PEM or base64',
    reason:
      'Ed25519 private key that signs checkpoints of the audit chain, the same for all processes; unset: one is made and kept in DATA_DIR/audit-signing-key.pem',
    secret: true,
  }),
  AUDIT_PUBLIC_KEYS: setting({
    schema: z.string().transform((text, context) => {
      const keys = text.split(',').map((one) => ed25519PublicKey(one.trim()));
      const known = keys.filter((key) => key !== null);
      if (known.length === keys.length) return known;
      context.addIssue({ code: 'custom', message: 'Ed25519 public keys, PEM or base64' });
      return z.NEVER;
    }),
    fallback: null,
    unit: 'comma list of PEM or base64',
    reason:
      'Public keys of signing keys before the present one, so that their checkpoints are not taken on trust',
  }),
  AUDIT_CHECKPOINT_LINKS: setting({
    schema: whole(1, 1_000_000),
    fallback: '1000',
    unit: 'events',
    reason: 'A workspace gets a signed checkpoint of its audit chain after so many events',
  }),
  AUDIT_CHECKPOINT_SECONDS: setting({
    schema: whole(1, 86_400),
    fallback: '300',
    unit: 'seconds',
    reason: 'Or so long after the first event that has none',
  }),
} satisfies Record<string, Setting>;
