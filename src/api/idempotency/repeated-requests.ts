/**
 * Requests that come again: every route that changes something goes through here, whether it knows or not (ADR 0052).
 * A key is claimed before the route runs; the answer is stored with the events it tells of (`PendingReceipt`) or, where
 * a route does not do that, before it is sent; sealed, where it may hold a secret. A refusal is not stored: it changed nothing, and may be asked again.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyContextConfig, FastifyInstance, FastifyReply } from 'fastify';
import type { Claim, Receipts, StoredAnswer } from '../../event-store/receipts.js';
import type { Logger } from '../../platform/logging/logger.js';
import type { SignInLimits } from '../limits/sign-in-limits.js';
import { Problem } from '../problems/problem.js';
import { keyInUse } from '../problems/problem-of.js';
import { POSITION_HEADER } from '../requests/position.js';
import type { Request } from '../requests/request.js';
import { traceOf } from '../requests/trace.js';
import { ClaimedRequest, openAnswer, type GivenAnswer } from './claimed-request.js';
import { IDEMPOTENCY_KEY_HEADER, idempotencyKeyOf, REPLAYED_HEADER } from './idempotency-key.js';
import { keyOwnerOf } from './key-owner.js';
import { requestPrint } from './request-print.js';
import type { RequestSecrets } from './request-secrets.js';
import { boundaryOf, StreamedBody } from './streamed-body.js';

/** How long the key of a killed process stays taken. */
export const LEASE_MS = 5_000;
const RENEW_MS = LEASE_MS / 3;

export const MUTATIONS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export interface RepeatedRequestsParts {
  receipts: Receipts;
  secrets: RequestSecrets;
  /** Of a request with a secret, each comparison with one that came before is a guess at it. */
  guesses: Pick<SignInLimits, 'attempt'>;
  logger: Logger;
}

export class RepeatedRequests {
  private readonly running = new Set<ClaimedRequest>();

  constructor(private readonly parts: RepeatedRequestsParts) {}

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
    const { receipts, secrets } = this.parts;
    const isSecret = request.routeOptions.config.secrets === true;
    const owner = keyOwnerOf(request);
    if (!owner) return false;
    const claimant = { ...owner, key, holder: randomUUID() };
    const print = requestPrint(request, secrets);
    const body = streamedBodyOf(request);
    const claim = await this.guessing(request, () => receipts.claim(claimant, print, LEASE_MS));
    if (claim.outcome === 'reused') throw keyReused();
    if (claim.outcome === 'running') throw keyInUse();
    if (claim.outcome === 'answered') {
      await compareContent(body, claim.answer);
      const opened = isSecret ? openAnswer(secrets, { ...claimant, print }, claim.answer) : undefined;
      void replay(reply, claim.answer, opened);
      return true;
    }
    const claimed = new ClaimedRequest({ claimant, print, body, isSecret, secrets });
    request.claimed = claimed;
    if (body) request.body = body;
    this.running.add(claimed);
    // Whoever leaves in the middle of an upload is never answered: nobody renews the claim, and it runs out.
    reply.raw.once('close', () => this.running.delete(claimed));
    return false;
  }

  /**
   * Or passwords could be tried against the one that came under a key before, as often as one likes. Who is signed in and
   * takes a new key compares nothing, and waits for no guesser beside them. Throws RATE_LIMITED.
   */
  private async guessing(request: Request, claiming: () => Promise<Claim>): Promise<Claim> {
    const { guesses } = this.parts;
    if (!request.routeOptions.config.secrets) return claiming();
    const early = request.caller ? null : await guesses.attempt(request, null);
    const claim = await claiming();
    const attempt = early ?? (claim.outcome === 'claimed' ? null : await guesses.attempt(request, null));
    if (claim.outcome !== 'reused') await attempt?.succeeded();
    return claim;
  }

  /** Never rejects. */
  private async end(claimed: ClaimedRequest, request: Request, reply: FastifyReply, payload: unknown) {
    if (claimed.hasEnded) return;
    claimed.hasEnded = true;
    this.running.delete(claimed);
    if (claimed.isStored) return;
    const { statusCode } = reply;
    const { receipts, logger } = this.parts;
    try {
      const body = payload ?? '';
      if (statusCode < 300 && typeof body === 'string') {
        const position = reply.getHeader(POSITION_HEADER);
        const reached = position === undefined ? null : BigInt(String(position));
        const cookies = [reply.getHeader('set-cookie') ?? []].flat().map(String);
        await receipts.store(claimed.receipt(statusCode, { body, cookies }), reached);
        // Whether a fault has changed something nobody knows: then the key stays with its request.
      } else await receipts.release(claimed.claimant, { forget: statusCode < 500 });
    } catch (err) {
      // What it did is recorded; the same request is found out by the ids of its events, once the claim has run out.
      const { traceId } = traceOf(request);
      logger.warn({ err, traceId }, 'the answer to a request was not kept for its idempotency key');
    }
  }

  private async renew(): Promise<void> {
    if (this.running.size === 0) return;
    const claimants = [...this.running].map(({ claimant }) => claimant);
    // Next time; until then the claims last.
    await this.parts.receipts.renew(claimants, LEASE_MS).catch(() => undefined);
  }
}

/** Whether this route heeds Idempotency-Keys. */
export const isRepeatable = (method: string, config: FastifyContextConfig): boolean =>
  MUTATIONS.has(method) && (!config.public || config.keysOf !== undefined);

function isGuarded({ method, is404, headers, routeOptions: { config } }: Request): boolean {
  const hasKey = headers[IDEMPOTENCY_KEY_HEADER] !== undefined;
  return hasKey && !is404 && isRepeatable(method, config);
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

/** `opened`: what was sealed. */
function replay(
  reply: FastifyReply,
  { status, body, position }: StoredAnswer,
  opened: GivenAnswer = { body, cookies: [] },
): FastifyReply {
  if (position !== null) void reply.header(POSITION_HEADER, position.toString());
  if (opened.cookies.length > 0) void reply.header('set-cookie', opened.cookies);
  if (opened.body !== '') void reply.type('application/json; charset=utf-8');
  return reply.code(status).header(REPLAYED_HEADER, 'true').send(opened.body);
}

const keyReused = () =>
  new Problem('IDEMPOTENCY_KEY_REUSED', {
    detail: 'This key came with another request before. Take a new key for each request.',
  });
