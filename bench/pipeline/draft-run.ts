/** One draft from its prompt to its end over HTTP, as a user's program does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './http.js';
import { ROWS_PER_DRAFT } from './shop.js';

const ENDED: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled', 'expired', 'undone']);
/** A draft has been read when it shows a preview or what came of it instead. */
const READ: ReadonlySet<string> = new Set(['preview', 'clarify', ...ENDED]);
const POLL_MS_MIN = 4;
const SETTLE_MS_MAX = 60_000;

interface DraftAnswer {
  draftId: string;
  status: string;
  /** `planHash` where a preview is sealed. */
  preview: { planHash?: string; summary: { changed: number } } | null;
  error: unknown;
}

export interface Endpoint {
  url: string;
  apiKey: string;
  waitsForDone: boolean;
}

/**
 * When to ask again where no answer is held: about when drafts of late were done, then in small steps. Asking always in
 * small steps would make the driver the largest user of the contender's time.
 */
export class Patience {
  private typicalMs = 20;

  /** `asks`: how often it took. Found at the first, it may have been there for long: the next is asked for sooner. */
  learn(ms: number, asks: number): void {
    this.typicalMs = asks === 1 ? this.typicalMs * 0.8 : this.typicalMs + (ms - this.typicalMs) / 8;
  }

  get firstMs(): number {
    return Math.max(POLL_MS_MIN, this.typicalMs * 0.85);
  }

  get nextMs(): number {
    return Math.max(POLL_MS_MIN, this.typicalMs / 8);
  }
}

/** Answers how long preview and end took from the start. Throws unless ROWS_PER_DRAFT rows were changed. */
export async function runDraft(
  endpoint: Endpoint,
  { prompt, startedAt, patience }: { prompt: string; startedAt: number; patience: Patience },
): Promise<{ previewMs: number; doneMs: number }> {
  const drafts = `${endpoint.url}/api/v1/ai/drafts`;
  const { apiKey } = endpoint;
  const { draftId } = await call<{ draftId: string }>({
    method: 'POST',
    url: drafts,
    apiKey,
    body: { prompt },
  });
  const url = `${drafts}/${draftId}`;
  const draft = await held(`${url}?wait=preview`, apiKey, READ);
  const { preview } = draft;
  if (draft.status !== 'preview' || preview?.summary.changed !== ROWS_PER_DRAFT)
    throw new Error(`${prompt}: no preview of ${ROWS_PER_DRAFT} rows but ${JSON.stringify(draft)}`);
  const previewMs = performance.now() - startedAt;
  const { planHash } = preview;
  const body = planHash === undefined ? {} : { planHash };
  await call({ method: 'POST', url: `${url}/confirm`, apiKey, body });
  const ended = await (endpoint.waitsForDone
    ? held(`${url}?wait=done`, apiKey, ENDED)
    : asked(url, apiKey, patience));
  if (ended.status !== 'done') throw new Error(`${prompt}: ended as ${JSON.stringify(ended)}`);
  return { previewMs, doneMs: performance.now() - startedAt };
}

/** A held answer comes at last without what was waited for; then it is asked for again. */
async function held(url: string, apiKey: string, until: ReadonlySet<string>): Promise<DraftAnswer> {
  for (const deadline = performance.now() + SETTLE_MS_MAX; performance.now() < deadline;) {
    const draft = await call<DraftAnswer>({ method: 'GET', url, apiKey });
    if (until.has(draft.status)) return draft;
  }
  throw new Error(`${url}: not there within ${SETTLE_MS_MAX} ms`);
}

async function asked(url: string, apiKey: string, patience: Patience): Promise<DraftAnswer> {
  const confirmedAt = performance.now();
  await sleep(patience.firstMs);
  for (let asks = 1; performance.now() - confirmedAt < SETTLE_MS_MAX; asks += 1) {
    const draft = await call<DraftAnswer>({ method: 'GET', url, apiKey });
    if (ENDED.has(draft.status)) {
      patience.learn(performance.now() - confirmedAt, asks);
      return draft;
    }
    await sleep(patience.nextMs);
  }
  throw new Error(`${url} did not end within ${SETTLE_MS_MAX} ms`);
}
