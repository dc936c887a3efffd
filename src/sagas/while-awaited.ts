/** Slow work that is given up as soon as its draft no longer waits for it: cancelled, or moved on. */
import type { DraftWork } from './draft-work.js';

/** A draft that was cancelled keeps a service busy for at most this long. */
export const CANCELLED_LOOK_MS = 500;

/** `signal`: nobody waits any more (`isCancelled`), or the process is to end. */
export interface Awaited {
  signal: AbortSignal;
  isCancelled(): boolean;
}

/** Runs `work` and looks beside it. Rejects and resolves as `work` does. */
export async function whileAwaited<Result>(
  draft: Pick<DraftWork, 'isAwaited'>,
  ended: AbortSignal,
  work: (awaited: Awaited) => Promise<Result>,
): Promise<Result> {
  const cancelled = new AbortController();
  const watch = watching(draft, cancelled);
  try {
    const signal = AbortSignal.any([cancelled.signal, ended]);
    return await work({ signal, isCancelled: () => cancelled.signal.aborted });
  } finally {
    clearInterval(watch);
  }
}

/** Looks now and then, because whoever cancels may be any process: a poll is bounded where a signal may be lost. */
function watching(draft: Pick<DraftWork, 'isAwaited'>, cancelled: AbortController): NodeJS.Timeout {
  let isLooking = false;
  return setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    draft
      .isAwaited()
      .then(
        (isAwaited) => isAwaited || cancelled.abort(new Error('the draft no longer waits for this')),
        // A database that does not answer cancels nothing.
        () => undefined,
      )
      .finally(() => (isLooking = false));
  }, CANCELLED_LOOK_MS);
}
