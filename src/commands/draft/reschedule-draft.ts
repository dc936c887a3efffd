/** Another time for a confirmed change that waits for its own. */
import type { DraftEvent } from '../../events/draft.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { DraftNotFound, DraftState, DraftStatus } from './draft.decider.js';
import { scheduled, type ScheduleInput, type ScheduleRefusal } from './schedule.js';

export type RescheduleDraftRefusal =
  | DraftNotFound
  | { code: 'DRAFT_NOT_SCHEDULED'; status: DraftStatus }
  | { code: 'SCHEDULE_IS_APPROVED' }
  | ScheduleRefusal;

/** Whoever approves a change approves its time with it: such a one is cancelled and asked for again. */
export function rescheduleDraft(
  command: { schedule: ScheduleInput; userId: string },
  draft: DraftState,
  now: string,
): Decision<DraftEvent, RescheduleDraftRefusal> {
  if (draft.status === 'absent') return refuse({ code: 'DRAFT_NOT_FOUND' });
  const { status, schedule: current } = draft;
  if (status !== 'confirmed' || !current || current.runAt <= now)
    return refuse({ code: 'DRAFT_NOT_SCHEDULED', status });
  if (draft.approval) return refuse({ code: 'SCHEDULE_IS_APPROVED' });
  const asked = scheduled(command.schedule, now);
  if (!asked.accepted) return asked;
  if (asked.schedule.at === current.at && asked.schedule.zone === current.zone) return accept();
  return accept({
    type: 'Rescheduled',
    data: { schedule: asked.schedule, rescheduledBy: command.userId, rescheduledAt: now },
  });
}
