/** Puts drafts on a contender, as many at once as asked or at a steady rate, each on a group nobody else works on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Patience, runDraft } from './draft-run.js';
import type { Order, Outcome, SteadyRate, Target, Throughput } from './shop.js';

/** Before counting begins: connections are made, and drafts are under way in every stage. */
const LEAD_IN_SECONDS = 1;
const EXTENDED_TIMES_MAX = 5;
const GROUP_POLL_MS = 2;

interface Place {
  apiKey: string;
  group: string;
}

interface Sample {
  /** On the clock of `performance`. */
  endedAt: number;
  previewMs: number;
  doneMs: number;
}

/** One contender's groups, kept from run to run: what a group's stock is set to must never be what it is. */
class Loaded {
  private readonly free: Place[];
  private stock = 0;

  constructor(private readonly target: Target) {
    this.free = interleaved(target.shops);
  }

  /** `startedAt`: when the draft was due. */
  async one(startedAt: number, patience: Patience): Promise<Sample> {
    const place = await this.take();
    const { url, waitsForDone } = this.target;
    this.stock += 1;
    const prompt = `set the stock of products with group ${place.group} to ${this.stock}`;
    const endpoint = { url, waitsForDone, apiKey: place.apiKey };
    const ran = await runDraft(endpoint, { prompt, startedAt, patience });
    this.free.push(place);
    return { endedAt: performance.now(), ...ran };
  }

  /** The one that has been free longest. */
  private async take(): Promise<Place> {
    for (;;) {
      const place = this.free.shift();
      if (place) return place;
      await sleep(GROUP_POLL_MS);
    }
  }
}

/** Group by group, shop after shop: drafts in flight are spread evenly over workspaces. */
function interleaved(shops: Target['shops']): Place[] {
  const longest = Math.max(...shops.map(({ groups }) => groups.length));
  return Array.from({ length: longest }, (_, index) =>
    shops.flatMap(({ apiKey, groups }) =>
      groups[index] === undefined ? [] : [{ apiKey, group: groups[index] }],
    ),
  ).flat();
}

const known = new Map<string, Loaded>();

function loadedOf(target: Target): Loaded {
  const key = `${target.url} ${target.shops.map(({ apiKey }) => apiKey).join()}`;
  const loaded = known.get(key) ?? new Loaded(target);
  known.set(key, loaded);
  return loaded;
}

export function put(order: Order): Promise<Outcome> {
  return order.kind === 'throughput' ? atOnce(order) : steadily(order);
}

async function atOnce({ target, inFlight, seconds }: Throughput): Promise<Outcome> {
  const loaded = loadedOf(target);
  const patience = new Patience();
  const from = performance.now() + LEAD_IN_SECONDS * 1_000;
  const samples: Sample[] = [];
  let counted = 0;
  let until: number | null = null;
  const isOver = (now: number) => {
    const ran = (now - from) / 1_000;
    // A slow contender gets longer, so that its figure is not a matter of one draft more or less.
    if (ran >= seconds * EXTENDED_TIMES_MAX || (ran >= seconds && counted >= inFlight)) until ??= now;
    return until !== null;
  };
  const worker = async () => {
    while (!isOver(performance.now())) {
      const sample = await loaded.one(performance.now(), patience);
      samples.push(sample);
      if (sample.endedAt >= from && until === null) counted += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const end = until ?? performance.now();
  return outcomeOf(samples, ({ endedAt }) => endedAt >= from && endedAt < end, (end - from) / 1_000);
}

async function steadily({ target, perSecond, seconds }: SteadyRate): Promise<Outcome> {
  const loaded = loadedOf(target);
  const patience = new Patience();
  const startedAt = performance.now();
  const total = Math.round(perSecond * (LEAD_IN_SECONDS + seconds));
  const runs = Array.from({ length: total }, async (_, index) => {
    const due = startedAt + (index * 1_000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    return loaded.one(due, patience);
  });
  const samples = await Promise.all(runs);
  const leadIn = new Set(samples.slice(0, Math.round(perSecond * LEAD_IN_SECONDS)));
  return outcomeOf(samples, (sample) => !leadIn.has(sample), seconds);
}

function outcomeOf(samples: Sample[], counts: (sample: Sample) => boolean, seconds: number): Outcome {
  const counted = samples.filter(counts);
  return {
    counted: counted.length,
    seconds,
    done: samples.length,
    previewMs: counted.map(({ previewMs }) => previewMs),
    doneMs: counted.map(({ doneMs }) => doneMs),
  };
}
