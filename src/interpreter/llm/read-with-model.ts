/** One model, one sentence: ask, parse, send a wrong answer back with the place of each mistake, give up in the end. */
import { createHash } from 'node:crypto';
import { RAW_REPLY_CHARS_MAX, type Attempt, type AttemptOutcome } from '../interpreter.js';
import { costOf, type Prices } from './accounting.js';
import type { Answer } from './client/completion.js';
import { isModelError, type ModelErrorCode } from './client/model-error.js';
import { repairMessages, type Message } from './prompt/prompt-builder.js';
import type { ResilientModels } from './resilience/resilient-models.js';
import { parseReply, type Said } from './task-parser/parse-reply.js';

/** A wrong answer goes back so often. */
export const REPAIRS_MAX = 2;

export interface ModelReading {
  /** Null: no usable answer. */
  said: Said | null;
  attempts: Attempt[];
  rawReply: string | null;
}

export interface ModelReader {
  models: Pick<ResilientModels, 'ask'>;
  prices: Prices;
  now(): number;
  /** Told of each request as it ends: a reading that is given up rejects, and what it took is known all the same. */
  onAttempt?(attempt: Attempt): void;
}

const OUTCOME_OF: Readonly<Record<Exclude<ModelErrorCode, 'cancelled'>, AttemptOutcome>> = {
  network: 'unavailable',
  server_error: 'unavailable',
  timeout: 'timeout',
  rate_limited: 'rate_limited',
  rejected: 'rejected',
  not_an_answer: 'invalid',
  breaker_open: 'breaker_open',
};

/** Rejects only with ModelError `cancelled`, or for a fault of ours. Whether a task is grounded is not asked here. */
export async function readWithModel(
  { models, prices, now, onAttempt }: ModelReader,
  model: string,
  prompt: readonly Message[],
  signal: AbortSignal,
): Promise<ModelReading> {
  const attempts: Attempt[] = [];
  let messages = prompt;
  let rawReply: string | null = null;
  for (let repairs = 0; ; repairs++) {
    const startedAt = now();
    const attempted = (outcome: AttemptOutcome, usage = NO_USAGE): void => {
      const latencyMs = Math.max(0, Math.round(now() - startedAt));
      const cost = costOf(model, usage, prices);
      const attempt = { model, outcome, ...usage, cost, latencyMs, cached: false };
      attempts.push(attempt);
      onAttempt?.(attempt);
    };
    let answer: Answer;
    try {
      answer = await models.ask(model, messages, signal);
    } catch (error) {
      if (!isModelError(error) || error.code === 'cancelled') throw error;
      attempted(OUTCOME_OF[error.code]);
      return { said: null, attempts, rawReply };
    }
    const parsed = saidIn(answer);
    if (parsed.ok) {
      attempted(parsed.said.kind === 'task' ? 'read' : 'unsure', answer.usage);
      return { said: parsed.said, attempts, rawReply };
    }
    attempted('invalid', answer.usage);
    rawReply = storable(answer.text);
    if (repairs === REPAIRS_MAX) return { said: null, attempts, rawReply };
    messages = [...prompt, ...repairMessages(answer.text, parsed.problems)];
  }
}

const NO_USAGE = { promptTokens: 0, completionTokens: 0 };

function saidIn(answer: Answer): ReturnType<typeof parseReply> {
  if (answer.refused) return { ok: true, said: { kind: 'refusal', message: '' } };
  if (answer.isCut) return { ok: false, problems: ['the answer was cut off: it is too long'] };
  if (answer.text.trim() === '')
    return { ok: false, problems: ['the answer has no text: write the JSON object as text'] };
  return parseReply(answer.text);
}

/** The log holds neither U+0000 nor half a surrogate pair. */
function storable(text: string): string {
  return text.slice(0, RAW_REPLY_CHARS_MAX).replaceAll('\u0000', '').toWellFormed();
}

/** Equal exactly when a model would be asked the same for the same workspace. */
export function replyKey(workspaceId: string, model: string, messages: readonly Message[]): string {
  return createHash('sha256')
    .update(JSON.stringify([workspaceId, model, messages]))
    .digest('base64url');
}
