/** A prompt beside its workspace's words → a task, a question or a refusal on the draft. */
import { CLARIFICATIONS_MAX } from '../../commands/draft/answer-clarification.js';
import type { Draft } from '../../commands/draft/draft.decider.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { askClarification, recordParsed, startParsing } from '../../commands/draft/interpret-draft.js';
import type { Interpretation, Interpreter } from '../../interpreter/interpreter.js';
import { skuCandidates } from '../../interpreter/sku-candidates.js';
import type { DraftWork } from '../draft-work.js';
import type { VocabularyCache } from './vocabulary-cache.js';

export interface ReadPromptPorts {
  interpreter: Interpreter;
  vocabularies: VocabularyCache;
  /** Those of the candidates that the workspace has, as its catalogue writes them. */
  knownSkus(workspaceId: string, candidates: string[]): Promise<string[]>;
  now(): Date;
  previewTtlMs: number;
}

/**
 * False when the draft has moved on meanwhile. A reading that takes long, or costs, is kept before anything else can
 * fail; one by the offline rules is as quickly made again as recorded.
 */
export async function readPrompt(ports: ReadPromptPorts, work: DraftWork): Promise<boolean> {
  const isCostly = ports.interpreter.kind !== 'rules';
  work.record(startParsing);
  if (isCostly && !(await work.save())) return false;
  record(ports, work, await read(ports, work.draft));
  return !isCostly || work.save();
}

interface Reading {
  interpretation: Interpretation;
  latencyMs: number;
}

async function read(ports: ReadPromptPorts, draft: Draft): Promise<Reading> {
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

function record(ports: ReadPromptPorts, work: DraftWork, { interpretation, latencyMs }: Reading): void {
  const { kind, version } = ports.interpreter;
  const interpreter = { kind, version };
  if (interpretation.kind === 'task') {
    const { task, language, explanation, warnings } = interpretation;
    const parsed = { task, language, explanation, warnings, latencyMs, interpreter };
    work.record((draft) => recordParsed(parsed, draft));
  } else if (interpretation.kind === 'question' && work.draft.conversation.length < CLARIFICATIONS_MAX) {
    const { language, question, options } = interpretation;
    const now = ports.now();
    const expiresAt = new Date(now.getTime() + ports.previewTtlMs).toISOString();
    const asked = { language, question, options, interpreter, askedAt: now.toISOString(), expiresAt };
    work.record((draft) => askClarification(asked, draft));
  } else {
    const error =
      interpretation.kind === 'refusal'
        ? { code: interpretation.code, message: interpretation.message }
        : { code: 'TOO_MANY_QUESTIONS', message: interpretation.question };
    work.record((draft, at) => failDraft(error, draft, at));
  }
}
