/** What every store refuses before it looks at its streams, in the same words. */
import { EVENTS_PER_APPEND_MAX, EventStoreError, READ_EVENTS_MAX, type Append } from './event-store.js';

/** Answers the data of each event as JSON. Throws on a caller's mistake. */
export function checkAppend({ events, expectedRevision, streamId }: Append): string[] {
  if (events.length === 0) throw new RangeError(`an append to ${streamId} without events`);
  if (events.length > EVENTS_PER_APPEND_MAX)
    throw new EventStoreError(
      'APPEND_TOO_LARGE',
      `${events.length} events in one append to ${streamId}, the limit is ${EVENTS_PER_APPEND_MAX}`,
      false,
    );
  if (typeof expectedRevision === 'number' && (!Number.isInteger(expectedRevision) || expectedRevision < -1))
    throw new RangeError(`not a revision: ${expectedRevision}`);
  if (new Set(events.map(({ eventId }) => eventId)).size !== events.length)
    throw new EventStoreError(
      'EVENT_ID_REUSED',
      `one append to ${streamId} carries an event id twice`,
      false,
    );
  return events.map(({ data, type }) => {
    const json = JSON.stringify(data) as string | undefined;
    if (json === undefined) throw new EventStoreError('EVENT_NOT_STORABLE', `${type} without data`, false);
    return json;
  });
}

/** A limit beyond the bound is refused: a reader that got less than it asked for would take it for the end. */
export function checkLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > READ_EVENTS_MAX)
    throw new RangeError(`limit must be 1 to ${READ_EVENTS_MAX}, not ${limit}`);
  return limit;
}
