/** Limits per user and minute; every answer of a limited route says what remains and when it resets. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiOptions } from '../api-options.js';
import { Problem } from '../problems/problem.js';
import { callerOf, type LimitClass, type Request } from '../requests/request.js';

const WINDOW_SECONDS = 60;

type Limited = LimitClass | 'auth';

export class RateLimits {
  private readonly limiters = new Map<Limited, RateLimiterMemory>();

  constructor(limits: ApiOptions['limits']) {
    for (const [name, points] of Object.entries(limits) as [Limited, number][])
      if (points > 0)
        this.limiters.set(name, new RateLimiterMemory({ points, duration: WINDOW_SECONDS, keyPrefix: name }));
  }

  /** Counts a request of a limited route against its user. Runs after authentication. */
  guard(server: FastifyInstance): void {
    server.addHook('onRequest', async (request, reply) => {
      const { limit } = request.routeOptions.config;
      if (!limit || request.is404) return;
      const { userId, workspaceId } = callerOf(request);
      await this.count(limit, `${workspaceId}:${userId}`, reply);
    });
  }

  /** Counts a failed sign-in against the address it came from. */
  async countFailure(request: Request): Promise<void> {
    await this.count('auth', request.ip, null);
  }

  /** Throws RATE_LIMITED. */
  private async count(name: Limited, who: string, reply: FastifyReply | null): Promise<void> {
    const limiter = this.limiters.get(name);
    if (!limiter) return;
    try {
      const counted = await limiter.consume(who);
      void reply?.headers(remaining(limiter.points, counted));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw new Problem('RATE_LIMITED', {
        detail: `${limiter.points} a minute are allowed here. Try again in ${retryAfterSeconds} s.`,
        extensions: { limit: limiter.points, retryAfterSeconds },
        headers: { ...remaining(limiter.points, error), 'retry-after': String(retryAfterSeconds) },
      });
    }
  }
}

function remaining(limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(Math.max(0, remainingPoints)),
    'ratelimit-reset': String(Math.ceil(msBeforeNext / 1_000)),
  };
}
