/** The answer to a request, on its way into the append that makes it true; ADR 0052. */
import type { Receipt } from '../event-store/receipts.js';

/** What a request with an Idempotency-Key will be answered once its command is accepted. */
export interface PendingReceipt<State> {
  /** To be stored along with the events that lead to this state. */
  of(state: State): Receipt;
  /** It was. */
  stored(): void;
}

/** One whose answer does not depend on the state that is reached. */
export interface KnownReceipt {
  of(): Receipt;
  stored(): void;
}

export const receiptFor = <Answer>(
  receipt: PendingReceipt<Answer> | undefined,
  answer: Answer,
): KnownReceipt | undefined => receipt && { of: () => receipt.of(answer), stored: () => receipt.stored() };

/** Part of a command's context. Only the append that decides the answer may take it: never a step on the way there. */
export interface Receipted<State> {
  receipt?: PendingReceipt<State> | undefined;
}
