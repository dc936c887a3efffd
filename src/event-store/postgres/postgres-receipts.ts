/** Receipts in PostgreSQL (migration 0020); those that go along with an append are written by its statement. */
import type { Queryable } from '../../platform/database/database.js';
import { ReceiptTaken, type Claim, type Claimant, type Receipt, type Receipts } from '../receipts.js';
import { toEventStoreError } from './errors.js';
import { STATEMENTS, type StatementName } from './statements.js';

/** A row that was made and unmade between the two halves of the statement is looked for again, this often. */
const CLAIM_ATTEMPTS_MAX = 5;

interface ClaimRow {
  claimed: boolean;
  same_request: boolean | null;
  status: number | null;
  body: string | null;
  position: string | null;
  content: string | null;
  lease_ms: number | null;
}

export class PostgresReceipts implements Receipts {
  /**
   * `claims`: where claims are made; that they survive a crash of the server is not needed. `answers`: where what was
   * answered must be on disk.
   */
  constructor(private readonly databases: { claims: Queryable; answers: Queryable }) {}

  async claim(claimant: Claimant, request: string, leaseMs: number): Promise<Claim> {
    const { workspaceId, userId, key, holder } = claimant;
    const values = [workspaceId, userId, key, request, holder, leaseMs];
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS_MAX; attempt++) {
      const [row] = await this.run<ClaimRow>('claim-key', values);
      const claim = row ? claimOf(row) : null;
      if (claim) return claim;
    }
    throw new Error(`the row of an idempotency key went ${CLAIM_ATTEMPTS_MAX} times while it was looked at`);
  }

  async renew(claimants: Claimant[], leaseMs: number): Promise<void> {
    await this.run('renew-keys', [
      claimants.map(({ workspaceId }) => workspaceId),
      claimants.map(({ userId }) => userId),
      claimants.map(({ key }) => key),
      claimants.map(({ holder }) => holder),
      leaseMs,
    ]);
  }

  async store(receipt: Receipt, position: bigint | null): Promise<void> {
    await this.run('store-receipt', [...receiptValues(receipt), position], 'answers');
  }

  async release({ workspaceId, userId, key, holder }: Claimant, { forget }: { forget: boolean }) {
    await this.run(forget ? 'forget-key' : 'release-key', [workspaceId, userId, key, holder]);
  }

  async deleteBefore(moment: Date, limit: number): Promise<number> {
    return (await this.run('delete-keys', [moment, limit])).length;
  }

  private async run<Row extends object>(
    name: StatementName,
    values: unknown[],
    where: 'claims' | 'answers' = 'claims',
  ): Promise<Row[]> {
    try {
      return (await this.databases[where].query<Row & Record<string, unknown>>(STATEMENTS[name], values))
        .rows;
    } catch (error) {
      throw toEventStoreError(error);
    }
  }
}

/** As the statements that write a receipt take them: by name, or in this order. */
export const receiptFields = ({ workspaceId, userId, key, request, content, answer }: Receipt) => ({
  workspace_id: workspaceId,
  user_id: userId,
  key,
  request,
  content,
  ...answer,
});

export const receiptValues = (receipt: Receipt) => {
  const { workspace_id, user_id, key, request, content, status, body } = receiptFields(receipt);
  return [workspace_id, user_id, key, request, content, status, body];
};

/**
 * Stores an answer in the transaction that makes it true, where that is in tables and not in the log. Throws ReceiptTaken,
 * upon which the transaction must not commit: another try has done it and was answered.
 */
export async function storeReceipt(transaction: Queryable, receipt: Receipt): Promise<void> {
  const { rowCount } = await transaction.query(STATEMENTS['store-receipt'], [
    ...receiptValues(receipt),
    null,
  ]);
  if (rowCount === 0) throw new ReceiptTaken();
}

/** Null: the row was not there when the answer was read. */
function claimOf(row: ClaimRow): Claim | null {
  if (row.claimed) return { outcome: 'claimed' };
  if (row.same_request === null) return null;
  if (!row.same_request) return { outcome: 'reused' };
  if (row.status !== null && row.body !== null) {
    const position = row.position === null ? null : BigInt(row.position);
    const { status, body, content } = row;
    return { outcome: 'answered', answer: { status, body, position, content } };
  }
  return { outcome: 'running', leaseMs: Math.max(0, row.lease_ms ?? 0) };
}
