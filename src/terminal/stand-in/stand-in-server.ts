/**
 * A server for specs that speaks the HTTP surface over a real socket and holds one shop in memory. What a sentence
 * is read as is told beforehand; everything else follows the contract: positions, problems, statuses, conflicts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Draft, PlanRow } from '../client.js';

export const STAND_IN_KEY = 'stand-in-key-0123456789';

/** What reading a sentence comes to: some of the draft's fields. */
export type Reading = Partial<Draft>;

export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const id = (number: number): string => `0197a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const NOW = '2026-01-31T09:05:07.000Z';

export class StandInServer {
  readonly seen: Seen[] = [];
  readonly drafts = new Map<string, Draft>();
  /** Answers to give before anything else, once each, in turn. */
  readonly nextAnswers: Answer[] = [];
  /** Runs when a confirmation arrives; an answer it gives is used instead of accepting. */
  onConfirm: (draft: Draft, body: Record<string, unknown>) => Answer | null = () => null;
  private position = 100;
  private readonly readings = new Map<string, Reading>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StandInServer> {
    const server = createServer();
    const standIn = new StandInServer(server);
    server.on('request', (request, response) => void standIn.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The sentence, or an answer to a question, and what it is read as. */
  reads(sentence: string, reading: Reading): void {
    this.readings.set(sentence, reading);
  }

  only(): Draft {
    const [draft] = this.drafts.values();
    if (!draft || this.drafts.size !== 1) throw new Error(`${this.drafts.size} drafts, not one`);
    return draft;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', this.url);
    const body =
      request.headers['content-type'] === 'application/json' && text !== '' ? JSON.parse(text) : text;
    this.seen.push({
      method: request.method ?? '',
      path: url.pathname + url.search,
      headers: request.headers,
      body,
    });
    const { status, headers = {}, body: answer } = this.nextAnswers.shift() ?? this.route(request, url, body);
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  private route({ method = '', headers }: IncomingMessage, url: URL, body: unknown): Answer {
    const path = url.pathname.replace('/api/v1', '');
    if (path === '/health/ready') return { status: 200, body: { status: 'ready', reason: null } };
    if (headers.authorization !== `Bearer ${STAND_IN_KEY}`)
      return problem(401, 'UNAUTHENTICATED', 'Send a key.');
    if (method === 'POST' && path === '/ai/drafts') return this.create(body as { prompt: string });
    if (path === '/ai/drafts')
      return { status: 200, body: { items: [...this.drafts.values()], nextCursor: null } };
    if (path === '/products/import') return this.accepted({ importId: id(500) });
    if (path.startsWith('/imports/')) return { status: 200, body: IMPORTED };
    if (path === '/products/export') return { status: 200, body: '{"sku":"A-1"}\n' };
    const [, draftId = '', action = ''] = /^\/ai\/drafts\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const draft = this.drafts.get(draftId);
    if (!draft) return problem(404, 'DRAFT_NOT_FOUND', 'This workspace has no draft with this id.');
    return method === 'GET'
      ? this.read(draft, action)
      : this.command(draft, action, body as Record<string, unknown>);
  }

  private create({ prompt }: { prompt: string }): Answer {
    const draft = newDraft(id(this.drafts.size + 1), prompt);
    this.drafts.set(draft.draftId, draft);
    return this.accepted({ draftId: draft.draftId, status: draft.status });
  }

  /** Being looked at is what makes time pass here: a draft gets one step further each time. */
  private read(draft: Draft, action: string): Answer {
    if (action === 'events') return { status: 200, body: { items: [], nextCursor: null } };
    if (action === 'preview') return { status: 200, body: { items: furtherRows(draft), nextCursor: null } };
    const shown = { ...draft };
    const next: Record<string, Reading> = {
      pending: { status: 'parsing' },
      parsing: this.readings.get(draft.prompt) ?? failed('NOT_A_CATALOGUE_TASK', 'That is no task.'),
      confirmed: { status: 'executing' },
      executing: { status: 'done', changeSetId: id(900) },
    };
    Object.assign(draft, next[draft.status]);
    return { status: 200, body: shown };
  }

  private command(draft: Draft, action: string, body: Record<string, unknown>): Answer {
    switch (action) {
      case 'answer':
        Object.assign(draft, { status: 'parsing', clarification: null, prompt: String(body.text) });
        break;
      case 'confirm': {
        const instead = this.onConfirm(draft, body);
        if (instead) return instead;
        draft.status = 'confirmed';
        break;
      }
      case 'cancel':
        if (draft.status === 'executing')
          return problem(409, 'DRAFT_NOT_CANCELLABLE', 'It is being executed.');
        draft.status = 'cancelled';
        break;
      case 'undo':
        return this.openUndo(draft);
    }
    return this.accepted({ draftId: draft.draftId, status: draft.status });
  }

  private openUndo(original: Draft): Answer {
    const undo = newDraft(id(this.drafts.size + 1), original.prompt);
    const rows =
      original.preview?.rows.map((row) => ({ ...row, before: row.after, after: row.before })) ?? [];
    const undoOf = { changeSetId: original.changeSetId ?? id(900), draftId: original.draftId };
    Object.assign(undo, inPreview(rows), { undoOf });
    this.drafts.set(undo.draftId, undo);
    return this.accepted({ draftId: undo.draftId, status: undo.status });
  }

  private accepted(body: unknown): Answer {
    this.position += 1;
    return { status: 202, body, headers: { 'drafthorse-position': String(this.position) } };
  }
}

export function problem(
  status: number,
  code: string,
  detail: string,
  more: Record<string, unknown> = {},
): Answer {
  return {
    status,
    body: { type: 'about:blank', title: code, status, code, detail, traceId: 'f00d', ...more },
  };
}

export const failed = (code: string, message: string): Reading => ({
  status: 'failed',
  error: { code, message },
});

export const planHash = (digit: string): string => `sha256:${digit.repeat(64)}`;

export function priceRow(number: number, name: string, [before, after]: [string, string]): PlanRow {
  return {
    productId: id(1_000 + number),
    sku: `SKU-${number}`,
    name,
    version: 1,
    before: { price: before },
    after: { price: after },
  };
}

/** `total` beyond the rows given: the rest is paged. */
export function inPreview(rows: PlanRow[], { total = rows.length, hash = planHash('a') } = {}): Reading {
  return {
    status: 'preview',
    language: 'en',
    explanation: 'Lower price by 10 %',
    interpreter: { kind: 'rules', version: '1' },
    preview: {
      summary: { matched: total, changed: total, unchanged: 0 },
      planHash: hash,
      catalogueRevision: 1,
      rows,
      nextCursor: total > rows.length ? 'further' : null,
      warnings: [],
      requires: total > 500 ? ['confirmation', 'second_confirmation'] : ['confirmation'],
      approvalReasons: [],
    },
  };
}

function furtherRows({ preview }: Draft): PlanRow[] {
  const { rows = [], summary } = preview ?? {};
  const missing = (summary?.changed ?? 0) - rows.length;
  return Array.from({ length: missing }, (_, at) =>
    priceRow(rows.length + at + 1, 'Further', ['2.00', '1.80']),
  );
}

function newDraft(draftId: string, prompt: string): Draft {
  return {
    draftId,
    status: 'pending',
    prompt,
    audio: null,
    language: null,
    userId: id(1),
    clientRequestId: null,
    parsed: null,
    explanation: null,
    interpreter: null,
    models: null,
    preview: null,
    clarification: null,
    confirmation: null,
    approval: null,
    schedule: null,
    changeSetId: null,
    undoOf: null,
    undoneBy: null,
    error: null,
    warnings: [],
    attempts: 0,
    createdAt: NOW,
    updatedAt: NOW,
    expiresAt: null,
    confirmedAt: null,
    executedAt: null,
    completedAt: null,
  };
}

const IMPORTED = {
  importId: id(500),
  status: 'done',
  format: 'ndjson',
  bytes: 10,
  added: 2,
  updated: 0,
  unchanged: 0,
  rejectedCount: 1,
  rejected: [{ line: 3, reason: 'price is missing' }],
  error: null,
  requestedAt: NOW,
  completedAt: NOW,
};
