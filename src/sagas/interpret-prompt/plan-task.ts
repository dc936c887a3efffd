/** A task that was read → its preview, its answer, a question when nothing was found, or its refusal, on the draft. */
import type { Task } from '../../catalogue/task.js';
import { CLARIFICATIONS_MAX } from '../../commands/draft/answer-clarification.js';
import type { Draft } from '../../commands/draft/draft.decider.js';
import { failDraft } from '../../commands/draft/end-draft.js';
import { askClarification } from '../../commands/draft/interpret-draft.js';
import { recordAnswer, recordPreview } from '../../commands/draft/preview-draft.js';
import type { DraftWork } from '../draft-work.js';
import type { Planner } from '../planner/planner.js';
import type { PlanningReads } from '../planner/planning-reads.js';
import { stepContext, type Cause } from '../saga.js';
import { NEAR_NAMES_MAX, nothingFound, wordsSought } from './nothing-found.js';

export interface PlanTaskPorts {
  planner: Planner;
  reads: PlanningReads;
  previewTtlMs: number;
  now(): Date;
}

export async function planTask(ports: PlanTaskPorts, work: DraftWork, cause: Cause): Promise<void> {
  const { draft } = work;
  const { task, reading } = draft;
  if (!task || !reading) throw new Error(`draft ${draft.draftId} has not been read`);
  const planned = await ports.planner.plan(task, draft);
  if ('kind' in planned) {
    if (planned.code === 'NOTHING_FOUND' && draft.conversation.length < CLARIFICATIONS_MAX) {
      const asked = await question(ports, draft, task, reading.interpreter);
      return work.record((state) => askClarification(asked, state));
    }
    const error = { code: planned.code, message: planned.message };
    return work.record((state, now) => failDraft(error, state, now));
  }
  const preview = await ports.planner.preview(planned, draft, stepContext(cause, 'freeze'));
  if (task.action !== 'get') return work.record((state) => recordPreview(preview, state));
  const { requires: _, builtAt, expiresAt: __, ...answer } = preview;
  return work.record((state) => recordAnswer({ ...answer, answeredAt: builtAt }, state));
}

async function question(
  ports: PlanTaskPorts,
  { workspaceId, language }: Draft,
  task: Task,
  interpreter: NonNullable<Draft['reading']>['interpreter'],
) {
  const words = wordsSought(task);
  const names = words === null ? [] : await ports.reads.nearNames(workspaceId, words, NEAR_NAMES_MAX);
  const now = ports.now();
  const expiresAt = new Date(now.getTime() + ports.previewTtlMs).toISOString();
  const asked = nothingFound(task, language, names);
  return { ...asked, language, interpreter, askedAt: now.toISOString(), expiresAt };
}
