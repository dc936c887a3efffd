/**
 * What an answer says of a limit. `RateLimit-Limit`, `-Remaining` and `-Reset` are what clients know; `RateLimit-Policy`
 * and `RateLimit` are what the IETF's draft has made of them (draft-ietf-httpapi-ratelimit-headers).
 */
import type { RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../problems/problem.js';

export const WINDOW_SECONDS = 60;

export const LIMIT_HEADERS = [
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'ratelimit-policy',
  'ratelimit',
] as const;

/** `name`: of the policy; letters only. */
export function limitHeaders(
  name: string,
  limit: number,
  { remainingPoints, msBeforeNext }: Pick<RateLimiterRes, 'remainingPoints' | 'msBeforeNext'>,
): Record<(typeof LIMIT_HEADERS)[number], string> {
  const remaining = Math.max(0, remainingPoints);
  const resetSeconds = Math.ceil(Math.max(0, msBeforeNext) / 1_000);
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
    'ratelimit-policy': `"${name}";q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
  };
}

export function rateLimited(name: string, limit: number, counted: RateLimiterRes): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1_000));
  return new Problem('RATE_LIMITED', {
    detail: `${limit} a minute are allowed here. Try again in ${retryAfterSeconds} s.`,
    extensions: { limit, retryAfterSeconds },
    headers: { ...limitHeaders(name, limit, counted), 'retry-after': String(retryAfterSeconds) },
  });
}
