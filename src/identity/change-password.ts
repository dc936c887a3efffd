/** A new password, and what ends with the old one, at once. */
import type { PendingReceipt } from '../commands/receipt.js';
import { storeReceipt } from '../event-store/postgres/postgres-receipts.js';
import type { Identity } from './identity.js';

export interface NewPassword {
  userId: string;
  password: string;
  /** Null: the address stays as it is. */
  email: string | null;
  /** The session that goes on; null: none does. */
  keptSessionId: string | null;
}

/**
 * The password, the end of all other sessions and the answer are stored together: who repeats the request with the password
 * that was, finds either that it still is, or the answer. Throws EmailTaken, PasswordsBusy, ReceiptTaken.
 */
export async function changePassword(
  { users, sessions, revocations }: Pick<Identity, 'users' | 'sessions' | 'revocations'>,
  { userId, password, email, keptSessionId }: NewPassword,
  receipt?: PendingReceipt<{ userId: string }>,
): Promise<void> {
  await users.setPassword({ userId, password, email }, async (transaction) => {
    await sessions.endAllWithin(transaction, userId, 'password_changed', keptSessionId);
    if (receipt) await storeReceipt(transaction, receipt.of({ userId }));
  });
  receipt?.stored();
  await revocations.announce({ userId });
}
