/**
 * The imperative shell around every decision: load the stream, fold it, decide, append with the revision that
 * was read; on a lost race, do it again.
 */
import type { EventMetadata, NewEvent } from '../events/contract.js';
import { derivedId, eventIds } from '../events/event-ids.js';
import { contractOf, upcastEvent, type DomainEvent, type ReadEvent } from '../events/registry.js';
import type { Receipt } from '../event-store/receipts.js';
import { READ_EVENTS_MAX, type EventStore, type ExpectedRevision } from '../event-store/event-store.js';
import { readWorkspaceStream } from '../event-store/workspace-stream.js';
import type { Decision, Evolution } from './decision.js';
import type { PendingReceipt } from './receipt.js';

/** Lost races before giving up; each means that somebody else's command on the same stream succeeded. */
export const APPEND_ATTEMPTS_MAX = 10;

/** Who asks, and under which ids their request is followed. Made at the edge, passed on unchanged. */
export interface CommandContext {
  workspaceId: string;
  userId: string | null;
  /** Repeating a command with the same id repeats its events' ids, and so has no second effect. */
  commandId: string;
  correlationId: string;
  causationId: string | null;
  traceparent?: string;
}

/** `position`: the log position a read must have reached to see this command's effect. */
export type Outcome<State, Refusal> =
  | { accepted: true; position: bigint; revision: number; state: State }
  | { accepted: false; refusal: Refusal };

export interface LoadedStream<State> {
  state: State;
  /** -1 when absent. */
  revision: number;
  /** Position of the last event, 0 when absent. */
  position: bigint;
}

export interface StreamRef<State, Event> {
  streamId: string;
  workspaceId: string;
  evolution: Evolution<State, Event>;
}

export class StreamWriter {
  constructor(
    private readonly store: EventStore,
    private readonly now: () => Date,
  ) {}

  /** A stream of another workspace reads as absent: there is no telling it from one that never was. */
  async load<State, Event>({
    streamId,
    workspaceId,
    evolution,
  }: StreamRef<State, Event>): Promise<LoadedStream<State>> {
    let loaded: LoadedStream<State> = { state: evolution.initial, revision: -1, position: 0n };
    for (;;) {
      const stream = { streamId, workspaceId };
      const page = await readWorkspaceStream(this.store, stream, { fromRevision: loaded.revision + 1 });
      for (const recorded of page) {
        const state = evolution.evolve(loaded.state, upcastEvent(recorded) as Event);
        loaded = { state, revision: recorded.revision, position: recorded.position };
      }
      if (page.length < READ_EVENTS_MAX) return loaded;
    }
  }

  /**
   * Runs one decision against the newest state of a stream. `from` saves reading it where the caller knows how it
   * stood a moment ago: the append finds out when that is no longer so, and the stream is read then. Throws when the store is unavailable or the race
   * is lost APPEND_ATTEMPTS_MAX times in a row; the caller may repeat the same command.
   * `receipt`: the answer that the new state gives, stored with its events.
   */
  async decide<State, Event extends DomainEvent, Refusal>(
    stream: StreamRef<State, Event>,
    context: CommandContext,
    decision: (state: State, now: string) => Decision<Event, Refusal>,
    from?: LoadedStream<State>,
    receipt?: PendingReceipt<State>,
  ): Promise<Outcome<State, Refusal>> {
    for (let attempt = from ? 0 : 1; attempt <= APPEND_ATTEMPTS_MAX; attempt++) {
      const isAssumed = from !== undefined && attempt === 0;
      const loaded = isAssumed ? from : await this.load(stream);
      const decided = decision(loaded.state, this.now().toISOString());
      // Only an append can tell that the assumption was right; any other answer needs the stream itself.
      if (isAssumed && (!decided.accepted || decided.events.length === 0)) continue;
      if (!decided.accepted) {
        // Refused because it was done already, by this very command: its answer was lost on the way back.
        const repeated = await this.recordedBefore(stream.streamId, context);
        return repeated ? { accepted: true, ...loaded } : decided;
      }
      if (decided.events.length === 0) return { accepted: true, ...loaded };
      const state = decided.events.reduce(stream.evolution.evolve, loaded.state);
      const appended = await this.append(
        stream.streamId,
        decided.events,
        context,
        loaded.revision < 0 ? 'none' : loaded.revision,
        receipt?.of(state),
      );
      if (appended.outcome === 'appended') {
        receipt?.stored();
        return { accepted: true, state, revision: appended.lastRevision, position: appended.lastPosition };
      }
      // This very command was recorded before: what it led to is what the stream says now.
      if (appended.outcome === 'duplicate') return { accepted: true, ...(await this.load(stream)) };
    }
    throw new Error(`lost ${APPEND_ATTEMPTS_MAX} races in a row on ${stream.streamId}`);
  }

  private async recordedBefore(streamId: string, { commandId }: CommandContext) {
    const [firstId] = eventIds(commandId, 1);
    const first = await this.store.findEvent(firstId!);
    return first?.streamId === streamId;
  }

  /**
   * Appends events under ids derived from the command. For streams that are not folded (plans, catalogues).
   * Throws (ZodError) on data outside the contract: once in the log, it would stop every reader.
   */
  append(
    streamId: string,
    events: DomainEvent[],
    context: CommandContext,
    expectedRevision: ExpectedRevision,
    receipt?: Receipt,
  ) {
    const { workspaceId, userId, commandId, correlationId, causationId, traceparent } = context;
    const trace = traceparent === undefined ? {} : { traceparent };
    const metadata: EventMetadata = { userId, commandId, correlationId, causationId, ...trace };
    const ids = eventIds(context.commandId, events.length);
    return this.store.append({
      workspaceId,
      streamId,
      expectedRevision,
      events: events.map(({ type, data }, ordinal): NewEvent => {
        const { version, schema } = contractOf(type);
        return { eventId: ids[ordinal]!, type, schemaVersion: version, data: schema.parse(data) };
      }),
      metadata,
      receipt,
    });
  }
}

/** The context of what a saga does in answer to an event: same request, new command, cause named. */
export function contextOfReaction(
  event: Pick<ReadEvent, 'eventId' | 'workspaceId' | 'metadata'>,
  step: string,
): CommandContext {
  const { correlationId, traceparent } = event.metadata;
  return {
    workspaceId: event.workspaceId,
    userId: null,
    commandId: derivedId(event.eventId, step),
    correlationId,
    causationId: event.eventId,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
