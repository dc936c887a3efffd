/** The one place where errors of PostgreSQL become errors of the event store. */
import pg from 'pg';
import { isDatabaseAway, isDatabaseCollision } from '../../platform/database/failures.js';
import { EventStoreError } from '../event-store.js';

/** Errors that mean none of ours are handed on as they are: they are bugs. */
export function toEventStoreError(error: unknown): unknown {
  const fault = (code: EventStoreError['code'], message: string, retryable: boolean) =>
    new EventStoreError(code, message, retryable, { cause: error });

  if (isDatabaseAway(error)) return fault('UNAVAILABLE', 'the event store is away', true);
  if (isDatabaseCollision(error))
    return fault('UNAVAILABLE', 'the append collided with another transaction', true);
  if (!(error instanceof pg.DatabaseError)) return error;

  switch (error.code) {
    case 'DH001':
      return fault('EVENT_ID_REUSED', error.message, false);
    case 'DH002':
      return fault('LOG_IMMUTABLE', error.message, false);
    // Two appends with a common event id, to different streams, at the same time.
    case '23505':
      return error.constraint === 'events_event_id_key'
        ? fault('EVENT_ID_REUSED', error.message, false)
        : error;
    // JSON that PostgreSQL cannot hold: U+0000, half a surrogate pair, numbers beyond numeric.
    case '22P02':
    case '22P05':
    case '22003':
      return fault('EVENT_NOT_STORABLE', error.message, false);
    default:
      return error;
  }
}
