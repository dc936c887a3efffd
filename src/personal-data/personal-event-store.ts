/**
 * The event store as those see it who decide and answer: personal texts are sealed on their way into the log and opened on
 * their way out of a stream. The whole log is read sealed, by those who carry it on: to Kafka, into read models.
 */
import type { NewEvent, RecordedEvent } from '../events/contract.js';
import { personalFieldsOf, withPersonalTexts, type PersonalField } from '../events/personal-fields.js';
import { draftStream } from '../events/streams.js';
import { EventStoreError, type Append, type EventStore } from '../event-store/event-store.js';
import { ERASED, type Opener, type PersonalTexts } from './personal-texts.js';

/** Streams whose origin is remembered: those at work. */
export const STREAMS_REMEMBERED_MAX = 10_000;

/** Whose draft a stream is, and since when (ISO 8601, the log's clock). */
interface Origin {
  userId: string;
  since: string;
}

const hasPersonalTexts = ({ type }: Pick<NewEvent, 'type'>) => personalFieldsOf(type).length > 0;

export class PersonalEventStore implements EventStore {
  /** By stream. */
  private readonly origins = new Map<string, Origin>();

  constructor(
    private readonly store: EventStore,
    private readonly texts: PersonalTexts,
  ) {}

  /** Throws EVENT_NOT_STORABLE for texts that could not be stored unsealed either. */
  async append(append: Append) {
    if (!append.events.some(hasPersonalTexts)) return this.store.append(append);
    const events: NewEvent[] = [];
    for (const event of append.events) events.push(await this.sealed(event, append));
    return this.store.append({ ...append, events });
  }

  async readStream(streamId: string, options?: { fromRevision?: number; limit?: number }) {
    return this.opened(await this.store.readStream(streamId, options));
  }

  /** Events of one workspace as they stand in the log, with their texts as people read them. */
  async opened(events: RecordedEvent[]): Promise<RecordedEvent[]> {
    const personal = events.filter(hasPersonalTexts);
    const [first] = personal;
    if (!first) return events;
    for (const event of personal) this.learn(event.streamId, event);
    const stored: string[] = [];
    for (const { type, data } of personal)
      withPersonalTexts(type, data, (text) => {
        stored.push(text);
        return text;
      });
    const open = await this.texts.opener(first.workspaceId, stored);
    return events.map((event) => ({ ...event, data: changed(event, event.streamId, open) }));
  }

  streamEnd(...given: Parameters<EventStore['streamEnd']>) {
    return this.store.streamEnd(...given);
  }

  readAll(...given: Parameters<EventStore['readAll']>) {
    return this.store.readAll(...given);
  }

  headPosition() {
    return this.store.headPosition();
  }

  findEvent(...given: Parameters<EventStore['findEvent']>) {
    return this.store.findEvent(...given);
  }

  eventAt(...given: Parameters<EventStore['eventAt']>) {
    return this.store.eventAt(...given);
  }

  onAppend(...given: Parameters<EventStore['onAppend']>) {
    return this.store.onAppend(...given);
  }

  close() {
    return this.store.close();
  }

  private async sealed(event: NewEvent, append: Append): Promise<NewEvent> {
    const { streamId, workspaceId } = append;
    const sealers = new Map<string | null, Opener>();
    for (const { by } of personalFieldsOf(event.type)) {
      if (sealers.has(by)) continue;
      const { userId, since } = await this.saidBy(event, by, append);
      sealers.set(by, await this.texts.sealer({ workspaceId, userId }, since));
    }
    const seal = (text: string, place: { streamId: string; name: string }, { by }: PersonalField) => {
      // Encrypted, these would slip past the store that refuses them.
      if (!text.isWellFormed() || text.includes('\0'))
        throw new EventStoreError('EVENT_NOT_STORABLE', `a text of ${event.type} is not storable`, false);
      return text === ERASED ? text : sealers.get(by)!(text, place);
    };
    return { ...event, data: changed(event, streamId, seal) };
  }

  /** Whose words a text of this event is or is about, and since when they are said; null: since now. */
  private async saidBy(
    event: NewEvent,
    by: string | null,
    { streamId, events }: Append,
  ): Promise<{ userId: string; since: string | null }> {
    const begins = events.find(({ type }) => type === 'DraftCreated');
    const author = named(event.data, by);
    if (begins) {
      const { undoOf } = begins.data as { undoOf?: { draftId: string | null } | null };
      // An undo repeats words of the draft that it takes back.
      const since = undoOf?.draftId ? (await this.originOf(draftStream(undoOf.draftId))).since : null;
      return { userId: author ?? named(begins.data, 'userId')!, since };
    }
    return author === null ? this.originOf(streamId) : { userId: author, since: null };
  }

  private learn(streamId: string, { type, data, recordedAt }: RecordedEvent): void {
    if (type !== 'DraftCreated') return;
    const userId = named(data, 'userId');
    if (!userId) return;
    if (this.origins.size >= STREAMS_REMEMBERED_MAX) this.origins.delete(this.origins.keys().next().value!);
    this.origins.set(streamId, { userId, since: recordedAt });
  }

  /** Whoever appends has nearly always read the stream before, and then it is remembered. */
  private async originOf(streamId: string): Promise<Origin> {
    const known = this.origins.get(streamId);
    if (known) return known;
    for (const event of await this.store.readStream(streamId, { limit: 1 })) this.learn(streamId, event);
    const origin = this.origins.get(streamId);
    if (!origin) throw new Error(`nobody is known whose texts ${streamId} holds`);
    return origin;
  }
}

function named(data: unknown, property: string | null): string | null {
  const value = property === null ? undefined : (data as Record<string, unknown>)[property];
  return typeof value === 'string' ? value : null;
}

const changed = (
  { type, data }: Pick<NewEvent, 'type' | 'data'>,
  streamId: string,
  change: (text: string, place: { streamId: string; name: string }, field: PersonalField) => string,
) => withPersonalTexts(type, data, (text, field) => change(text, { streamId, name: field.name }, field));
