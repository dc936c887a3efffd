/**
 * Answers to requests that carried an Idempotency-Key. A receipt that goes along with an append is written with its
 * events or not at all. Implementations: `postgres/`, `memory/`; both pass `test/contracts/receipts.contract.ts`.
 */

/** Whose key: the same text of two users is two keys. */
export interface ReceiptKey {
  workspaceId: string;
  userId: string;
  key: string;
}

/** What a request is, to tell another one under the same key. */
export interface RequestPrint {
  /** 64 hex digits; of everything but a streamed body. */
  request: string;
  /** SHA-256 of a streamed body, in hex; null: the request has none. */
  content: string | null;
}

export interface Receipt extends ReceiptKey, RequestPrint {
  /** `body`: as it is sent, or sealed by whoever stores it. */
  answer: { status: number; body: string };
}

export interface StoredAnswer {
  status: number;
  body: string;
  /** Null: the request appended nothing. */
  position: bigint | null;
  content: string | null;
}

/**
 * - `claimed`: nobody else works on it; go on, and `store` or `release`.
 * - `answered`: here is the answer; a streamed body has yet to be compared.
 * - `running`: somebody is at it, for `leaseMs` more at most unless they say that they still are.
 * - `reused`: the key belongs to another request.
 */
export type Claim =
  | { outcome: 'claimed' }
  | { outcome: 'answered'; answer: StoredAnswer }
  | { outcome: 'running'; leaseMs: number }
  | { outcome: 'reused' };

/** One who works on a request under a key. */
export interface Claimant extends ReceiptKey {
  /** A UUID of this try. */
  holder: string;
}

export interface Receipts {
  /** For `leaseMs`; a process that was killed holds it no longer. */
  claim(claimant: Claimant, request: string, leaseMs: number): Promise<Claim>;
  /** Those who are still at work say so. */
  renew(claimants: Claimant[], leaseMs: number): Promise<void>;
  /** An answer that did not go along with an append. The first one stands. */
  store(receipt: Receipt, position: bigint | null): Promise<void>;
  /**
   * Ends a claim without an answer. `forget`: nothing was changed, and the key is as good as new; otherwise nobody knows,
   * and it stays bound to its request.
   */
  release(claimant: Claimant, options: { forget: boolean }): Promise<void>;
  /** Deletes keys older than this, at most `limit`; answers how many. */
  deleteBefore(moment: Date, limit: number): Promise<number>;
}

/**
 * The request was answered by another try while this one was at work, and what this one was about to change was not changed.
 * Asked again, it is answered as that one was.
 */
export class ReceiptTaken extends Error {
  readonly code = 'RECEIPT_TAKEN';
  constructor() {
    super('the answer to this request was stored by another try of it');
    this.name = 'ReceiptTaken';
  }
}

/** Token under which the composition root provides them. */
export const RECEIPTS = Symbol('Receipts');
