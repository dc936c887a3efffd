/**
 * "This no longer stands": told to this process at once, so that what is revoked here stops working here with the answer,
 * and to the others by NOTIFY. Where that fails, callers are looked up anew within CALLER_CACHE_MS all the same.
 */
import { z } from 'zod';
import type { Queryable } from '../platform/database/database.js';
import { notify } from '../platform/database/notifications.js';

export const REVOCATIONS_CHANNEL = 'drafthorse_revocations';

/** One key or session; or whatever a user came with, in one workspace or everywhere. */
const Revoked = z.union([
  z.strictObject({ credentialId: z.uuid() }),
  z.strictObject({ userId: z.uuid(), workspaceId: z.uuid().optional() }),
]);
export type Revoked = z.infer<typeof Revoked>;

/** Null: nobody knows what was revoked meanwhile. */
type Listener = (revoked: Revoked | null) => void;

export class Revocations {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly database: Queryable) {}

  onRevoked(listener: Listener): void {
    this.listeners.add(listener);
  }

  /** After the commit. Never throws: what it makes known has happened. */
  async announce(revoked: Revoked): Promise<void> {
    this.tell(revoked);
    await notify(this.database, REVOCATIONS_CHANNEL, JSON.stringify(revoked)).catch(() => undefined);
  }

  /** What came in over the channel. */
  hear(payload: string | null): void {
    const heard = payload === null ? null : Revoked.safeParse(parsedJson(payload));
    this.tell(heard?.success ? heard.data : null);
  }

  private tell(revoked: Revoked | null): void {
    for (const listener of this.listeners) listener(revoked);
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
