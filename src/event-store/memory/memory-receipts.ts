/** Receipts in memory, for unit tests: the same answers as PostgreSQL's, nothing kept. */
import type { Claim, Claimant, Receipt, ReceiptKey, Receipts, StoredAnswer } from '../receipts.js';

interface Row {
  request: string;
  createdAt: number;
  lease: { holder: string; until: number } | null;
  answer: StoredAnswer | null;
}

export class MemoryReceipts implements Receipts {
  private readonly rows = new Map<string, Row>();

  constructor(private readonly now: () => Date = () => new Date()) {}

  async claim(claimant: Claimant, request: string, leaseMs: number): Promise<Claim> {
    const now = this.now().getTime();
    const row = this.rows.get(nameOf(claimant));
    if (row && row.request !== request) return { outcome: 'reused' };
    if (row?.answer) return { outcome: 'answered', answer: row.answer };
    if (row?.lease && row.lease.until > now) return { outcome: 'running', leaseMs: row.lease.until - now };
    const lease = { holder: claimant.holder, until: now + leaseMs };
    this.rows.set(nameOf(claimant), { request, createdAt: row?.createdAt ?? now, answer: null, lease });
    return { outcome: 'claimed' };
  }

  async renew(claimants: Claimant[], leaseMs: number): Promise<void> {
    for (const claimant of claimants) {
      const row = this.held(claimant);
      if (row?.lease) row.lease.until = this.now().getTime() + leaseMs;
    }
  }

  async store(receipt: Receipt, position: bigint | null): Promise<void> {
    this.put(receipt, position);
  }

  /** As `store`, at once: for the append it goes along with. */
  put(receipt: Receipt, position: bigint | null): void {
    const { request, content, answer } = receipt;
    const row = this.rows.get(nameOf(receipt));
    if (row && (row.answer || row.request !== request)) return;
    const createdAt = row?.createdAt ?? this.now().getTime();
    this.rows.set(nameOf(receipt), {
      request,
      createdAt,
      lease: null,
      answer: { ...answer, position, content },
    });
  }

  async release(claimant: Claimant, { forget }: { forget: boolean }): Promise<void> {
    const row = this.held(claimant);
    if (!row) return;
    if (forget) this.rows.delete(nameOf(claimant));
    else row.lease = null;
  }

  async deleteBefore(moment: Date, limit: number): Promise<number> {
    const old = [...this.rows].filter(([, { createdAt }]) => createdAt < moment.getTime()).slice(0, limit);
    for (const [name] of old) this.rows.delete(name);
    return old.length;
  }

  private held(claimant: Claimant): Row | null {
    const row = this.rows.get(nameOf(claimant));
    return row?.lease?.holder === claimant.holder && !row.answer ? row : null;
  }
}

const nameOf = ({ workspaceId, userId, key }: ReceiptKey) => JSON.stringify([workspaceId, userId, key]);
