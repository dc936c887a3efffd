/**
 * How many requests one provider gets at once and per minute. Who cannot go waits in a line of bounded length; a line
 * that is full, or a wait that would be longer than anybody stays, is refused at once instead of piling up.
 */
import { ModelError } from '../client/model-error.js';
import type { ModelObserver } from './observer.js';

export interface GateLimits {
  concurrency: number;
  /** 0: no limit. */
  requestsPerMinute: number;
  waitingMax: number;
}

export interface Clock {
  now(): number;
  /** Calls back once after so long; returns what stops it. */
  after(ms: number, call: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

interface Waiter {
  go(): void;
}

const MINUTE_MS = 60_000;

export class RequestGate {
  private running = 0;
  private readonly waiting: Waiter[] = [];
  /** When the requests of the last minute began. */
  private readonly begun: number[] = [];
  private stopTimer: (() => void) | null = null;

  constructor(
    private readonly limits: GateLimits,
    private readonly clock: Clock = SYSTEM_CLOCK,
    private readonly observer: ModelObserver = {},
  ) {}

  /** Runs `work` when its turn comes. ModelError `rate_limited`: no place in line; `cancelled`: gave up waiting. */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    await this.enter(signal);
    try {
      return await work();
    } finally {
      this.running--;
      this.admit();
    }
  }

  private enter(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(cancelled());
    if (this.waiting.length === 0 && this.mayBegin()) {
      this.begin();
      return Promise.resolve();
    }
    if (this.waiting.length >= this.limits.waitingMax)
      return Promise.reject(new ModelError('rate_limited', 'too many requests are waiting for the model'));
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        this.told();
        reject(cancelled());
      };
      const waiter: Waiter = {
        go: () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiter);
      this.told();
      this.admit();
    });
  }

  private admit(): void {
    while (this.waiting.length > 0 && this.mayBegin()) {
      this.begin();
      this.waiting.shift()?.go();
    }
    this.told();
    this.wakeWhenAllowed();
  }

  private mayBegin(): boolean {
    const { concurrency, requestsPerMinute } = this.limits;
    const now = this.clock.now();
    while ((this.begun[0] ?? Infinity) <= now - MINUTE_MS) this.begun.shift();
    return this.running < concurrency && (requestsPerMinute === 0 || this.begun.length < requestsPerMinute);
  }

  private begin(): void {
    this.running++;
    if (this.limits.requestsPerMinute > 0) this.begun.push(this.clock.now());
    this.told();
  }

  /** Waiting for a place is over when a request ends; waiting for the minute needs a clock. */
  private wakeWhenAllowed(): void {
    this.stopTimer?.();
    this.stopTimer = null;
    const oldest = this.begun[0];
    if (this.waiting.length === 0 || oldest === undefined || this.running >= this.limits.concurrency) return;
    this.stopTimer = this.clock.after(Math.max(1, oldest + MINUTE_MS - this.clock.now()), () => this.admit());
  }

  private told(): void {
    this.observer.gateChanged?.({ running: this.running, waiting: this.waiting.length });
  }
}

function cancelled(): ModelError {
  return new ModelError('cancelled', 'the reading was cancelled');
}
