/** A change in tables, and the answer to the request that asked for it, in one transaction; ADR 0052. */
import type { PendingReceipt } from '../commands/receipt.js';
import { storeReceipt } from '../event-store/postgres/postgres-receipts.js';
import type { Database, Queryable } from '../platform/database/database.js';

/**
 * `change` answers null where it changed nothing: then no answer is stored. Without a receipt it may be run outside of a
 * transaction. Throws ReceiptTaken, with nothing changed.
 */
export async function changeWithAnswer<Answer>(
  database: Pick<Database, 'query' | 'transaction'>,
  receipt: PendingReceipt<Answer> | undefined,
  change: (queryable: Queryable) => Promise<Answer | null>,
): Promise<Answer | null> {
  if (!receipt) return change(database);
  const answer = await database.transaction(async (transaction) => {
    const changed = await change(transaction);
    if (changed !== null) await storeReceipt(transaction, receipt.of(changed));
    return changed;
  });
  if (answer !== null) receipt.stored();
  return answer;
}
