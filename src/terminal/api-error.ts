/** What can go wrong between this client and a server, as facts to branch on. */

/** The server said no, in a problem document (RFC 9457). `code` is from the API's closed list. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly traceId: string | null;
  readonly retryAfterSeconds: number | null;
  /** The whole document: some codes carry facts of their own. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(
    document: Record<string, unknown>,
    { status, retryAfter }: { status: number; retryAfter: string | null },
  ) {
    const text = (key: string): string | null => (typeof document[key] === 'string' ? document[key] : null);
    super(text('detail') ?? text('title') ?? `the server answered ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = text('code') ?? 'UNKNOWN';
    this.traceId = text('traceId');
    this.document = document;
    this.retryAfterSeconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null;
  }
}

/** No answer: nothing listens there, the connection broke, or the time was up. */
export class ServerUnreachable extends Error {
  constructor(
    readonly url: string,
    readonly reason: string,
    options: { cause: unknown },
  ) {
    super(`no answer from ${url} (${reason})`, options);
    this.name = 'ServerUnreachable';
  }
}

/** Something answered, but not as Drafthorse does: a proxy, another program, another version. */
export class UnexpectedAnswer extends Error {
  constructor(
    readonly url: string,
    readonly status: number,
  ) {
    super(`${url} answered ${status} with something Drafthorse does not say; is it the right address?`);
    this.name = 'UnexpectedAnswer';
  }
}

/** A wait that ended without what was waited for. The server may still get there. */
export class WaitedInVain extends Error {
  constructor(
    readonly what: string,
    readonly timeoutMs: number,
  ) {
    super(`waited ${Math.round(timeoutMs / 1_000)} s in vain for ${what}`);
    this.name = 'WaitedInVain';
  }
}
