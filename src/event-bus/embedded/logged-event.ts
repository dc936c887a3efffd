/** An event of the log on its way to the groups: routed, headed and read once, however many groups take it. */
import type { RecordedEvent } from '../../events/contract.js';
import { readEvent, type ReadEvent } from '../../events/registry.js';
import { routeOf, type Topic } from '../../events/streams.js';
import type { Incoming } from '../delivery.js';
import { headersOf } from '../headers.js';

/** The embedded bus has one partition per topic: one process delivers a group, in the order of the log. */
export const PARTITION = 0;

export class LoggedEvent implements Incoming {
  readonly partition = PARTITION;
  readonly topic: Topic;
  readonly key: string;
  private outcome: { event: ReadEvent } | { error: unknown } | null = null;
  private madeHeaders: Record<string, string> | null = null;

  constructor(readonly recorded: RecordedEvent) {
    const { topic, key } = routeOfAny(recorded.streamId);
    this.topic = topic;
    this.key = key;
  }

  get headers(): Record<string, string> {
    return (this.madeHeaders ??= headersOf(this.recorded));
  }

  read(): ReadEvent {
    const outcome = (this.outcome ??= attemptToRead(this.recorded));
    if ('error' in outcome) throw outcome.error;
    return outcome.event;
  }

  /** Rough share of memory, in rows: most of a large event is its one long list. */
  get weight(): number {
    const data = this.recorded.data;
    if (typeof data !== 'object' || data === null) return 1;
    return Object.values(data).reduce<number>(
      (heaviest, value) => (Array.isArray(value) ? Math.max(heaviest, value.length) : heaviest),
      1,
    );
  }
}

function attemptToRead(recorded: RecordedEvent): { event: ReadEvent } | { error: unknown } {
  try {
    return { event: readEvent(recorded) };
  } catch (error) {
    return { error };
  }
}

/** A stream this release does not know travels under no topic: it must not stop the others. */
function routeOfAny(streamId: string): { topic: Topic; key: string } {
  try {
    return routeOf(streamId);
  } catch {
    return { topic: 'none' as Topic, key: streamId };
  }
}
