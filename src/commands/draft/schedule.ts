/**
 * A time on somebody's wall → the moment that is meant. A time that a clock change skips is refused, because nobody's
 * clock will ever show it; of one that a clock change repeats, the first is meant. The moment is fixed at that: a country
 * that changes its rules afterwards does not move it.
 */
import { Temporal } from '@js-temporal/polyfill';
import { z } from 'zod';
import type { Schedule } from '../../events/draft.events.js';
import { refuse } from '../decision.js';

export const SCHEDULE_DAYS_MAX = 366;
export const ZONE_CHARS_MAX = 64;

export const ScheduleInput = z.strictObject({
  at: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, 'a time without a zone: 2026-12-01T09:00')
    .describe('What the clock there will show: `2026-12-01T09:00`'),
  zone: z
    .string()
    .min(1)
    .max(ZONE_CHARS_MAX)
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, 'the name of a time zone')
    .describe('IANA name of a time zone: `Asia/Tehran`'),
});
export type ScheduleInput = z.infer<typeof ScheduleInput>;

export type ScheduleRefusal = {
  code: 'SCHEDULE_INVALID';
  reason: 'no_such_time' | 'zone_unknown' | 'time_skipped' | 'past' | 'too_far';
};

const invalid = (reason: ScheduleRefusal['reason']) => refuse({ code: 'SCHEDULE_INVALID', reason });

/** `now`: ISO 8601, UTC. */
export function scheduled(
  { at, zone }: ScheduleInput,
  now: string,
): { accepted: true; schedule: Schedule } | { accepted: false; refusal: ScheduleRefusal } {
  const moment = momentOf(at, zone);
  if (typeof moment === 'string') return invalid(moment);
  const runAt = moment.toString({ smallestUnit: 'millisecond' });
  if (runAt <= now) return invalid('past');
  const latest = Temporal.Instant.from(now).add({ hours: SCHEDULE_DAYS_MAX * 24 });
  if (Temporal.Instant.compare(moment, latest) > 0) return invalid('too_far');
  return { accepted: true, schedule: { at, zone, runAt } };
}

function momentOf(
  at: string,
  zone: string,
): Temporal.Instant | 'no_such_time' | 'zone_unknown' | 'time_skipped' {
  let time: Temporal.PlainDateTime;
  try {
    time = Temporal.PlainDateTime.from(at, { overflow: 'reject' });
  } catch {
    return 'no_such_time';
  }
  try {
    const there = time.toZonedDateTime(zone, { disambiguation: 'earlier' });
    return there.toPlainDateTime().equals(time) ? there.toInstant() : 'time_skipped';
  } catch {
    return 'zone_unknown';
  }
}
