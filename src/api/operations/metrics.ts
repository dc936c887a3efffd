/** Figures for Prometheus. Every metric of the API is named here. */
import { Counter, Histogram, Registry } from 'prom-client';

export const METRICS = Symbol('Metrics');

/** From an indexed read to the longest wait a client may ask for. */
const DURATION_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface RequestFigures {
  method: string;
  route: string;
  statusCode: number;
  durationMs: number;
}

export class HttpMetrics {
  private readonly duration: Histogram<'method' | 'route' | 'status'>;
  private readonly drafts: Counter<'outcome'>;

  /** Other parts of the program add their own metrics to the same registry. */
  constructor(readonly registry: Registry = new Registry()) {
    this.duration = new Histogram({
      name: 'drafthorse_http_request_duration_seconds',
      help: 'Time from the request to the last byte of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers: [registry],
    });
    this.drafts = new Counter({
      name: 'drafthorse_drafts_created_total',
      help: 'Requests to create a draft, by how they ended.',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  observe({ method, route, statusCode, durationMs }: RequestFigures): void {
    this.duration.observe({ method, route, status: String(statusCode) }, durationMs / 1_000);
    if (method === 'POST' && route === '/api/v1/ai/drafts')
      this.drafts.inc({ outcome: statusCode === 202 ? 'accepted' : 'refused' });
  }
}
