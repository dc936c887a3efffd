/** A small client of the HTTP API for journeys: typed answers, and nothing of the program's own client code. */
import { expect } from 'vitest';
import type { PlanRow } from '../../src/events/draft.events.js';
import type { AuditEntry } from '../../src/projections/audit/audit.queries.js';
import type {
  ChangeSetView,
  ChangeView,
  HistoryEntry,
} from '../../src/projections/change-sets/change-sets.queries.js';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import type { DraftHistoryEntry } from '../../src/projections/drafts/drafts.queries.js';
import type { ImportView } from '../../src/projections/imports/import-view.js';
import type { ProductView } from '../../src/projections/products/product-row.js';
import { until } from './until.js';

/** Everything a journey waits for is there long before this, even on a busy machine. */
export const WAIT_MS_MAX = 60_000;
const LIMIT_MAX = 200;

export interface Answer<Body = unknown> {
  status: number;
  body: Body;
  headers: Headers;
  /** `Drafthorse-Position`, where a command answered with one. */
  position: string | null;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

type WithDraft<Entry> = Entry & { draftId: string | null };

/** A problem document, whatever else it carries. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  traceId: string;
  [extension: string]: unknown;
}

export interface ProductFields {
  sku: string;
  name: string;
  price: string | number;
  stock: number;
  category?: string;
  brand?: string;
  fields?: Record<string, string>;
}

export interface ConfirmBody {
  planHash?: string;
  exclude?: string[];
  editedPreview?: { productId: string; after: Record<string, unknown> }[];
  secondConfirmation?: true;
  schedule?: { at: string; zone: string };
}

export interface SendOptions {
  headers?: Record<string, string>;
  /** Sent as it is, under `content-type` of the headers. */
  raw?: string | Uint8Array;
}

export class ApiClient {
  constructor(
    private readonly address: () => string,
    private readonly apiKey: string,
  ) {}

  async send<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    { headers = {}, raw }: SendOptions = {},
  ): Promise<Answer<Body>> {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.address()}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(content !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: content as string }),
      signal: AbortSignal.timeout(WAIT_MS_MAX),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const isLines = response.headers.get('content-type')?.includes('ndjson') ?? false;
    return {
      status: response.status,
      body: (isJson && !isLines ? JSON.parse(text) : text) as Body,
      headers: response.headers,
      position: response.headers.get('drafthorse-position'),
    };
  }

  /** A request that must be answered with `status`; anything else is shown whole. */
  async expectStatus<Body = unknown>(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    options?: SendOptions,
  ): Promise<Answer<Body>> {
    const answer = await this.send<Body>(method, path, body, options);
    expect({ status: answer.status, body: answer.status === status ? null : answer.body }).toEqual({
      status,
      body: null,
    });
    return answer;
  }

  async get<Body>(path: string, after?: string | null): Promise<Body> {
    const headers: Record<string, string> = after ? { 'drafthorse-position': after } : {};
    return (await this.expectStatus<Body>(200, 'GET', path, undefined, { headers })).body;
  }

  /** A request that must be refused with this code, as a problem document. */
  async refused(
    code: string,
    method: string,
    path: string,
    body?: unknown,
    options?: SendOptions,
  ): Promise<ProblemBody> {
    const answer = await this.send<ProblemBody>(method, path, body, options);
    expect(answer.body).toMatchObject({
      code,
      status: answer.status,
      type: expect.stringMatching(/^urn:drafthorse:problem:/),
      title: expect.any(String),
      detail: expect.any(String),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return answer.body;
  }

  async all<Item>(path: string, limit = LIMIT_MAX): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = null; ;) {
      const query: string = `limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: Page<Item> = await this.get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = page.nextCursor;
    }
  }

  // Imports and products

  async startImport(content: string, contentType: string, headers = {}): Promise<string> {
    const { body } = await this.expectStatus<{ importId: string }>(
      202,
      'POST',
      '/products/import',
      undefined,
      { raw: content, headers: { 'content-type': contentType, ...headers } },
    );
    return body.importId;
  }

  async finishedImport(importId: string): Promise<ImportView> {
    return until(
      `import ${importId} ends`,
      async () => {
        const view = await this.get<ImportView>(`/imports/${importId}`);
        return view.status === 'running' ? null : view;
      },
      WAIT_MS_MAX,
    );
  }

  async importFile(content: string, contentType = 'application/x-ndjson'): Promise<ImportView> {
    return this.finishedImport(await this.startImport(content, contentType));
  }

  /** Imports products of which none is there yet and none is wrong. */
  async importCatalogue(products: readonly ProductFields[]): Promise<void> {
    const done = await this.importFile(products.map((product) => JSON.stringify(product)).join('\n'));
    expect(done).toMatchObject({ status: 'done', added: products.length, rejectedCount: 0 });
  }

  products(): Promise<ProductView[]> {
    return this.all('/products');
  }

  /** `after`: the position of a change by hand that must be seen. What ended before is seen without. */
  async product(sku: string, after?: string | null): Promise<ProductView> {
    const { items } = await this.get<Page<ProductView>>(`/products?sku=${encodeURIComponent(sku)}`, after);
    expect(items).toHaveLength(1);
    return items[0]!;
  }

  history(productId: string): Promise<WithDraft<HistoryEntry>[]> {
    return this.all(`/products/${productId}/history`);
  }

  changeSets(): Promise<WithDraft<ChangeSetView>[]> {
    return this.all('/change-sets');
  }

  changeSet(
    id: string,
  ): Promise<WithDraft<ChangeSetView> & { changes: ChangeView[]; nextCursor: string | null }> {
    return this.get(`/change-sets/${id}`);
  }

  audit(): Promise<AuditEntry[]> {
    return this.all('/audit');
  }

  // Drafts

  async create(prompt: string, more: Record<string, unknown> = {}): Promise<string> {
    const body = { prompt, ...more };
    return (await this.expectStatus<{ draftId: string }>(202, 'POST', '/ai/drafts', body)).body.draftId;
  }

  draft(draftId: string): Promise<DraftView> {
    return this.get(`/ai/drafts/${draftId}`);
  }

  /** The draft once it has been read: in preview, asking, answered or failed. */
  async parsed(draftId: string): Promise<DraftView> {
    return until(
      `draft ${draftId} is read`,
      async () => {
        const draft = await this.get<DraftView>(`/ai/drafts/${draftId}?wait=preview`);
        return ['pending', 'parsing'].includes(draft.status) ? null : draft;
      },
      WAIT_MS_MAX,
    );
  }

  async say(prompt: string): Promise<DraftView> {
    return this.parsed(await this.create(prompt));
  }

  /** A sentence that must lead to a preview. */
  async preview(prompt: string): Promise<PreviewedDraft> {
    return previewed(await this.say(prompt));
  }

  async previewOf(draftId: string): Promise<PreviewedDraft> {
    return previewed(await this.parsed(draftId));
  }

  previewRows(draftId: string, limit = 500): Promise<PlanRow[]> {
    return this.all(`/ai/drafts/${draftId}/preview`, limit);
  }

  confirm({ draftId, preview }: PreviewedDraft, body: ConfirmBody = {}): Promise<Answer<{ status: string }>> {
    const { planHash } = preview;
    return this.expectStatus(202, 'POST', `/ai/drafts/${draftId}/confirm`, { planHash, ...body });
  }

  /** The draft in this status; throws as soon as it has ended in another one. */
  async until(draftId: string, status: string): Promise<DraftView> {
    const draft = await until(
      `draft ${draftId} is ${status}`,
      async () => {
        const current = await this.draft(draftId);
        const mayStillBe = MAY_FOLLOW_AN_END[current.status] === status;
        return current.status === status || (ENDS.has(current.status) && !mayStillBe) ? current : null;
      },
      WAIT_MS_MAX,
    );
    expect({ status: draft.status, error: draft.error }).toMatchObject({ status });
    return draft;
  }

  /** Say it, confirm what is shown, wait until it is done. */
  async apply(prompt: string, body?: ConfirmBody): Promise<DraftView> {
    const draft = await this.preview(prompt);
    await this.confirm(draft, body);
    return this.until(draft.draftId, 'done');
  }

  /** The draft in whatever status it ends. */
  async ended(draftId: string): Promise<DraftView> {
    return until(
      `draft ${draftId} ends`,
      async () => {
        const draft = await this.draft(draftId);
        return ENDS.has(draft.status) ? draft : null;
      },
      WAIT_MS_MAX,
    );
  }

  async undo(draftId: string, idempotencyKey?: string): Promise<PreviewedDraft> {
    const headers: Record<string, string> =
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const path = `/ai/drafts/${draftId}/undo`;
    const { body } = await this.expectStatus<{ draftId: string }>(202, 'POST', path, undefined, { headers });
    return this.previewOf(body.draftId);
  }

  async events(draftId: string): Promise<DraftHistoryEntry[]> {
    return (await this.get<Page<DraftHistoryEntry>>(`/ai/drafts/${draftId}/events`)).items;
  }
}

export type PreviewedDraft = DraftView & { preview: NonNullable<DraftView['preview']> };

export function previewed(draft: DraftView): PreviewedDraft {
  const { status, error, clarification } = draft;
  expect({ status, error, clarification }).toEqual({ status: 'preview', error: null, clarification: null });
  return draft as PreviewedDraft;
}

const MAY_FOLLOW_AN_END: Record<string, string> = { done: 'undone', undone: 'done' };
const ENDS: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled', 'expired', 'undone']);
