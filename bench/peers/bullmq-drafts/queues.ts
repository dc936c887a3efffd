/** The two queues, and how a request waits for a job of theirs. */
import { Queue, QueueEvents } from 'bullmq';
import { settings } from './settings.js';

export const PARSE = 'parse';
export const EXECUTE = 'execute';

export interface DraftJob {
  draftId: string;
}

const options = {
  connection: settings.redis,
  defaultJobOptions: {
    attempts: 3,
    backoff: { type: 'exponential', delay: 500 },
    removeOnComplete: true,
    removeOnFail: { count: 1_000 },
  },
};

export const parseQueue = new Queue<DraftJob>(PARSE, options);
export const executeQueue = new Queue<DraftJob>(EXECUTE, options);

/** A job is named after its draft: adding it twice is adding it once. */
export const addJob = (queue: Queue<DraftJob>, draftId: string) =>
  queue.add('draft', { draftId }, { jobId: draftId });

/**
 * One stream of events per queue for all requests that wait: cheaper than `job.waitUntilFinished`, which asks Redis once
 * per wait before it listens.
 */
export class JobEnds {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly events: QueueEvents;

  constructor(queue: string) {
    this.events = new QueueEvents(queue, { connection: settings.redis });
    const ended = ({ jobId }: { jobId: string }) => this.waiting.get(jobId)?.forEach((wake) => wake());
    this.events.on('completed', ended);
    this.events.on('failed', ended);
  }

  ready(): Promise<unknown> {
    return this.events.waitUntilReady();
  }

  /** Listens from this call on, so that a caller can look at the row before it waits. `wait` resolves at the latest after `ms`. */
  listen(jobId: string): { wait(ms: number): Promise<void>; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const all = this.waiting.get(jobId) ?? new Set();
    this.waiting.set(jobId, all.add(resolve));
    return {
      wait: async (ms) => {
        const timer = setTimeout(resolve, ms);
        await promise;
        clearTimeout(timer);
      },
      end: () => {
        all.delete(resolve);
        if (all.size === 0) this.waiting.delete(jobId);
      },
    };
  }

  close(): Promise<void> {
    return this.events.close();
  }
}
