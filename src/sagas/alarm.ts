/** Alarms of things that fall due: jobs that run at a time. */

/** Clocks of one installation differ by less; whoever is earlier than this was given another time meanwhile. */
export const CLOCK_DIFFERENCE_MS_MAX = 60_000;

/**
 * When to look again at something whose alarm came before its time (ISO 8601, UTC). Jobs run by the database's clock: where
 * that is ahead of ours, the alarm goes off by as much too early, and would at once again.
 */
export function alarmAgain(dueAt: string, now: Date): string {
  const earlyMs = Date.parse(dueAt) - now.getTime();
  if (earlyMs <= 0 || earlyMs > CLOCK_DIFFERENCE_MS_MAX) return dueAt;
  return new Date(Date.parse(dueAt) + earlyMs).toISOString();
}
