/**
 * The whole program while its provider of models is down: drafts come in at a steady rate, the provider is well, then
 * silent or refusing for a while, then well again. Measured are all HTTP requests; counted is how drafts ended.
 */
import { changes, IPHONE, modelShop, SILVER } from '../journeys/models.js';
import { PHONES } from '../journeys/shop.js';
import type { ApiClient } from '../support/api-client.js';
import { fails, neverAnswers, replies } from '../support/model-server/behaviours.js';
import type { Behaviour } from '../support/model-server/model-server.js';
import { until } from '../support/until.js';

export interface OutagePlan {
  /** How the provider is down. */
  how: 'silent' | 'refusing';
  draftsPerSecond: number;
  wellSeconds: number;
  downSeconds: number;
  timeoutMs: number;
  /** Told of each phase. */
  say: (line: string) => void;
}

export interface Quantiles {
  requests: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export interface OutageReport {
  drafts: number;
  /** Drafts by status, who read them, and why not a model. */
  ends: Record<string, number>;
  http: Record<'well' | 'down' | 'again', Quantiles>;
  /** From creation to preview. */
  toPreview: Record<'well' | 'down' | 'again', Quantiles>;
  transitions: Record<string, number>;
}

const HOW: Record<OutagePlan['how'], Behaviour> = { silent: neverAnswers, refusing: fails(503) };
/** The breaker tries again after ten seconds, and a probe may hang for a time-out before that. */
const RECOVERY_MS_MAX = 60_000;

export async function outage(plan: OutagePlan): Promise<OutageReport> {
  const shop = await modelShop({ LLM_TIMEOUT_MS: String(plan.timeoutMs) });
  try {
    const { client } = await shop.server.createWorkspace('outage');
    await client.importCatalogue(PHONES);
    const visitors = new Visitors(client, plan.draftsPerSecond);
    const well: Behaviour = (response, request) => replies(rightFor(request.text))(response, request);
    const figures = async () => (await fetch(`${shop.server.url}/metrics`)).text();

    shop.models.always(well);
    plan.say(`the provider is well for ${plan.wellSeconds} s`);
    await visitors.come('well', plan.wellSeconds);
    shop.models.always(HOW[plan.how]);
    plan.say(`the provider is ${plan.how} for ${plan.downSeconds} s`);
    await visitors.come('down', plan.downSeconds);
    shop.models.always(well);
    plan.say('the provider is well again');
    await visitors.comeUntil('again', async () => (transitionsIn(await figures())['closed'] ?? 0) > 0);
    await visitors.come('again', plan.wellSeconds);
    plan.say('waiting for every draft to end');
    const report = await visitors.report();
    return { ...report, transitions: transitionsIn(await figures()) };
  } finally {
    await shop.stop();
  }
}

/** "up 12.5%": another amount for each draft, so that no answer is remembered. */
const rightFor = (requestText: string) =>
  changes(
    { field: 'price', op: 'increase_percent', value: /price of, up ([\d.]+)% make/.exec(requestText)?.[1] },
    IPHONE,
    SILVER,
  );

function transitionsIn(figures: string): Record<string, number> {
  const lines = figures.matchAll(/^drafthorse_model_breaker_transitions_total\{.*to="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...lines].map(([, to, count]) => [to, Number(count)]));
}

type Phase = keyof OutageReport['http'];

class Visitors {
  private readonly http: Record<Phase, number[]> = { well: [], down: [], again: [] };
  private readonly previews: Record<Phase, number[]> = { well: [], down: [], again: [] };
  private readonly ends = new Map<string, number>();
  private readonly following: Promise<void>[] = [];
  private said = 0;

  constructor(
    private readonly client: ApiClient,
    private readonly perSecond: number,
  ) {}

  come(phase: Phase, seconds: number): Promise<void> {
    const endsAt = performance.now() + seconds * 1_000;
    return this.while(phase, () => performance.now() < endsAt);
  }

  /** A visit now and then looks whether it is so by now. */
  async comeUntil(phase: Phase, isSo: () => Promise<boolean>): Promise<void> {
    let isOver = false;
    const watching = until('the breaker closes', isSo, RECOVERY_MS_MAX).finally(() => (isOver = true));
    await Promise.all([watching, this.while(phase, () => !isOver)]);
  }

  async report(): Promise<Omit<OutageReport, 'transitions'>> {
    await Promise.all(this.following);
    const quantiles = (of: Record<Phase, number[]>) => ({
      well: quantilesOf(of.well),
      down: quantilesOf(of.down),
      again: quantilesOf(of.again),
    });
    return {
      drafts: this.following.length,
      ends: Object.fromEntries([...this.ends].toSorted()),
      http: quantiles(this.http),
      toPreview: quantiles(this.previews),
    };
  }

  /** Comes at its times whatever became of the earlier ones: an open loop, so that slowness is seen. */
  private async while(phase: Phase, goesOn: () => boolean): Promise<void> {
    const startedAt = performance.now();
    for (let visit = 0; goesOn(); visit++) {
      const dueAt = startedAt + (visit * 1_000) / this.perSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
      this.following.push(this.visit(phase));
    }
  }

  private async visit(phase: Phase): Promise<void> {
    const percent = (1 + (this.said++ % 9_000) / 100).toFixed(2);
    const createdAt = performance.now();
    const draftId = await this.timed(phase, () =>
      this.client.create(`iphone 17 silver, price of, up ${percent}% make it`),
    );
    await this.timed(phase, () => this.client.get('/products?limit=5'));
    const draft = await this.client.parsed(draftId);
    this.previews[phase].push(performance.now() - createdAt);
    const end = [draft.status, draft.interpreter?.kind, draft.models?.degraded].filter(Boolean).join(' ');
    this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
  }

  private async timed<T>(phase: Phase, request: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const answer = await request();
    this.http[phase].push(performance.now() - startedAt);
    return answer;
  }
}

function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
