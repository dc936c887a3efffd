/**
 * The HTTP surface, typed. Remembers the furthest position a command reached and sends it with every read, so what
 * was accepted is seen. Commands carry an Idempotency-Key: repeating one after a lost answer applies it once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  DeadLetterSummary,
  DeadLetterWhole,
  Redrive,
} from '../api/dead-letters/dead-letters.schemas.js';
import type { HistoryEntry } from '../projections/change-sets/change-sets.queries.js';
import type { DraftView } from '../projections/drafts/draft-view.js';
import type { DraftHistoryEntry } from '../projections/drafts/drafts.queries.js';
import type { PlanRow } from '../events/draft.events.js';
import type { ImportView } from '../projections/imports/import-view.js';
import type { ProductView } from '../projections/products/product-row.js';
import { ApiProblem, ServerUnreachable, UnexpectedAnswer } from './api-error.js';

export type Draft = DraftView;
export type DraftEventEntry = DraftHistoryEntry;
export type ProductHistoryEntry = HistoryEntry;
export type { DeadLetterSummary, DeadLetterWhole, ImportView, PlanRow, ProductView };

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface Confirmation {
  planHash: string;
  exclude?: string[];
  secondConfirmation?: true;
}

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ClientOptions {
  /** Address of the server, without `/api/v1`. */
  url: string;
  apiKey: string;
  /** Ends every request and wait of this client. */
  signal?: AbortSignal | undefined;
}

/** Above the longest a server holds `?wait=preview` or a read that waits for its position. */
const REQUEST_TIMEOUT_MS = 35_000;
const UPLOAD_TIMEOUT_MS = 600_000;
const ATTEMPTS_MAX = 4;
const RETRY_DELAY_MS = 250;
/** A limit that ends sooner is waited for; a longer one is for the person to know. */
const RETRY_AFTER_SECONDS_MAX = 5;
const POSITION_HEADER = 'drafthorse-position';

interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  upload?: { content: Blob; contentType: string };
  timeoutMs?: number;
}

export class DrafthorseClient {
  private readonly base: string;
  private position = 0n;

  constructor(private readonly options: ClientOptions) {
    this.base = `${options.url.replace(/(?<!\/)\/+$/, '')}/api/v1`;
  }

  createDraft(input: {
    prompt: string;
    clientRequestId?: string;
  }): Promise<{ draftId: string; status: string }> {
    return this.json('POST', '/ai/drafts', { body: input });
  }

  /** `wait`: the server holds the answer, for a bounded time, until the sentence has been read or the draft has ended. */
  draft(draftId: string, query: { wait?: 'preview' | 'done' } = {}): Promise<Draft> {
    return this.json('GET', `/ai/drafts/${encodeURIComponent(draftId)}`, { query });
  }

  drafts(query: { status?: string; cursor?: string; limit?: number } = {}): Promise<Page<Draft>> {
    return this.json('GET', '/ai/drafts', { query });
  }

  previewRows(draftId: string, query: { cursor?: string; limit?: number } = {}): Promise<Page<PlanRow>> {
    return this.json('GET', `/ai/drafts/${encodeURIComponent(draftId)}/preview`, { query });
  }

  async draftEvents(draftId: string): Promise<DraftEventEntry[]> {
    const path = `/ai/drafts/${encodeURIComponent(draftId)}/events`;
    const { items: events } = await this.json<Page<DraftEventEntry>>('GET', path);
    // What the draft did is in the log up to here: reads from now on show it.
    this.remember(events.at(-1)?.position ?? null);
    return events;
  }

  async answer(draftId: string, text: string): Promise<void> {
    await this.json('POST', `/ai/drafts/${encodeURIComponent(draftId)}/answer`, { body: { text } });
  }

  async confirm(draftId: string, confirmation: Confirmation): Promise<void> {
    await this.json('POST', `/ai/drafts/${encodeURIComponent(draftId)}/confirm`, { body: confirmation });
  }

  async approve(draftId: string, planHash: string): Promise<void> {
    await this.json('POST', `/ai/drafts/${encodeURIComponent(draftId)}/approve`, { body: { planHash } });
  }

  async reject(draftId: string, reason: string): Promise<void> {
    await this.json('POST', `/ai/drafts/${encodeURIComponent(draftId)}/reject`, { body: { reason } });
  }

  async cancel(draftId: string): Promise<void> {
    await this.json('POST', `/ai/drafts/${encodeURIComponent(draftId)}/cancel`);
  }

  /** Answers the id of the new draft that holds the inverse change. */
  undo(draftId: string): Promise<{ draftId: string }> {
    return this.json('POST', `/ai/drafts/${encodeURIComponent(draftId)}/undo`);
  }

  importProducts(content: Blob, contentType: string): Promise<{ importId: string }> {
    return this.json('POST', '/products/import', {
      upload: { content, contentType },
      timeoutMs: UPLOAD_TIMEOUT_MS,
    });
  }

  importState(importId: string): Promise<ImportView> {
    return this.json('GET', `/imports/${encodeURIComponent(importId)}`);
  }

  products(query: Record<string, string | number | undefined> = {}): Promise<Page<ProductView>> {
    return this.json('GET', '/products', { query });
  }

  product(productId: string): Promise<ProductView> {
    return this.json('GET', `/products/${encodeURIComponent(productId)}`);
  }

  productHistory(productId: string, query: { cursor?: string } = {}): Promise<Page<ProductHistoryEntry>> {
    return this.json('GET', `/products/${encodeURIComponent(productId)}/history`, { query });
  }

  deadLetters(
    query: { group?: string; key?: string; cursor?: string; limit?: number } = {},
  ): Promise<Page<DeadLetterSummary>> {
    return this.json('GET', '/dead-letters', { query });
  }

  deadLetter(id: string): Promise<DeadLetterWhole> {
    return this.json('GET', `/dead-letters/${encodeURIComponent(id)}`);
  }

  redriveDeadLetter(id: string): Promise<Redrive> {
    return this.json('POST', `/dead-letters/${encodeURIComponent(id)}/redrive`);
  }

  redriveKey(key: { group: string; topic: string; key: string }): Promise<Redrive> {
    return this.json('POST', '/dead-letters/redrive', { body: key });
  }

  /** The whole catalogue, as it streams in. */
  async exportProducts(format: ExportFormat): Promise<ReadableStream<Uint8Array>> {
    const query = { format };
    const answer = await this.send('GET', '/products/export', { query, timeoutMs: UPLOAD_TIMEOUT_MS });
    if (!answer.body) throw new UnexpectedAnswer(answer.url, answer.status);
    return answer.body;
  }

  /** Whether the server can serve; false also when nobody answers. */
  async isReady(): Promise<boolean> {
    try {
      return (await this.once('GET', '/health/ready', { timeoutMs: 2_000 })).ok;
    } catch (error) {
      if (error instanceof ServerUnreachable) return false;
      throw error;
    }
  }

  private async json<Answer>(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await this.send(method, path, options);
    const body: unknown = await answer.json().catch(() => undefined);
    if (typeof body !== 'object' || body === null) throw new UnexpectedAnswer(answer.url, answer.status);
    return body as Answer;
  }

  /** An answer that is none of the refusals; those that pass by themselves are waited out, a bounded number of times. */
  private async send(method: string, path: string, options: RequestOptions): Promise<Response> {
    const idempotencyKey = method === 'GET' ? null : randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      const error = await this.once(method, path, options, idempotencyKey).then(
        async (answer) => (answer.ok ? answer : await problemOf(answer)),
        (cause: unknown) => cause,
      );
      if (error instanceof Response) {
        this.remember(error.headers.get(POSITION_HEADER));
        return error;
      }
      const waitMs = attempt < ATTEMPTS_MAX ? retryDelayMs(error, attempt) : null;
      if (waitMs === null) throw error;
      await delay(waitMs, undefined, { signal: this.options.signal });
    }
  }

  private async once(
    method: string,
    path: string,
    { query = {}, body, upload, timeoutMs = REQUEST_TIMEOUT_MS }: RequestOptions,
    idempotencyKey: string | null = null,
  ): Promise<Response> {
    const url = new URL(this.base + path);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const headers = new Headers({ authorization: `Bearer ${this.options.apiKey}`, accept: '*/*' });
    if (idempotencyKey !== null) headers.set('idempotency-key', idempotencyKey);
    if (method === 'GET' && this.position > 0n) headers.set(POSITION_HEADER, this.position.toString());
    if (body !== undefined) headers.set('content-type', 'application/json');
    if (upload) headers.set('content-type', upload.contentType);
    const signals = [AbortSignal.timeout(timeoutMs), ...(this.options.signal ? [this.options.signal] : [])];
    try {
      return await fetch(url, {
        method,
        headers,
        body: upload ? upload.content : body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.any(signals),
        redirect: 'error',
      });
    } catch (cause) {
      if (this.options.signal?.aborted) throw cause;
      throw new ServerUnreachable(url.origin, reasonOf(cause), { cause });
    }
  }

  private remember(header: string | null): void {
    if (header === null || !/^\d{1,19}$/.test(header)) return;
    const position = BigInt(header);
    if (position > this.position) this.position = position;
  }
}

async function problemOf(answer: Response): Promise<ApiProblem | UnexpectedAnswer> {
  const document: unknown = await answer.json().catch(() => null);
  if (typeof document !== 'object' || document === null || !('code' in document))
    return new UnexpectedAnswer(answer.url, answer.status);
  const retryAfter = answer.headers.get('retry-after');
  return new ApiProblem(document as Record<string, unknown>, { status: answer.status, retryAfter });
}

/** Null: trying again would not help, or nobody should be kept waiting that long. */
function retryDelayMs(error: unknown, attempt: number): number | null {
  if (error instanceof ServerUnreachable) return RETRY_DELAY_MS * attempt;
  if (!(error instanceof ApiProblem)) return null;
  // An earlier try of this very request is still being served: its answer is a moment away.
  const isUnderWay = error.code === 'IDEMPOTENCY_KEY_IN_USE';
  if (error.status !== 503 && error.status !== 429 && !isUnderWay) return null;
  const seconds = error.retryAfterSeconds ?? 1;
  return seconds > RETRY_AFTER_SECONDS_MAX ? null : Math.max(RETRY_DELAY_MS, seconds * 1_000);
}

function reasonOf(cause: unknown): string {
  const { name, message, cause: inner } = cause as Error & { cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'timed out';
  return typeof inner?.code === 'string' ? inner.code : message;
}
