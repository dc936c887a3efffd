import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventContract, type RecordedEvent } from './contract.js';
import { contractOf, EVENT_CONTRACTS, readEvent } from './registry.js';

const recorded = (over: Partial<RecordedEvent>): RecordedEvent => ({
  eventId: '0197a000-0000-5000-8000-000000000001',
  workspaceId: '0197a000-0000-7000-8000-0000000000a1',
  streamId: 'draft-0197a000-0000-7000-8000-0000000000d1',
  revision: 3,
  position: 7n,
  type: 'Expired',
  schemaVersion: 1,
  data: { expiredAt: '2026-03-01T10:00:00.000Z' },
  metadata: {
    userId: null,
    commandId: '0197a000-0000-7000-8000-000000000002',
    correlationId: 'c',
    causationId: null,
  },
  recordedAt: '2026-03-01T10:00:00.000Z',
  ...over,
});

describe('reading an event', () => {
  it('gives back what was recorded', () => expect(readEvent(recorded({}))).toEqual(recorded({})));

  it.each<[string, Partial<RecordedEvent>, RegExp]>([
    ['a type that was never written', { type: 'Exploded' }, /unknown event type: Exploded/],
    ['a type that objects inherit', { type: 'toString' }, /unknown event type/],
    ['a version from the future', { schemaVersion: 2 }, /version 2 is newer than this program's 1/],
    ['version 0', { schemaVersion: 0 }, /no version 0/],
    ['half a version', { schemaVersion: 0.5 }, /no version 0.5/],
    ['missing data', { data: {} }, /expiredAt/],
    ['data of the wrong type', { data: { expiredAt: 'yesterday' } }, /expiredAt/],
    ['data nobody agreed on', { data: { expiredAt: '2026-03-01T10:00:00.000Z', by: 'cron' } }, /by/],
    ['no data at all', { data: null }, /expected object/],
  ])('refuses %s', (_what, over, message) => expect(() => readEvent(recorded(over))).toThrow(message));
});

describe('event contracts', () => {
  it('have names of their own', () => {
    const types = EVENT_CONTRACTS.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });

  it('are found by type', () => expect(contractOf('Executed').type).toBe('Executed'));

  it('count their version by their upcasters', () => {
    const renamed = (data: unknown) => ({ at: (data as { on: string }).on });
    expect(eventContract('Moved', z.strictObject({ at: z.string() }), [renamed]).version).toBe(2);
  });
});
