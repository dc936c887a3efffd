import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCHEDULE_DAYS_MAX, scheduled, ScheduleInput } from './schedule.js';

const NOW = '2026-10-01T00:00:00.000Z';
const runAt = (at: string, zone: string, now = NOW) => {
  const asked = scheduled({ at, zone }, now);
  return asked.accepted ? asked.schedule.runAt : asked.refusal.reason;
};

describe('a time on somebody’s wall', () => {
  it.each([
    ['2026-12-01T09:00', 'Asia/Tehran', '2026-12-01T05:30:00.000Z'],
    // No summer time since 2022.
    ['2027-07-01T09:00', 'Asia/Tehran', '2027-07-01T05:30:00.000Z'],
    ['2026-12-01T09:00', 'Europe/Berlin', '2026-12-01T08:00:00.000Z'],
    ['2027-07-01T09:00', 'Europe/Berlin', '2027-07-01T07:00:00.000Z'],
    ['2026-12-01T09:00:30', 'UTC', '2026-12-01T09:00:30.000Z'],
    ['2026-12-01T09:00', 'Asia/Kathmandu', '2026-12-01T03:15:00.000Z'],
  ])('%s in %s is %s', (at, zone, moment) => expect(runAt(at, zone)).toBe(moment));

  it('that clocks show twice is the first of the two', () => {
    expect(runAt('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(runAt('2026-10-25T03:00', 'Europe/Berlin')).toBe('2026-10-25T02:00:00.000Z');
  });

  it('that clocks never show is refused', () => {
    expect(runAt('2027-03-28T02:00', 'Europe/Berlin')).toBe('time_skipped');
    expect(runAt('2027-03-28T02:59:59', 'Europe/Berlin')).toBe('time_skipped');
    expect(runAt('2027-03-28T01:59:59', 'Europe/Berlin')).toBe('2027-03-28T00:59:59.000Z');
    expect(runAt('2027-03-28T03:00', 'Europe/Berlin')).toBe('2027-03-28T01:00:00.000Z');
    // The last of Tehran's: as the tables of that year had it.
    expect(runAt('2022-03-22T00:30', 'Asia/Tehran', '2022-01-01T00:00:00.000Z')).toBe('time_skipped');
  });

  it.each([
    ['2026-02-29T09:00', 'UTC', 'no_such_time'],
    ['2026-12-01T24:00', 'UTC', 'no_such_time'],
    ['2026-12-01T09:00', 'Mars/Olympus', 'zone_unknown'],
    ['2026-09-30T23:59:59', 'UTC', 'past'],
    ['2026-10-01T00:00', 'UTC', 'past'],
  ])('%s in %s is refused: %s', (at, zone, reason) => expect(runAt(at, zone)).toBe(reason));

  it(`is at most ${SCHEDULE_DAYS_MAX} days ahead`, () => {
    const latest = new Date(Date.parse(NOW) + SCHEDULE_DAYS_MAX * 86_400_000);
    expect(runAt(latest.toISOString().slice(0, 19), 'UTC')).toBe(latest.toISOString());
    const beyond = new Date(latest.getTime() + 1_000).toISOString();
    expect(runAt(beyond.slice(0, 19), 'UTC')).toBe('too_far');
  });

  it('is what a clock there shows at the moment that is meant, in every zone', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('Asia/Tehran', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
        fc.integer({ min: 1, max: SCHEDULE_DAYS_MAX * 24 * 60 - 1_440 }),
        (zone, minutes) => {
          const at = new Date(Date.parse(NOW) + (minutes + 840) * 60_000).toISOString().slice(0, 16);
          const asked = scheduled({ at, zone }, NOW);
          if (!asked.accepted) {
            expect(asked.refusal.reason).toBe('time_skipped');
            return;
          }
          const shown = new Date(asked.schedule.runAt).toLocaleString('sv-SE', { timeZone: zone });
          expect(shown).toBe(`${at.replace('T', ' ')}:00`);
        },
      ),
    ));
});

describe('the input', () => {
  it.each([
    { at: '2026-12-01 09:00', zone: 'UTC' },
    { at: '2026-12-01T09:00Z', zone: 'UTC' },
    { at: '2026-12-01T09:00+03:30', zone: 'UTC' },
    { at: '2026-12-01T09:00', zone: '' },
    { at: '2026-12-01T09:00', zone: '+03:30' },
    { at: '2026-12-01T09:00', zone: 'x'.repeat(65) },
    { at: '2026-12-01T09:00', zone: 'UTC', repeat: 'daily' },
  ])('is not %j', (input) => expect(ScheduleInput.safeParse(input).success).toBe(false));
});
