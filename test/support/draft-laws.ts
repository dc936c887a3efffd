/**
 * The laws of a draft's history, told from its events alone and knowing nothing of the deciders: a second
 * opinion for properties over many histories.
 */
import type { DraftEvent } from '../../src/events/draft.events.js';

type Type = DraftEvent['type'];

const UNTIL_EXECUTION: Type[] = ['Failed', 'Cancelled'];
const READING: Type[] = ['ParsingStarted', 'Parsed', 'ClarificationAsked', ...UNTIL_EXECUTION];
const HEARING: Type[] = ['Transcribed', 'TranscriptionFailed'];
/** What may follow what. Cancelled, Expired and Answered are ends; so is Failed unless a recording can be heard again, and Executed but for an undo. */
const FOLLOWERS: Record<Type, Type[]> = {
  DraftCreated: [...READING, 'PreviewBuilt', ...HEARING],
  Transcribed: READING,
  TranscriptionFailed: ['TranscriptionRetried'],
  TranscriptionRetried: [...HEARING, ...UNTIL_EXECUTION],
  // No step: a recording is deleted when its time is over, whatever has become of the draft.
  AudioDeleted: [],
  ParsingStarted: READING,
  // No step: what is archived is kept elsewhere, and as it was.
  DraftArchived: [],
  // No step: see isAccount.
  ModelsAsked: [],
  Parsed: ['ClarificationAsked', 'PreviewBuilt', 'Answered', ...UNTIL_EXECUTION],
  ClarificationAsked: ['ClarificationAnswered', 'Expired', ...UNTIL_EXECUTION],
  ClarificationAnswered: READING,
  PreviewBuilt: ['PreviewBuilt', 'Confirmed', 'Expired', ...UNTIL_EXECUTION],
  Answered: [],
  Confirmed: [
    'Approved',
    'Rejected',
    'Rescheduled',
    'ExecutionQueued',
    'ExecutionStarted',
    'Expired',
    ...UNTIL_EXECUTION,
  ],
  Approved: ['ExecutionQueued', 'ExecutionStarted', ...UNTIL_EXECUTION],
  Rejected: [],
  Rescheduled: ['Rescheduled', 'ExecutionQueued', 'ExecutionStarted', ...UNTIL_EXECUTION],
  ExecutionQueued: ['ExecutionStarted', ...UNTIL_EXECUTION],
  ExecutionStarted: ['Executed', 'Failed'],
  Executed: ['Undone'],
  Failed: ['TranscriptionRetried'],
  Cancelled: [],
  Expired: [],
  Undone: ['Reinstated'],
  Reinstated: ['Undone'],
};

/** The first law that a history breaks, in words; null when it keeps them all. */
export function brokenLaw(events: readonly DraftEvent[]): string | null {
  const [first] = events;
  if (first && first.type !== 'DraftCreated') return `starts with ${first.type}`;
  if (events.filter(({ type }) => type === 'Executed').length > 1) return 'executed twice';
  const steps = events.filter(
    (event) => !isAccount(event) && event.type !== 'AudioDeleted' && event.type !== 'DraftArchived',
  );
  for (const [index, event] of steps.entries()) {
    const earlier = steps.slice(0, index);
    const previous = earlier.at(-1);
    if (previous && !FOLLOWERS[previous.type].includes(event.type))
      return `${event.type} after ${previous.type}`;
    const broken = lawOfOne(event, earlier);
    if (broken) return broken;
  }
  return null;
}

/** What reading took of models is an account and no step: it may come late, even after the draft's end. */
export const isAccount = ({ type }: DraftEvent): boolean => type === 'ModelsAsked';

function lawOfOne(event: DraftEvent, earlier: readonly DraftEvent[]): string | null {
  switch (event.type) {
    case 'Confirmed': {
      const shown = lastOf(earlier, 'PreviewBuilt');
      if (shown?.data.planHash !== event.data.planHash) return 'confirmed another plan than the one shown';
      return shown.data.expiresAt <= event.data.confirmedAt ? 'confirmed after its time' : null;
    }
    case 'Approved':
    case 'Rejected':
      return lawOfJudgement(event, earlier);
    case 'ExecutionQueued':
    case 'ExecutionStarted':
      return lawOfBeginning(event, earlier);
    case 'TranscriptionRetried':
      return lastOf(earlier, 'Transcribed') ? 'heard again what had been heard' : null;
    case 'Expired': {
      const waiting = earlier.at(-1);
      if (waiting?.type === 'Confirmed' && !waiting.data.approval) return 'expired though nobody was asked';
      const deadline =
        waiting?.type === 'Confirmed'
          ? waiting.data.approval?.expiresAt
          : waiting?.type === 'PreviewBuilt' || waiting?.type === 'ClarificationAsked'
            ? waiting.data.expiresAt
            : undefined;
      return deadline !== undefined && event.data.expiredAt < deadline ? 'expired before its time' : null;
    }
    case 'Executed': {
      const started = lastOf(earlier, 'ExecutionStarted');
      return started?.data.changeSetId === event.data.changeSetId ? null : 'executed another change set';
    }
    default:
      return null;
  }
}

/** Who agrees is neither who asked nor who confirmed, and agrees to what will be applied while there is time. */
function lawOfJudgement(
  event: Extract<DraftEvent, { type: 'Approved' | 'Rejected' }>,
  earlier: readonly DraftEvent[],
): string | null {
  const { userId } = lastOf(earlier, 'DraftCreated')!.data;
  const { approval, confirmedBy } = lastOf(earlier, 'Confirmed')!.data;
  const [judge, at] =
    event.type === 'Approved'
      ? [event.data.approvedBy, event.data.approvedAt]
      : [event.data.rejectedBy, event.data.rejectedAt];
  if (!approval) return 'judged though nobody was asked';
  if (judge === userId || judge === confirmedBy) return 'judged by no second person';
  if (approval.expiresAt <= at) return 'judged after its time';
  const isOther = event.type === 'Approved' && event.data.planHash !== approval.planHash;
  return isOther ? 'approved other rows than will be applied' : null;
}

function lawOfBeginning(
  event: Extract<DraftEvent, { type: 'ExecutionQueued' | 'ExecutionStarted' }>,
  earlier: readonly DraftEvent[],
): string | null {
  const { approval, schedule } = lastOf(earlier, 'Confirmed')!.data;
  if (approval && !lastOf(earlier, 'Approved')) return 'begun without the second person';
  const time = lastOf(earlier, 'Rescheduled')?.data.schedule ?? schedule;
  const at = event.type === 'ExecutionQueued' ? event.data.queuedAt : event.data.startedAt;
  return time && at < time.runAt ? 'begun before its time' : null;
}

function lastOf<Wanted extends Type>(events: readonly DraftEvent[], type: Wanted) {
  const isWanted = (event: DraftEvent): event is Extract<DraftEvent, { type: Wanted }> => event.type === type;
  return events.findLast(isWanted);
}
