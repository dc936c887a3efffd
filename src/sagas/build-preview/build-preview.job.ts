/** Plans a parsed task and records its preview, its answer, a question when nothing was found, or its refusal. */
import type { Draft } from '../../commands/draft/draft.decider.js';
import { CLARIFICATIONS_MAX } from '../../commands/draft/answer-clarification.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { askClarification } from '../../commands/draft/interpret-draft.js';
import { recordAnswer, recordPreview } from '../../commands/draft/preview-draft.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { Warning, type Task } from '../../catalogue/task.js';
import type { Language } from '../../interpreter/interpreter.js';
import { defineJob } from '../../platform/jobs/job.js';
import { DraftJob, stepContext, type Cause } from '../saga.js';
import { NEAR_NAMES_MAX, nothingFound, wordsSought } from './nothing-found.js';
import type { Planner } from './planner.js';
import type { PlanningReads } from './planning-reads.js';
import { z } from 'zod';

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
      const { state: draft } = await ports.writer.load(ref);
      if (draft.status !== 'parsing' || !draft.task) return;
      try {
        await build(ports, { ...draft, task: draft.task }, reading, cause);
      } catch (error) {
        if (!attempt.lastAttempt) throw error;
        const failure = {
          code: 'PREVIEW_FAILED',
          message: 'The preview could not be built; try again later.',
        };
        await ports.writer.decide(ref, stepContext(cause, 'fail'), (state, now) =>
          failDraft(failure, state, now),
        );
      }
    },
  });

async function build(
  ports: BuildPreviewPorts,
  draft: PlannedDraft,
  reading: PreviewJob['reading'],
  cause: Cause,
): Promise<void> {
  const { draftId, task } = draft;
  const ref = draftRef(draftId, draft.workspaceId);
  const context = stepContext(cause, 'record-plan');
  const planned = await ports.planner.plan(task, draft);
  if ('kind' in planned) {
    if (planned.code === 'NOTHING_FOUND' && draft.conversation.length < CLARIFICATIONS_MAX)
      return ask(ports, draft, reading, cause);
    const error = { code: planned.code, message: planned.message };
    await ports.writer.decide(ref, context, (state, now) => failDraft(error, state, now));
    return;
  }
  const preview = await ports.planner.seal(planned, { draftId, warnings: reading.warnings }, context);
  if (task.action === 'get') {
    const { requires: _, builtAt, expiresAt: __, ...answer } = preview;
    await ports.writer.decide(ref, context, (state) =>
      recordAnswer({ ...answer, answeredAt: builtAt }, state),
    );
  } else {
    await ports.writer.decide(ref, context, (state) => recordPreview(preview, state));
  }
}

async function ask(
  ports: BuildPreviewPorts,
  draft: PlannedDraft,
  { language, interpreter }: { language: Language; interpreter: PreviewJob['reading']['interpreter'] },
  cause: Cause,
): Promise<void> {
  const words = wordsSought(draft.task);
  const names = words === null ? [] : await ports.reads.nearNames(draft.workspaceId, words, NEAR_NAMES_MAX);
  const now = ports.now();
  const asked = {
    ...nothingFound(draft.task, language, names),
    language,
    interpreter,
    askedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + ports.previewTtlMs).toISOString(),
  };
  await ports.writer.decide(
    draftRef(draft.draftId, draft.workspaceId),
    stepContext(cause, 'record-plan'),
    (state) => askClarification(asked, state),
  );
}
