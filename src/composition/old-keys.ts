/** Idempotency keys go after their time. */
import type { Receipts } from '../event-store/receipts.js';
import type { Logger } from '../platform/logging/logger.js';

const INTERVAL_MS = 10 * 60_000;
/** In one statement; as many statements follow as are needed. */
const KEYS_AT_ONCE = 1_000;
const HOUR_MS = 3_600_000;

/** Any number of processes may do this at once. Answers how to stop. */
export function deleteOldKeys(receipts: Receipts, keptHours: number, logger: Logger): () => Promise<void> {
  let isStopped = false;
  let running = Promise.resolve();
  const sweep = async () => {
    try {
      const before = new Date(Date.now() - keptHours * HOUR_MS);
      while (!isStopped && (await receipts.deleteBefore(before, KEYS_AT_ONCE)) === KEYS_AT_ONCE);
    } catch (err) {
      logger.warn({ err }, 'old idempotency keys were not deleted, trying again later');
    }
  };
  const timer = setInterval(() => (running = running.then(sweep)), INTERVAL_MS).unref();
  running = sweep();
  return async () => {
    isStopped = true;
    clearInterval(timer);
    await running;
  };
}
