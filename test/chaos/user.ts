/** A simulated user: says, looks, confirms and follows, through whichever API process answers, repeating what got no answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { sentenceOf, type Attempt, type Wish } from './model.js';
import type { Random } from './random.js';

/** What is not answered by then is lost: far above a stop of the broker and what it takes to catch up. */
const PATIENCE_MS_MAX = 240_000;
const REQUEST_MS_MAX = 40_000;
const RETRY_MS = 200;
const POLL_MS = 100;
const ATTEMPTS_MAX = 50;
/** Requests that are sent twice at once, to both processes, as impatient clients and proxies do. */
const DOUBLED_SHARE = 0.1;
const POSITION_HEADER = 'drafthorse-position';

export interface UserOptions {
  urls: readonly string[];
  apiKey: string;
  random: Random;
  /** In front of its client request ids. */
  name: string;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export class User {
  private position = 0n;
  /** Answers that no fault excuses. */
  readonly complaints: string[] = [];
  repeats = 0;

  constructor(private readonly options: UserOptions) {}

  /** Draft after draft until the wish is granted. Answers each of them. Throws when one ends as it must not. */
  async grant(wish: Wish): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    while (attempts.at(-1)?.outcome !== 'done') {
      if (attempts.length === ATTEMPTS_MAX)
        throw new Error(`wish ${wish.ordinal} was refused ${ATTEMPTS_MAX} times`);
      attempts.push(await this.attempt(wish, attempts.length + 1));
    }
    return attempts;
  }

  private async attempt(wish: Wish, number: number): Promise<Attempt> {
    const openedAt = performance.now();
    const clientRequestId = `${this.options.name}-${wish.ordinal}-${number}`;
    const created = await this.sometimesTwice('POST', '/ai/drafts', {
      prompt: sentenceOf(wish),
      clientRequestId,
    });
    if (created.status !== 202) throw new Error(`a draft was not accepted: ${told(created)}`);
    const draftId = String(created.body['draftId']);
    const end = (outcome: Attempt['outcome']): Attempt => ({
      wish,
      draftId,
      openedAt,
      endedAt: performance.now(),
      outcome,
    });

    const { preview } = await this.follow(draftId, ['pending', 'parsing'], 'preview');
    const confirmed = await this.sometimesTwice('POST', `/ai/drafts/${draftId}/confirm`, {
      planHash: preview!.planHash,
    });
    if (confirmed.status === 409 && confirmed.body['code'] === 'PLAN_CHANGED') {
      const cancelled = await this.send('POST', `/ai/drafts/${draftId}/cancel`);
      if (cancelled.status !== 202) throw new Error(`draft ${draftId} was not cancelled: ${told(cancelled)}`);
      return end('refused');
    }
    if (confirmed.status !== 202) throw new Error(`draft ${draftId} was not confirmed: ${told(confirmed)}`);
    const draft = await this.follow(
      draftId,
      ['preview', 'confirmed', 'queued', 'executing'],
      'done',
      'failed',
    );
    if (draft.status === 'done') return end('done');
    if (draft.error?.code === 'PLAN_CHANGED') return end('refused');
    throw new Error(`draft ${draftId} failed: ${JSON.stringify(draft.error)}`);
  }

  /** The draft in one of the statuses `to`; throws as soon as it is in one that is neither on the way nor there. */
  private async follow(draftId: string, by: readonly string[], ...to: string[]): Promise<DraftView> {
    const deadline = performance.now() + PATIENCE_MS_MAX;
    for (;;) {
      const answer = await this.send(
        'GET',
        `/ai/drafts/${draftId}${to.includes('preview') ? '?wait=preview' : ''}`,
      );
      if (answer.status !== 200) throw new Error(`draft ${draftId} is not shown: ${told(answer)}`);
      const draft = answer.body as unknown as DraftView;
      if (to.includes(draft.status)) return draft;
      if (!by.includes(draft.status))
        throw new Error(
          `draft ${draftId} is ${draft.status}, on the way to ${to.join()}: ${JSON.stringify(draft.error ?? draft.clarification)}`,
        );
      if (performance.now() > deadline) throw new Error(`draft ${draftId} stayed ${draft.status}`);
      await sleep(POLL_MS);
    }
  }

  /** Both answers must say the same. */
  private async sometimesTwice(method: string, path: string, body: object): Promise<Answer> {
    const key = { 'idempotency-key': `${this.options.name}-${path}-${JSON.stringify(body)}`.slice(0, 255) };
    if (!this.options.random.chance(DOUBLED_SHARE)) return this.send(method, path, body, key);
    const [one, other] = await Promise.all([
      this.send(method, path, body, key),
      this.send(method, path, body, key),
    ]);
    if (one!.status !== other!.status || one!.body['draftId'] !== other!.body['draftId'])
      this.complaints.push(`${method} ${path} sent twice was answered ${told(one!)} and ${told(other!)}`);
    return one!;
  }

  /** The answer, whoever gives it and however often it has to be asked for. */
  async send(
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { urls, random } = this.options;
    const deadline = performance.now() + PATIENCE_MS_MAX;
    let turn = random.below(urls.length);
    for (;;) {
      const answer = await this.once(urls[turn % urls.length]!, method, path, body, headers);
      // The twin of a request that is sent twice, or one whose server was killed over it.
      const isUnderWay = answer?.body['code'] === 'IDEMPOTENCY_KEY_IN_USE';
      if (answer && answer.status !== 503 && !isUnderWay) {
        if (answer.status < 500) return answer;
        this.complaints.push(`${method} ${path} was answered ${told(answer)}`);
      }
      if (performance.now() > deadline)
        throw new Error(`${method} ${path} got no answer: ${answer ? told(answer) : 'nobody is there'}`);
      this.repeats += 1;
      turn += 1;
      await sleep(RETRY_MS);
    }
  }

  /** Null when there was none. */
  private async once(
    url: string,
    method: string,
    path: string,
    body: object | string | undefined,
    headers: Record<string, string>,
  ): Promise<Answer | null> {
    const isText = typeof body === 'string';
    try {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.options.apiKey}`,
          ...(body !== undefined && { 'content-type': isText ? 'application/x-ndjson' : 'application/json' }),
          ...(method === 'GET' && this.position > 0n && { [POSITION_HEADER]: this.position.toString() }),
          ...headers,
        },
        ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_MS_MAX),
      });
      const told = (await answer.json()) as Record<string, unknown>;
      const position = BigInt(answer.headers.get(POSITION_HEADER) ?? 0);
      if (position > this.position) this.position = position;
      return { status: answer.status, body: told };
    } catch {
      return null;
    }
  }
}

const told = ({ status, body }: Answer) => `${status} ${JSON.stringify(body).slice(0, 300)}`;
