/**
 * How a request to a model failed. Messages are ours alone: what a server, a library or a proxy says may hold the key
 * or the user's words, so none of it is passed on, not even as a cause.
 */
export const MODEL_ERROR_CODES = [
  'network',
  'timeout',
  'rate_limited',
  'server_error',
  'rejected',
  'not_an_answer',
  'breaker_open',
  'cancelled',
] as const;
export type ModelErrorCode = (typeof MODEL_ERROR_CODES)[number];

export class ModelError extends Error {
  /** HTTP status, where the server answered. */
  readonly status: number | null;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | null;
  /** The part of the request that a 400 names, where it is one of ours. */
  readonly param: string | null;

  constructor(
    readonly code: ModelErrorCode,
    message: string,
    facts: { status?: number; retryAfterMs?: number | null; param?: string | null } = {},
  ) {
    super(message);
    this.name = 'ModelError';
    this.status = facts.status ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.param = facts.param ?? null;
  }

  /** May the same request succeed a little later? */
  get isTransient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

const TRANSIENT: ReadonlySet<ModelErrorCode> = new Set([
  'network',
  'timeout',
  'rate_limited',
  'server_error',
]);

export function isModelError(error: unknown): error is ModelError {
  return error instanceof ModelError;
}
