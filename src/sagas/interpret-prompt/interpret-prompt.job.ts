/** Reads a draft's prompt with the interpreter and records what came of it. */
import { draftRef } from '../../commands/draft/draft-stream.js';
import type { Draft, DraftState } from '../../commands/draft/draft.decider.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { askClarification, recordParsed, startParsing } from '../../commands/draft/interpret-draft.js';
import { CLARIFICATIONS_MAX } from '../../commands/draft/answer-clarification.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import type { Interpretation, Interpreter } from '../../interpreter/interpreter.js';
import { skuCandidates } from '../../interpreter/sku-candidates.js';
import { defineJob } from '../../platform/jobs/job.js';
import { inTurn } from '../in-turn.js';
import { DraftJob, stepContext } from '../saga.js';
import { draftError, texts } from '../texts.js';
import type { VocabularyCache } from './vocabulary-cache.js';

export const INTERPRET_PROMPT_JOB = 'interpret-prompt';

export interface InterpretPromptPorts {
  writer: StreamWriter;
  interpreter: Interpreter;
  vocabularies: VocabularyCache;
  /** Those of the candidates that the workspace has, as its catalogue writes them. */
  knownSkus(workspaceId: string, candidates: string[]): Promise<string[]>;
  now(): Date;
  previewTtlMs: number;
}

export const interpretPromptJob = (ports: InterpretPromptPorts) =>
  defineJob<DraftJob>({
    name: INTERPRET_PROMPT_JOB,
    payload: DraftJob,
    async run({ draftId, cause }, attempt) {
      const ref = draftRef(draftId, cause.workspaceId);
      const started = await ports.writer.decide(
        ref,
        stepContext(cause, `start-parsing:${attempt.number}`),
        startParsing,
      );
      if (!started.accepted || started.state.status !== 'parsing' || started.state.task) return;
      try {
        const recording = recordingOf(ports, started.state, await read(ports, started.state));
        await ports.writer.decide(
          ref,
          stepContext(cause, 'record-reading'),
          inTurn(started.state, recording),
          started,
        );
      } catch (error) {
        if (!attempt.lastAttempt) throw error;
        const failure = draftError('INTERPRETER_FAILED', texts.notRead(), started.state.language);
        await ports.writer.decide(ref, stepContext(cause, 'fail'), (draft, now) =>
          failDraft(failure, draft, now),
        );
      }
    },
  });

interface Reading {
  interpretation: Interpretation;
  latencyMs: number;
}

async function read(ports: InterpretPromptPorts, draft: Draft): Promise<Reading> {
  const vocabulary = await ports.vocabularies.of(draft.workspaceId);
  const candidates = skuCandidates(draft.prompt);
  const skus = candidates.length === 0 ? [] : await ports.knownSkus(draft.workspaceId, candidates);
  const conversation = draft.conversation.flatMap((turn) =>
    turn.answer === null ? [] : [{ ...turn, answer: turn.answer }],
  );
  const startedAt = ports.now().getTime();
  const interpretation = await ports.interpreter.interpret({
    prompt: draft.prompt,
    conversation,
    vocabulary,
    skus,
  });
  return { interpretation, latencyMs: ports.now().getTime() - startedAt };
}

/** What the draft's stream is told of a reading. */
function recordingOf(ports: InterpretPromptPorts, draft: Draft, { interpretation, latencyMs }: Reading) {
  const { kind, version } = ports.interpreter;
  const interpreter = { kind, version };
  const now = ports.now();
  if (interpretation.kind === 'task') {
    const { task, language, explanation, warnings } = interpretation;
    const parsed = { task, language, explanation, warnings, latencyMs, interpreter };
    return (state: DraftState) => recordParsed(parsed, state);
  }
  if (interpretation.kind === 'question' && draft.conversation.length < CLARIFICATIONS_MAX) {
    const { language, question, options } = interpretation;
    const expiresAt = new Date(now.getTime() + ports.previewTtlMs).toISOString();
    const asked = { language, question, options, interpreter, askedAt: now.toISOString(), expiresAt };
    return (state: DraftState) => askClarification(asked, state);
  }
  const error =
    interpretation.kind === 'refusal'
      ? { code: interpretation.code, message: interpretation.message }
      : { code: 'TOO_MANY_QUESTIONS', message: interpretation.question };
  return (state: DraftState, at: string) => failDraft(error, state, at);
}
