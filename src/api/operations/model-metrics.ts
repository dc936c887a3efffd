/** Figures of language models for Prometheus. They name models, counts and times, never a tenant or a text. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** From an answer out of the same rack to the longest time-out anybody sets. */
const DURATION_BUCKETS_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 10, 30, 60, 180];
const BREAKER_STATES = ['closed', 'open', 'half_open'] as const;

interface AskedFigures {
  model: string;
  outcome: string;
  promptTokens: number;
  completionTokens: number;
  /** Plain decimal. */
  cost: string;
  cached: boolean;
}

/** Told by the interpreter as things happen; see its observer. */
export class ModelMetrics {
  private readonly breaker: Gauge<'model' | 'state'>;
  private readonly transitions: Counter<'model' | 'to'>;
  private readonly requests: Counter<'model' | 'outcome'>;
  private readonly duration: Histogram<'model'>;
  private readonly attempts: Counter<'model' | 'outcome' | 'cached'>;
  private readonly tokens: Counter<'model' | 'kind'>;
  private readonly cost: Counter<'model'>;
  private readonly offline: Counter<'reason'>;
  private readonly gate: Gauge<'state'>;
  private readonly states = new Map<string, string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.breaker = new Gauge({
      name: 'drafthorse_model_breaker_state',
      help: 'State of the breaker of each model: 1 for the state it is in.',
      labelNames: ['model', 'state'],
      registers,
    });
    this.transitions = new Counter({
      name: 'drafthorse_model_breaker_transitions_total',
      help: 'How often the breaker of a model went into a state.',
      labelNames: ['model', 'to'],
      registers,
    });
    this.requests = new Counter({
      name: 'drafthorse_model_requests_total',
      help: 'Requests on the wire, retries counted each, by how they ended.',
      labelNames: ['model', 'outcome'],
      registers,
    });
    this.duration = new Histogram({
      name: 'drafthorse_model_request_duration_seconds',
      help: 'Time from a request to a model to the end of its answer, or to its failure.',
      labelNames: ['model'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    });
    this.attempts = new Counter({
      name: 'drafthorse_model_attempts_total',
      help: 'Questions to a model by what came of them; invalid: no answer in the agreed form.',
      labelNames: ['model', 'outcome', 'cached'],
      registers,
    });
    this.tokens = new Counter({
      name: 'drafthorse_model_tokens_total',
      help: 'Tokens of questions (prompt) and answers (completion).',
      labelNames: ['model', 'kind'],
      registers,
    });
    this.cost = new Counter({
      name: 'drafthorse_model_cost_total',
      help: 'Cost in the unit of LLM_PRICES, rounded as Prometheus rounds; the exact sums are in the usage.',
      labelNames: ['model'],
      registers,
    });
    this.offline = new Counter({
      name: 'drafthorse_readings_degraded_total',
      help: 'Sentences read offline where a model was to read.',
      labelNames: ['reason'],
      registers,
    });
    this.gate = new Gauge({
      name: 'drafthorse_model_gate',
      help: 'Requests to models of this process that are under way, and that wait for a place.',
      labelNames: ['state'],
      registers,
    });
  }

  breakerChanged(model: string, state: string): void {
    for (const one of BREAKER_STATES) this.breaker.set({ model, state: one }, one === state ? 1 : 0);
    const before = this.states.get(model);
    this.states.set(model, state);
    if (before !== undefined && before !== state) this.transitions.inc({ model, to: state });
  }

  /** `error` null: answered. */
  requestEnded(model: string, error: string | null, latencyMs: number): void {
    this.requests.inc({ model, outcome: error ?? 'answered' });
    this.duration.observe({ model }, latencyMs / 1_000);
  }

  attemptEnded({ model, outcome, promptTokens, completionTokens, cost, cached }: AskedFigures): void {
    this.attempts.inc({ model, outcome, cached: String(cached) });
    this.tokens.inc({ model, kind: 'prompt' }, promptTokens);
    this.tokens.inc({ model, kind: 'completion' }, completionTokens);
    this.cost.inc({ model }, Number(cost));
  }

  degraded(reason: string): void {
    this.offline.inc({ reason });
  }

  gateChanged({ running, waiting }: { running: number; waiting: number }): void {
    this.gate.set({ state: 'running' }, running);
    this.gate.set({ state: 'waiting' }, waiting);
  }
}
