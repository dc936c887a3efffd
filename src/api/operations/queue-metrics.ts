/** Figures of what waits to be done, as the processes with the role `api` see it. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { QueueLengths } from '../ports.js';

export class QueueMetrics {
  private readonly waiting: Gauge;
  private readonly oldest: Gauge;
  private readonly refusals: Counter;

  constructor(registry: Registry) {
    this.waiting = new Gauge({
      name: 'drafthorse_queue_waiting',
      help: 'Drafts and jobs that wait to be begun; counted no further than the limit.',
      registers: [registry],
    });
    this.oldest = new Gauge({
      name: 'drafthorse_queue_oldest_seconds',
      help: 'How long the oldest of them has waited; jobs that take turns are left out.',
      registers: [registry],
    });
    this.refusals = new Counter({
      name: 'drafthorse_queue_refusals_total',
      help: 'Requests refused because too much was waiting.',
      registers: [registry],
    });
  }

  seen({ waiting, oldestSeconds }: QueueLengths): void {
    this.waiting.set(waiting);
    this.oldest.set(oldestSeconds);
  }

  refused(): void {
    this.refusals.inc();
  }
}
