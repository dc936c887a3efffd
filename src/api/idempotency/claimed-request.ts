/** A request that holds its Idempotency-Key, and the answer to it on its way into the store; ADR 0052. */
import type { PendingReceipt } from '../../commands/receipt.js';
import { derivedId } from '../../events/event-ids.js';
import type { Claimant, Receipt, ReceiptKey, StoredAnswer } from '../../event-store/receipts.js';
import { sha256 } from './request-print.js';
import type { RequestSecrets } from './request-secrets.js';
import type { StreamedBody } from './streamed-body.js';

/** What every accepted command is answered with. */
const ACCEPTED = 202;

export interface GivenAnswer {
  body: string;
  /** As `Set-Cookie` has them: secrets, and kept with those alone. */
  cookies: string[];
}

export interface ClaimedRequestParts {
  claimant: Claimant;
  print: string;
  /** Null: the body is not streamed. */
  body: StreamedBody | null;
  /** Whether the answer is sealed where it is stored. */
  isSecret: boolean;
  secrets: RequestSecrets;
}

export class ClaimedRequest {
  /** Its answer went along with what it changed. */
  isStored = false;
  hasEnded = false;

  constructor(private readonly parts: ClaimedRequestParts) {}

  get claimant(): Claimant {
    return this.parts.claimant;
  }

  /** For a command: the same key and request give the same one. A streamed body is not part of it: it has not been read yet. */
  get repeatableId(): string {
    return derivedId('idempotent', sha256(this.name()));
  }

  /** A secret that this request makes; the same whenever and wherever it runs, so that two tries of it agree. */
  secret(purpose: string): string {
    return this.parts.secrets.derived(this.name(purpose));
  }

  /** As it is stored. */
  receipt(status: number, given: GivenAnswer): Receipt {
    const { print, isSecret, secrets, body: streamed } = this.parts;
    const { workspaceId, userId, key } = this.claimant;
    const kept = isSecret ? sealAnswer(secrets, this.place(status), given) : given.body;
    const content = streamed?.print ?? null;
    return { workspaceId, userId, key, request: print, content, answer: { status, body: kept } };
  }

  pending<State>(answer: (state: State) => object): PendingReceipt<State> {
    return {
      of: (state) => this.receipt(ACCEPTED, { body: JSON.stringify(answer(state)), cookies: [] }),
      stored: () => (this.isStored = true),
    };
  }

  private place(status: number): AnswerPlace {
    return { ...this.claimant, print: this.parts.print, status };
  }

  private name(...more: string[]): string {
    const { workspaceId, userId, key } = this.claimant;
    return JSON.stringify([workspaceId, userId, this.parts.print, key, ...more]);
  }
}

/** The row that a sealed answer belongs to: copied into another one it does not open. */
export interface AnswerPlace extends ReceiptKey {
  print: string;
  status: number;
}

const boundTo = ({ workspaceId, userId, key, print, status }: AnswerPlace) =>
  JSON.stringify([workspaceId, userId, key, print, status]);

const sealAnswer = (secrets: RequestSecrets, place: AnswerPlace, given: GivenAnswer): string =>
  secrets.seal(JSON.stringify(given), boundTo(place));

/** Throws where it does not open: it was stored for another request, or changed. */
export function openAnswer(
  secrets: RequestSecrets,
  place: Omit<AnswerPlace, 'status'>,
  { status, body }: Pick<StoredAnswer, 'status' | 'body'>,
): GivenAnswer {
  const opened = secrets.open(body, boundTo({ ...place, status }));
  if (opened === null)
    throw new Error('a stored answer does not open: it was changed, or is not of this request');
  return JSON.parse(opened) as GivenAnswer;
}
