/** The end of a request, for whatever it makes wait. */
import type { Request } from './request.js';

const signals = new WeakMap<Request, AbortSignal>();

export const giveSignal = (request: Request, signal: AbortSignal) => void signals.set(request, signal);

/** Aborted when the client has gone, the time is up, or the answer has been given: whatever waits may stop. */
export function signalOf(request: Request): AbortSignal {
  const signal = signals.get(request);
  if (!signal) throw new Error('a request without an end');
  return signal;
}
