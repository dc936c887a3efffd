/**
 * Requests that come again: every route that changes something goes through here, whether it knows or not (ADR 0052).
 * A key is claimed before the route runs; the answer is stored with the events it tells of (`PendingReceipt`) or, where
 * a route does not do that, before it is sent. A refusal is not stored: it changed nothing, and may be asked again.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PendingReceipt } from '../../commands/receipt.js';
import type { Claimant, Receipt, Receipts, StoredAnswer } from '../../event-store/receipts.js';
import type { Logger } from '../../platform/logging/logger.js';
import { Problem } from '../problems/problem.js';
import { RETRY_LATER } from '../problems/problem-of.js';
import { POSITION_HEADER } from '../requests/position.js';
import { callerOf, type Request } from '../requests/request.js';
import { traceOf } from '../requests/trace.js';
import { IDEMPOTENCY_KEY_HEADER, idempotencyKeyOf, REPLAYED_HEADER } from './idempotency-key.js';
import { requestPrint } from './request-print.js';
import { boundaryOf, StreamedBody } from './streamed-body.js';

/** How long the key of a killed process stays taken. */
export const LEASE_MS = 5_000;
const RENEW_MS = LEASE_MS / 3;

export const MUTATIONS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** What every accepted command is answered with. */
const ACCEPTED = 202;

/** A request that holds its key. */
export class ClaimedRequest {
  /** Its answer went along with its events. */
  isStored = false;
  hasEnded = false;

  constructor(
    readonly claimant: Claimant,
    readonly print: string,
    private readonly body: StreamedBody | null,
  ) {}

  receipt(status: number, body: string): Receipt {
    const { workspaceId, userId, key } = this.claimant;
    const content = this.body?.print ?? null;
    return { workspaceId, userId, key, request: this.print, content, answer: { status, body } };
  }

  pending<State>(answer: (state: State) => object): PendingReceipt<State> {
    return {
      of: (state) => this.receipt(ACCEPTED, JSON.stringify(answer(state))),
      stored: () => (this.isStored = true),
    };
  }
}

export class RepeatedRequests {
  private readonly running = new Set<ClaimedRequest>();

  constructor(
    private readonly receipts: Receipts,
    private readonly logger: Logger,
  ) {}

  /** After authentication, permissions and limits; before validation: a repeated request is answered as it was. */
  guard(server: FastifyInstance): void {
    server.decorateRequest('claimed', null);
    // With callbacks: whatever has no key, every read for one, waits for no promise.
    server.addHook('preHandler', (request, reply, done) => {
      if (!isGuarded(request)) return void done();
      this.claim(request, reply).then((isAnswered) => void (isAnswered || done()), done);
    });
    server.addHook('onSend', (request, reply, payload, done) => {
      if (!request.claimed) return void done(null, payload);
      void this.end(request.claimed, request, reply, payload).then(() => done(null, payload));
    });
    const timer = setInterval(() => void this.renew(), RENEW_MS).unref();
    server.addHook('onClose', async () => clearInterval(timer));
  }

  /** Whether the request has been answered. */
  private async claim(request: Request, reply: FastifyReply): Promise<boolean> {
    const key = idempotencyKeyOf(request);
    if (key === null) return false;
    const { workspaceId, userId } = callerOf(request);
    const claimant = { workspaceId, userId, key, holder: randomUUID() };
    const print = requestPrint(request);
    const body = streamedBodyOf(request);
    const claim = await this.receipts.claim(claimant, print, LEASE_MS);
    if (claim.outcome === 'reused') throw keyReused();
    if (claim.outcome === 'running') throw keyInUse();
    if (claim.outcome === 'answered') {
      await compareContent(body, claim.answer);
      void replay(reply, claim.answer);
      return true;
    }
    const claimed = new ClaimedRequest(claimant, print, body);
    request.claimed = claimed;
    if (body) request.body = body;
    this.running.add(claimed);
    // Whoever leaves in the middle of an upload is never answered: nobody renews the claim, and it runs out.
    reply.raw.once('close', () => this.running.delete(claimed));
    return false;
  }

  /** Never rejects. */
  private async end(claimed: ClaimedRequest, request: Request, reply: FastifyReply, payload: unknown) {
    if (claimed.hasEnded) return;
    claimed.hasEnded = true;
    this.running.delete(claimed);
    if (claimed.isStored) return;
    const { statusCode } = reply;
    try {
      const text = payload ?? '';
      if (statusCode < 300 && typeof text === 'string') {
        const position = reply.getHeader(POSITION_HEADER);
        const reached = position === undefined ? null : BigInt(String(position));
        await this.receipts.store(claimed.receipt(statusCode, text), reached);
        // Whether a fault has changed something nobody knows: then the key stays with its request.
      } else await this.receipts.release(claimed.claimant, { forget: statusCode < 500 });
    } catch (err) {
      // What it did is recorded; the same request is found out by the ids of its events, once the claim has run out.
      const { traceId } = traceOf(request);
      this.logger.warn({ err, traceId }, 'the answer to a request was not kept for its idempotency key');
    }
  }

  private async renew(): Promise<void> {
    if (this.running.size === 0) return;
    const claimants = [...this.running].map(({ claimant }) => claimant);
    // Next time; until then the claims last.
    await this.receipts.renew(claimants, LEASE_MS).catch(() => undefined);
  }
}

function isGuarded({ method, is404, headers, routeOptions: { config } }: Request): boolean {
  const hasKey = headers[IDEMPOTENCY_KEY_HEADER] !== undefined;
  return hasKey && MUTATIONS.has(method) && !is404 && !config.public && !config.secrets;
}

function streamedBodyOf(request: Request): StreamedBody | null {
  if (!request.routeOptions.config.streams || !request.body) return null;
  return new StreamedBody(request.body as AsyncIterable<Buffer>, boundaryOf(request.headers['content-type']));
}

/** Throws IDEMPOTENCY_KEY_REUSED. An upload is read to its end: only then it is known to be the same. */
async function compareContent(body: StreamedBody | null, { content }: StoredAnswer): Promise<void> {
  if (body) for await (const _ of body);
  if ((body?.print ?? null) !== content) throw keyReused();
}

function replay(reply: FastifyReply, { status, body, position }: StoredAnswer): FastifyReply {
  if (position !== null) void reply.header(POSITION_HEADER, position.toString());
  if (body !== '') void reply.type('application/json; charset=utf-8');
  return reply.code(status).header(REPLAYED_HEADER, 'true').send(body);
}

const keyReused = () =>
  new Problem('IDEMPOTENCY_KEY_REUSED', {
    detail: 'This key came with another request before. Take a new key for each request.',
  });

const keyInUse = () =>
  new Problem('IDEMPOTENCY_KEY_IN_USE', {
    detail: 'The same request is being served already. Ask again in a moment for its answer.',
    headers: RETRY_LATER,
  });
