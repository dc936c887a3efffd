/** A prompt beside its workspace's words, and what it was read as on the draft: a task, a question or a refusal. */
import { CLARIFICATIONS_MAX } from '../../commands/draft/answer-clarification.js';
import type { Draft } from '../../commands/draft/draft.decider.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { askClarification, recordParsed } from '../../commands/draft/interpret-draft.js';
import type { Interpreter, InterpretRequest, Reading } from '../../interpreter/interpreter.js';
import { skuCandidates } from '../../interpreter/sku-candidates.js';
import type { DraftWork } from '../draft-work.js';
import type { KeepReply } from './kept-replies.js';
import { remarksOn } from './model-account.js';
import type { ModelBudget } from './model-budget.js';
import type { VocabularyCache } from './vocabulary-cache.js';

export interface ReadPromptPorts {
  interpreter: Interpreter;
  vocabularies: VocabularyCache;
  /** Those of the candidates that the workspace has, as its catalogue writes them. */
  knownSkus(workspaceId: string, candidates: string[]): Promise<string[]>;
  /** How much reading a workspace is given, see LLM_ROUTING; undefined: as much as everybody. */
  tierOf(workspaceId: string): string | undefined;
  /** What the models may cost a workspace; absent: no limit. */
  budget?: ModelBudget;
  /** Absent: replies that could not be used are not kept. */
  keepReply?: KeepReply;
  now(): Date;
  previewTtlMs: number;
}

export async function requestOf(ports: ReadPromptPorts, draft: Draft): Promise<InterpretRequest> {
  const { workspaceId, prompt } = draft;
  const vocabulary = await ports.vocabularies.of(workspaceId);
  const candidates = skuCandidates(prompt);
  const skus = candidates.length === 0 ? [] : await ports.knownSkus(workspaceId, candidates);
  const conversation = draft.conversation.flatMap((turn) =>
    turn.answer === null ? [] : [{ ...turn, answer: turn.answer }],
  );
  const budgetRemaining = await ports.budget?.remaining(workspaceId);
  const tier = ports.tierOf(workspaceId);
  return {
    prompt,
    conversation,
    vocabulary,
    skus,
    workspaceId,
    ...(tier === undefined ? {} : { tier }),
    ...(budgetRemaining === undefined ? {} : { budgetRemaining }),
  };
}

export function recordReading(
  ports: ReadPromptPorts,
  work: DraftWork,
  reading: Reading,
  latencyMs: number,
): void {
  const { by: interpreter, alternative } = reading.record;
  if (reading.kind === 'task') {
    const { task, language, explanation } = reading;
    const warnings = [...reading.warnings, ...remarksOn(reading)];
    const parsed = {
      task,
      language,
      explanation,
      warnings,
      latencyMs,
      interpreter,
      ...(alternative && {
        alternative: {
          task: alternative.task,
          explanation: alternative.explanation,
          interpreter: alternative.by,
        },
      }),
    };
    work.record((draft) => recordParsed(parsed, draft));
  } else if (reading.kind === 'question' && work.draft.conversation.length < CLARIFICATIONS_MAX) {
    const { language, question, options } = reading;
    const now = ports.now();
    const expiresAt = new Date(now.getTime() + ports.previewTtlMs).toISOString();
    const asked = { language, question, options, interpreter, askedAt: now.toISOString(), expiresAt };
    work.record((draft) => askClarification(asked, draft));
  } else {
    const error =
      reading.kind === 'refusal'
        ? { code: reading.code, message: reading.message }
        : { code: 'TOO_MANY_QUESTIONS', message: reading.question };
    work.record((draft, at) => failDraft(error, draft, at));
  }
}
