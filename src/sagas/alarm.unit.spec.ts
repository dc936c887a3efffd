import { expect, it } from 'vitest';
import { alarmAgain, CLOCK_DIFFERENCE_MS_MAX } from './alarm.js';

const DUE = '2026-03-01T10:00:00.000Z';
const before = (ms: number) => new Date(Date.parse(DUE) - ms);

it('an alarm that came early by a difference of clocks comes again by as much later, when it is due here too', () => {
  expect(alarmAgain(DUE, before(2_500))).toBe('2026-03-01T10:00:02.500Z');
  expect(alarmAgain(DUE, before(CLOCK_DIFFERENCE_MS_MAX))).toBe('2026-03-01T10:01:00.000Z');
});

it('one that came much too early is for another time, and comes at that', () =>
  expect(alarmAgain(DUE, before(CLOCK_DIFFERENCE_MS_MAX + 1))).toBe(DUE));

it('one that is due comes at once', () => expect(alarmAgain(DUE, before(-1))).toBe(DUE));
