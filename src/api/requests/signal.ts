/** The end of a request, for whatever it makes wait. */
import type { Request } from './request.js';

/**
 * Its signal is made when somebody asks for it: most requests wait for nothing, and to abort a signal builds an
 * exception with its stack (3 % of the CPU time of a read).
 */
export class RequestEnd {
  /** Whether the request's own body is what is being waited for. */
  isBodyAwaited = false;
  private controller: AbortController | null = null;
  private hasCome = false;

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.hasCome) this.controller.abort();
    return this.controller.signal;
  }

  come(): void {
    this.hasCome = true;
    this.controller?.abort();
  }
}

/** Aborted when the client has gone, the time is up, or the answer has been given: whatever waits may stop. */
export function signalOf(request: Request): AbortSignal {
  if (!request.end) throw new Error('a request without an end');
  return request.end.signal;
}
