/**
 * What a job decides about its draft, step by step in memory, and appended together when saved: one append for steps
 * between which nothing slow happens. Each step is harmless to repeat, so a job that dies before it has saved, or loses
 * the race for its append, is finished by deciding again.
 */
import { inSequence, type Decision } from '../commands/decision.js';
import { draftEvolution, type Draft, type DraftState } from '../commands/draft/draft.decider.js';
import { draftRef } from '../commands/draft/draft-stream.js';
import type { LoadedStream, StreamWriter } from '../commands/stream-writer.js';
import type { DraftEvent } from '../events/draft.events.js';
import { stepContext, type Cause } from './saga.js';

export type Step = (draft: DraftState, now: string) => Decision<DraftEvent, unknown>;

export class DraftWork {
  private readonly steps: { step: Step; whenever: boolean }[] = [];
  private state: Draft;
  private saves = 0;

  private constructor(
    private readonly writer: StreamWriter,
    private readonly job: { cause: Cause; name: string; attempt: number },
    private saved: LoadedStream<DraftState>,
    draft: Draft,
  ) {
    this.state = draft;
  }

  /** Null when there is no such draft. */
  static async open(
    writer: StreamWriter,
    draftId: string,
    job: { cause: Cause; name: string; attempt: number },
  ): Promise<DraftWork | null> {
    const loaded = await writer.load(draftRef(draftId, job.cause.workspaceId));
    return loaded.state.status === 'absent' ? null : new DraftWork(writer, job, loaded, loaded.state);
  }

  /** As the steps leave it, saved or not. */
  get draft(): Draft {
    return this.state;
  }

  /** Takes one step; one that is refused, or has nothing to do, leaves the draft as it is. */
  record(step: Step): void {
    const decided = step(this.state, new Date().toISOString());
    if (!decided.accepted) return;
    this.steps.push({ step, whenever: false });
    this.state = decided.events.reduce(draftEvolution.evolve, this.state) as Draft;
  }

  /** Takes a step that counts whatever has become of the draft meanwhile: what was spent is spent. */
  account(step: Step | null): void {
    if (step) this.steps.push({ step, whenever: true });
  }

  /** Does the draft, as its stream says now, still wait for what this job is at? */
  async isAwaited(): Promise<boolean> {
    const { state } = await this.writer.load(draftRef(this.state.draftId, this.job.cause.workspaceId));
    return state.status === this.state.status && turnOf(state) === turnOf(this.state);
  }

  /** Position of the draft's last event, as of the last save. */
  get position(): bigint {
    return this.saved.position;
  }

  /**
   * Appends what was recorded since the last save. False when the draft has moved on meanwhile in a way that leaves
   * the steps no room; the draft is then as its stream says.
   */
  async save(): Promise<boolean> {
    if (this.steps.length === 0) return true;
    const { cause, name, attempt } = this.job;
    const context = stepContext(cause, `${name}:${attempt}:${(this.saves += 1)}`);
    const steps = inTurn(this.saved.state, this.steps.splice(0));
    const wanted = this.state.status;
    const outcome = await this.writer.decide(
      draftRef(this.state.draftId, cause.workspaceId),
      context,
      steps,
      this.saved,
    );
    if (!outcome.accepted || outcome.state.status === 'absent') return false;
    this.saved = outcome;
    this.state = outcome.state;
    return outcome.state.status === wanted;
  }
}

/**
 * A result counts for the turn of the conversation that it answers, and for no later one: a job that ran a second time,
 * or stood still, while the user has answered the question that the first run asked, comes too late. What it spent
 * counts even then.
 */
const inTurn =
  (draft: DraftState, steps: readonly { step: Step; whenever: boolean }[]): Step =>
  (state, now) => {
    const isInTurn = turnOf(state) === turnOf(draft);
    const counting = steps.filter(({ whenever }) => isInTurn || whenever).map(({ step }) => step);
    return inSequence(draftEvolution, counting)(state, now);
  };

const turnOf = (draft: DraftState) =>
  draft.status === 'absent' ? 0 : draft.conversation.filter(({ answer }) => answer !== null).length;
