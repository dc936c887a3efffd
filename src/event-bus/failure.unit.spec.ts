import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { EventStoreError } from '../event-store/event-store.js';
import { RETRY_POLICY, backoffMs, classifyFailure } from './failure.js';

function databaseError(code: string): Error {
  return Object.assign(new pg.DatabaseError(`error ${code}`, 0, 'error'), { code });
}
const socketError = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('a failure', () => {
  it.each([
    ['a refused connection', socketError('ECONNREFUSED')],
    ['a reset connection', socketError('ECONNRESET')],
    ['refused connections to every address', new AggregateError([socketError('ECONNREFUSED')])],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a pool that gives no connection', new Error('timeout exceeded when trying to connect')],
    ['a server that shuts down', databaseError('57P01')],
    ['a server that starts', databaseError('57P03')],
    ['too many connections', databaseError('53300')],
    ['a full disk', databaseError('53100')],
    ['a deadlock', databaseError('40P01')],
    ['a serialization failure', databaseError('40001')],
    ['an idle transaction that was ended', databaseError('25P03')],
    ['an event store that is away', new EventStoreError('UNAVAILABLE', 'away', true)],
  ])('by %s is transient', (_, error) => expect(classifyFailure(error)).toBe('transient'));

  it.each([
    ['a violated constraint', databaseError('23505')],
    ['a bug', new TypeError('undefined is not a function')],
    ['an error without any sign', new Error('no')],
    ['something that is no error', 'no'],
    ['an id that was used before', new EventStoreError('EVENT_ID_REUSED', 'known', false)],
    ['an empty aggregate', new AggregateError([])],
  ])('by %s may be the event’s own fault', (_, error) => expect(classifyFailure(error)).toBe('poison'));
});

describe('waiting between tries', () => {
  it('doubles from the minimum to the maximum', () =>
    expect([1, 2, 3, 8, 100].map((attempt) => backoffMs(attempt, RETRY_POLICY, () => 1))).toEqual([
      50, 100, 200, 5_000, 5_000,
    ]));

  it('is random in its second half', () => {
    expect(backoffMs(1, RETRY_POLICY, () => 0)).toBe(25);
    expect(backoffMs(1, RETRY_POLICY, () => 0.5)).toBe(37.5);
  });
});
