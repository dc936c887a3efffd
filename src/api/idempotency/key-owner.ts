/** Whose Idempotency-Key it is: the same text of two owners is two keys, and neither is told the other's answers. */
import { derivedId } from '../../events/event-ids.js';
import type { ReceiptKey } from '../../event-store/receipts.js';
import type { Request } from '../requests/request.js';
import { sha256 } from './request-print.js';

export type KeyOwner = Pick<ReceiptKey, 'workspaceId' | 'userId'>;

/** The caller; where nobody is signed in, whoever holds the invitation they come with. Null: nobody who could be known again. */
export function keyOwnerOf({ caller, body, routeOptions: { config } }: Request): KeyOwner | null {
  if (caller) return { workspaceId: caller.workspaceId, userId: caller.userId };
  if (config.keysOf !== 'invitation') return null;
  const { invitation } = (body ?? {}) as { invitation?: unknown };
  if (typeof invitation !== 'string') return null;
  // Stands for both, whatever workspace it leads to: once it was used, nobody can tell any more.
  const id = derivedId('invitation', 'keys', sha256(invitation));
  return { workspaceId: id, userId: id };
}
