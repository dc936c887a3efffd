/**
 * One request to one model over the OpenAI protocol: no retries, no breaker, nothing remembered but which parts of the
 * protocol each model understands. Bounded in time and bytes; every failure is a ModelError.
 */
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import type { Message } from '../prompt/prompt-builder.js';
import { promptTokens } from '../prompt/prompt-builder.js';
import { replyJsonSchema } from '../task-parser/reply-schema.js';
import { boundedFetch, type Fetch } from './bounded-fetch.js';
import { answerOf, type Answer } from './completion.js';
import { isModelError, ModelError } from './model-error.js';
import { FULL_SHAPE, SHAPES_TRIED_MAX, simpler, type RequestShape } from './request-shape.js';

export interface ModelClientOptions {
  baseUrl: string;
  /** Local servers need none. */
  apiKey: string | null;
  timeoutMs: number;
  replyTokensMax: number;
  /** For tests; the global one. */
  fetch?: Fetch;
}

export interface ModelClient {
  /** `signal` aborts the request under way: ModelError `cancelled`. */
  complete(model: string, messages: readonly Message[], signal?: AbortSignal): Promise<Answer>;
}

const RESPONSE_FORMATS = {
  json_schema: {
    type: 'json_schema' as const,
    json_schema: { name: 'reply', strict: true, schema: replyJsonSchema() },
  },
  json_object: { type: 'json_object' as const },
  text: undefined,
};

/** What a server says of an unknown parameter has no standard status. */
const MAY_BE_SHAPE: ReadonlySet<number | null> = new Set([400, 422]);

export function createModelClient(options: ModelClientOptions): ModelClient {
  const openai = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey ?? 'none',
    maxRetries: 0,
    // The signal below ends a request; the library's own clock only must not come first.
    timeout: options.timeoutMs + 60_000,
    logLevel: 'off',
    organization: null,
    project: null,
    fetch: boundedFetch(options.fetch ?? globalThis.fetch),
  });
  const shapes = new Map<string, RequestShape>();

  const send = async (
    model: string,
    messages: readonly Message[],
    shape: RequestShape,
    signal: AbortSignal | undefined,
  ): Promise<Answer> => {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const format = RESPONSE_FORMATS[shape.format];
    try {
      const body: unknown = await openai.chat.completions.create(
        {
          model,
          messages: [...messages],
          [shape.tokensKey]: options.replyTokensMax,
          ...(shape.temperature ? { temperature: 0 } : {}),
          ...(format ? { response_format: format } : {}),
        },
        { signal: either },
      );
      const answer = answerOf(body, promptTokens(messages));
      return { ...answer, text: withoutKey(answer.text, options.apiKey) };
    } catch (error) {
      throw modelErrorOf(error, signal?.aborted === true, timeout.aborted);
    }
  };

  return {
    async complete(model, messages, signal) {
      let shape = shapes.get(model) ?? FULL_SHAPE;
      for (let tried = 1; ; tried++)
        try {
          const answer = await send(model, messages, shape, signal);
          shapes.set(model, shape);
          return answer;
        } catch (error) {
          const next =
            isModelError(error) && MAY_BE_SHAPE.has(error.status) && tried < SHAPES_TRIED_MAX
              ? simpler(shape, error.param)
              : null;
          if (next === null) throw error;
          shape = next;
        }
    },
  };
}

/** A hostile server has seen the key, and may say it back. */
export function withoutKey(text: string, apiKey: string | null): string {
  return apiKey === null || apiKey.length < SECRET_CHARS_MIN ? text : text.replaceAll(apiKey, '[key]');
}

/** Shorter ones are words like "none", and no secrets. */
const SECRET_CHARS_MIN = 6;

export function modelErrorOf(error: unknown, isCancelled: boolean, isTimedOut: boolean): ModelError {
  if (isCancelled) return new ModelError('cancelled', 'the reading was cancelled');
  if (isTimedOut) return new ModelError('timeout', 'the model did not answer in time');
  if (isModelError(error)) return error;
  if (error instanceof APIConnectionError && isModelError(error.cause)) return error.cause;
  if (error instanceof APIUserAbortError) return new ModelError('timeout', 'the request was ended');
  if (error instanceof APIConnectionError) return new ModelError('network', 'the model cannot be reached');
  if (error instanceof APIError && typeof error.status === 'number')
    return ofStatus(error.status, error.headers, error.param ?? null);
  // A body that is cut or no JSON ends in the library's or the runtime's own errors.
  return error instanceof SyntaxError
    ? new ModelError('not_an_answer', 'the model answered with broken JSON')
    : new ModelError('network', 'the connection to the model broke');
}

function ofStatus(status: number, headers: Headers | undefined, param: string | null): ModelError {
  const facts = { status, retryAfterMs: retryAfterMs(headers), param };
  if (status === 429 || status === 408)
    return new ModelError('rate_limited', `the model is asked too often (${status})`, facts);
  if (status >= 500) return new ModelError('server_error', `the model's server failed (${status})`, facts);
  return new ModelError('rejected', `the model's server refused the request (${status})`, facts);
}

/** Seconds or an HTTP date; null where there is none or it makes no sense. */
export function retryAfterMs(headers: Headers | undefined, now = Date.now()): number | null {
  const text = headers?.get('retry-after');
  if (text == null) return null;
  if (/^\d{1,7}(\.\d{1,3})?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
