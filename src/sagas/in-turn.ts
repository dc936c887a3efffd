/** A result counts for the turn of the conversation that it answers, and for no later one. */
import { accept, type Decision } from '../commands/decision.js';
import type { Draft, DraftState } from '../commands/draft/draft.decider.js';

/**
 * Drops a result that comes late: its job was run a second time, or stood still, while the user has answered the
 * question that the first run asked. `draft`: as it was when the work began.
 */
export const inTurn =
  <Event, Refusal>(draft: Draft, decide: (state: DraftState, now: string) => Decision<Event, Refusal>) =>
  (state: DraftState, now: string): Decision<Event, Refusal> =>
    turnOf(state) === turnOf(draft) ? decide(state, now) : accept();

const turnOf = (draft: DraftState) =>
  draft.status === 'absent' ? 0 : draft.conversation.filter(({ answer }) => answer !== null).length;
