/**
 * New work is refused while too much is waiting already: reads, answers, confirmations and cancellations go on, and what
 * was accepted is done. How much waits is looked at in the background, never on a request's way.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { QueueMetrics } from '../operations/queue-metrics.js';
import type { QueueGauge, QueueLengths } from '../ports.js';
import { Problem } from '../problems/problem.js';

const SAMPLE_MS = 1_000;
/** Accepting begins again where half of it is gone: a queue at its limit would open and close with every sample. */
const REOPEN_SHARE = 0.5;
const RETRY_AFTER_SECONDS = 5;

export interface QueueLimits {
  /** Drafts and jobs that wait to be begun; 0: no limit. */
  waitingMax: number;
  /** Seconds that the oldest of them has waited; 0: no limit. */
  oldestSecondsMax: number;
}

export class BackPressure {
  private lengths: QueueLengths = { waiting: 0, oldestSeconds: 0 };
  /** Let in by this process since it last looked. */
  private letIn = 0;
  private isFull = false;

  constructor(
    private readonly limits: QueueLimits,
    private readonly gauge: QueueGauge,
    private readonly metrics: QueueMetrics,
  ) {}

  /** Runs after the limits per user: who is refused here has still used one of theirs. */
  guard(server: FastifyInstance): void {
    const { waitingMax, oldestSecondsMax } = this.limits;
    if (waitingMax === 0 && oldestSecondsMax === 0) return;
    const ending = new AbortController();
    server.addHook('onReady', async () => {
      await this.look();
      void this.watch(ending.signal);
    });
    server.addHook('onClose', async () => ending.abort());
    server.addHook('onRequest', async (request) => {
      if (!request.routeOptions.config.newWork || request.is404) return;
      if (this.refuses()) {
        this.metrics.refused();
        throw queuesFull();
      }
      this.letIn += 1;
    });
  }

  /** Looks at the queues once. While nobody can tell, it stays as it was. */
  async look(): Promise<void> {
    const lengths = await this.gauge.lengths().catch(() => null);
    if (!lengths) return;
    this.lengths = lengths;
    this.letIn = 0;
    this.metrics.seen(lengths);
    const share = this.isFull ? REOPEN_SHARE : 1;
    this.isFull = this.reaches(share);
  }

  private refuses(): boolean {
    this.isFull ||= this.reaches(1);
    return this.isFull;
  }

  private reaches(share: number): boolean {
    const { waitingMax, oldestSecondsMax } = this.limits;
    const { waiting, oldestSeconds } = this.lengths;
    return (
      (waitingMax > 0 && waiting + this.letIn >= waitingMax * share) ||
      (oldestSecondsMax > 0 && oldestSeconds >= oldestSecondsMax * share)
    );
  }

  private async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(SAMPLE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.look();
    }
  }
}

const queuesFull = () =>
  new Problem('QUEUES_FULL', {
    detail: `Nothing new is taken on until some of what waits is done. Try again in ${RETRY_AFTER_SECONDS} s.`,
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });
