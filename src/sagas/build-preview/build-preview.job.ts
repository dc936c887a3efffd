/** Plans a parsed task and records its preview, its answer, a question when nothing was found, or its refusal. */
import { z } from 'zod';
import type { Decision } from '../../commands/decision.js';
import type { Draft, DraftNotFound, DraftState } from '../../commands/draft/draft.decider.js';
import { CLARIFICATIONS_MAX } from '../../commands/draft/answer-clarification.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { askClarification } from '../../commands/draft/interpret-draft.js';
import { recordAnswer, recordPreview } from '../../commands/draft/preview-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { Warning, type Task } from '../../catalogue/task.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { defineJob } from '../../platform/jobs/job.js';
import { inTurn } from '../in-turn.js';
import { DraftJob, stepContext, type Cause } from '../saga.js';
import { draftError, texts } from '../texts.js';
import { NEAR_NAMES_MAX, nothingFound, wordsSought } from './nothing-found.js';
import type { Planner } from './planner.js';
import type { PlanningReads } from './planning-reads.js';

export const BUILD_PREVIEW_JOB = 'build-preview';

/** What the reading said beside the task; the event carries it, the draft's state does not. */
export const PreviewJob = DraftJob.extend({
  reading: z.strictObject({
    language: z.enum(['fa', 'en']),
    interpreter: z.strictObject({ kind: z.enum(['rules', 'llm', 'none']), version: z.string() }),
    warnings: z.array(Warning),
  }),
});
export type PreviewJob = z.infer<typeof PreviewJob>;

export interface BuildPreviewPorts {
  writer: StreamWriter;
  planner: Planner;
  reads: PlanningReads;
  previewTtlMs: number;
  now(): Date;
}

type PlannedDraft = Draft & { task: Task };

export const buildPreviewJob = (ports: BuildPreviewPorts) =>
  defineJob<PreviewJob>({
    name: BUILD_PREVIEW_JOB,
    payload: PreviewJob,
    async run({ draftId, cause, reading }, attempt) {
      const ref = draftRef(draftId, cause.workspaceId);
      const loaded = await ports.writer.load(ref);
      const draft = loaded.state;
      if (draft.status !== 'parsing' || !draft.task) return;
      try {
        const recording = await recordingOf(ports, { ...draft, task: draft.task }, reading, cause);
        await ports.writer.decide(ref, stepContext(cause, 'record-plan'), inTurn(draft, recording), loaded);
      } catch (error) {
        if (!attempt.lastAttempt) throw error;
        const failure = draftError('PREVIEW_FAILED', texts.noPreview(), draft.language);
        await ports.writer.decide(ref, stepContext(cause, 'fail'), (state, now) =>
          failDraft(failure, state, now),
        );
      }
    },
  });

/** What the draft's stream is told of its plan. */
async function recordingOf(
  ports: BuildPreviewPorts,
  draft: PlannedDraft,
  reading: PreviewJob['reading'],
  cause: Cause,
): Promise<(state: DraftState, now: string) => Decision<DraftEvent, DraftNotFound>> {
  const { draftId, task, conversation } = draft;
  const planned = await ports.planner.plan(task, draft);
  if ('kind' in planned) {
    if (planned.code === 'NOTHING_FOUND' && conversation.length < CLARIFICATIONS_MAX) {
      const asked = await question(ports, draft, reading);
      return (state) => askClarification(asked, state);
    }
    const error = { code: planned.code, message: planned.message };
    return (state, now) => failDraft(error, state, now);
  }
  const context = stepContext(cause, 'freeze');
  const preview = await ports.planner.seal(planned, { draftId, warnings: reading.warnings }, context);
  if (task.action !== 'get') return (state) => recordPreview(preview, state);
  const { requires: _, builtAt, expiresAt: __, ...answer } = preview;
  return (state) => recordAnswer({ ...answer, answeredAt: builtAt }, state);
}

async function question(
  ports: BuildPreviewPorts,
  { task, workspaceId }: PlannedDraft,
  { language, interpreter }: PreviewJob['reading'],
) {
  const words = wordsSought(task);
  const names = words === null ? [] : await ports.reads.nearNames(workspaceId, words, NEAR_NAMES_MAX);
  const now = ports.now();
  const expiresAt = new Date(now.getTime() + ports.previewTtlMs).toISOString();
  return {
    ...nothingFound(task, language, names),
    language,
    interpreter,
    askedAt: now.toISOString(),
    expiresAt,
  };
}
