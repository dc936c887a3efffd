/**
 * Sentences read by language models, safely: the offline interpreter reads first, models read what a route sends them,
 * the guard holds every task to the user's words, and when models fail, slowly or cleverly, the offline reading is
 * still there. See docs/adr/0030.
 */
import {
  type Attempt,
  type AttemptOutcome,
  type Degraded,
  type Interpretation,
  type InterpretOptions,
  type Interpreter,
  type InterpretRequest,
  type ReadBy,
  type Reading,
  type Route,
} from '../interpreter.js';
import { interpret, RULES_VERSION } from '../rules/rules-interpreter.js';
import { isSpent, type Prices } from './accounting.js';
import { objectionsTo, type Objection } from './guard/guard.js';
import { wordsOfRequest, type UserWords } from './guard/user-words.js';
import { buildPrompt, type Message } from './prompt/prompt-builder.js';
import { PROMPT_VERSION } from './prompt/template.js';
import { readWithModel, replyKey, type ModelReading } from './read-with-model.js';
import { ReplyCache } from './reply-cache.js';
import type { ModelObserver } from './resilience/observer.js';
import type { ResilientModels } from './resilience/resilient-models.js';
import { complexityOf, planFor, routeOf, type Routing } from './routing.js';
import type { Said } from './task-parser/parse-reply.js';
import { llmText } from './texts.js';
import { decideGrounded, decideUnsure, isSettled, type Decided } from './two-readers.js';

export interface LlmOptions {
  models: ResilientModels;
  /** By falling preference. */
  modelNames: readonly string[];
  routing: Routing;
  prices: Prices;
  /** What happens when a workspace's budget is spent. */
  whenSpent: 'offline' | 'refuse';
  /** All models together; then the offline interpreter answers. */
  deadlineMs: number;
  observer?: Pick<ModelObserver, 'attemptEnded' | 'degraded'>;
  now?: () => number;
}

/** Every model of a longer list may stand in, but one sentence asks no more than so many. */
export const MODELS_ASKED_MAX = 3;
export const REPLY_TTL_MS = 600_000;
export const REPLIES_KEPT_MAX = 2_000;

/** A reading that needs no model, or what is known when one is to be asked. */
type Begun = { reading: Reading } | { offline: Interpretation; words: UserWords; route: Route };

const RULES: ReadBy = { kind: 'rules', version: RULES_VERSION };

/** What came of asking the models of a route. */
interface Asked {
  /** The last usable answer and what the guard has against it; `[]`: grounded. */
  said: Said | null;
  objections: Objection[];
  model: string;
  attempts: Attempt[];
  rawReply: string | null;
}

export class LlmInterpreter implements Interpreter {
  readonly kind = 'llm';
  readonly version = PROMPT_VERSION;
  private readonly replies: ReplyCache<ModelReading>;
  private readonly now: () => number;

  constructor(private readonly options: LlmOptions) {
    this.now = options.now ?? (() => performance.now());
    this.replies = new ReplyCache({ ttlMs: REPLY_TTL_MS, entriesMax: REPLIES_KEPT_MAX, now: this.now });
  }

  atOnce(request: InterpretRequest): Reading | null {
    const begun = this.begin(request);
    return 'reading' in begun ? begun.reading : null;
  }

  async interpret(request: InterpretRequest, options: InterpretOptions = {}): Promise<Reading> {
    options.signal?.throwIfAborted();
    const begun = this.begin(request);
    if ('reading' in begun) return begun.reading;
    const { offline, words, route } = begun;
    const asked = await this.ask(route, request, options);
    const by: ReadBy = { kind: 'llm', version: PROMPT_VERSION, model: asked.model };
    const { said, objections } = asked;
    const decided =
      said?.kind === 'task' && objections.length === 0
        ? decideGrounded(said.task, by, offline, RULES)
        : decideUnsure(said, objections, by, offline, RULES, words);
    const degraded = said === null ? degradedBy(asked.attempts) : undefined;
    if (degraded) this.options.observer?.degraded?.(degraded);
    return readingOf(decided, {
      attempts: asked.attempts,
      route,
      ...(degraded ? { degraded } : {}),
      ...(asked.rawReply === null ? {} : { rawReply: asked.rawReply }),
    });
  }

  /** What can be said without a model, or the way to one. */
  private begin(request: InterpretRequest): Begun {
    const offline = interpret(request);
    if (isSettled(offline, request))
      return { reading: readingOf({ interpretation: offline, by: RULES }, { attempts: [] }) };
    if (isSpent(request.budgetRemaining)) return { reading: this.withoutBudget(offline) };
    const words = wordsOfRequest(request);
    const plan = planFor(this.options.routing, request.tier);
    const complexity = complexityOf(words, request.conversation.length);
    const route = routeOf(plan, complexity, this.options.modelNames, offline.kind === 'task');
    if (route.models.length > 0) return { offline, words, route };
    return { reading: readingOf({ interpretation: offline, by: RULES }, { attempts: [], route }) };
  }

  /** Each model's breaker, for health. */
  get states(): ResilientModels['states'] {
    return this.options.models.states;
  }

  /** Ends what runs beside the requests: the breakers' clocks. */
  close(): void {
    this.options.models.close();
  }

  private withoutBudget(offline: Interpretation): Reading {
    this.options.observer?.degraded?.('budget_spent');
    const { language } = offline;
    const interpretation =
      this.options.whenSpent === 'offline'
        ? offline
        : {
            kind: 'refusal' as const,
            language,
            code: 'BUDGET_SPENT' as const,
            message: llmText('budgetSpent', language),
          };
    return readingOf({ interpretation, by: RULES }, { attempts: [], degraded: 'budget_spent' });
  }

  /**
   * Down the route until an answer is grounded. A model that fails is stood in for by the next; one that is unsure only
   * by a better one.
   */
  private async ask(
    route: Route,
    request: InterpretRequest,
    { signal, onAttempt }: InterpretOptions,
  ): Promise<Asked> {
    const messages = buildPrompt(request);
    const tell = (attempt: Attempt): void => {
      this.options.observer?.attemptEnded?.(attempt);
      onAttempt?.(attempt);
    };
    const asked: Asked = { said: null, objections: [], model: '', attempts: [], rawReply: null };
    const deadline = AbortSignal.timeout(this.options.deadlineMs);
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    for (const model of this.worthAsking(route, asked)) {
      const startedAt = this.now();
      const told: Attempt[] = [];
      const givenUp = (outcome: AttemptOutcome): Attempt[] => {
        const latencyMs = this.now() - startedAt - told.reduce((sum, one) => sum + one.latencyMs, 0);
        return [...told, unanswered(model, outcome, latencyMs)];
      };
      let reading: ModelReading;
      try {
        reading = await this.readWith(model, messages, request.workspaceId, either, (one) => told.push(one));
      } catch (error) {
        if (signal?.aborted) for (const attempt of givenUp('cancelled')) tell(attempt);
        signal?.throwIfAborted();
        if (!deadline.aborted) throw error;
        reading = { said: null, attempts: givenUp('timeout'), rawReply: null };
      }
      for (const attempt of note(asked, model, reading, request)) tell(attempt);
      const isDone = asked.said?.kind === 'task' && asked.objections.length === 0;
      const costs = asked.attempts.map(({ cost }) => cost);
      if (isDone || deadline.aborted || isSpent(request.budgetRemaining, costs)) break;
    }
    return asked;
  }

  private *worthAsking(route: Route, asked: Asked): Generator<string> {
    const rank = (model: string): number => this.options.modelNames.indexOf(model);
    for (const model of route.models.slice(0, MODELS_ASKED_MAX)) {
      const isBetter = rank(model) < rank(asked.model);
      if (asked.said === null || isBetter) yield model;
    }
  }

  private async readWith(
    model: string,
    messages: readonly Message[],
    workspaceId: string | undefined,
    signal: AbortSignal,
    onAttempt: (attempt: Attempt) => void,
  ): Promise<ModelReading> {
    const { models, prices } = this.options;
    const read = (inner: AbortSignal): Promise<ModelReading> =>
      readWithModel({ models, prices, now: this.now, onAttempt }, model, messages, inner);
    if (workspaceId === undefined) return read(signal);
    const key = replyKey(workspaceId, model, messages);
    const { value, shared } = await this.replies.get(key, read, ({ said }) => said !== null, signal);
    return shared ? { ...value, attempts: value.attempts.slice(-1).map(asCached) } : value;
  }
}

/**
 * Adds a model's reading; what the guard has against a task is the outcome of its last attempt. Answers the attempts as
 * they are judged.
 */
function note(
  asked: Asked,
  model: string,
  { said, attempts, rawReply }: ModelReading,
  request: InterpretRequest,
): Attempt[] {
  const objections = said?.kind === 'task' ? objectionsTo(said.task, request) : [];
  const last = attempts.at(-1);
  const judged: Attempt[] =
    objections.length > 0 && last ? [...attempts.slice(0, -1), { ...last, outcome: 'ungrounded' }] : attempts;
  asked.attempts.push(...judged);
  if (rawReply !== null) asked.rawReply = rawReply;
  if (said === null) {
    if (asked.said === null) asked.model = model;
    return judged;
  }
  asked.said = said;
  asked.objections = objections;
  asked.model = model;
  return judged;
}

function asCached(attempt: Attempt): Attempt {
  return { ...attempt, promptTokens: 0, completionTokens: 0, cost: '0', latencyMs: 0, cached: true };
}

function unanswered(model: string, outcome: AttemptOutcome, latencyMs: number): Attempt {
  return {
    model,
    outcome,
    promptTokens: 0,
    completionTokens: 0,
    cost: '0',
    latencyMs: Math.max(0, Math.round(latencyMs)),
    cached: false,
  };
}

function degradedBy(attempts: readonly Attempt[]): Degraded {
  return attempts.some(({ outcome }) => outcome === 'invalid') ? 'model_invalid' : 'model_unavailable';
}

function readingOf(
  { interpretation, by, alternative }: Decided,
  record: Omit<Reading['record'], 'by' | 'alternative'>,
): Reading {
  return { ...interpretation, record: { by, ...record, ...(alternative ? { alternative } : {}) } };
}
