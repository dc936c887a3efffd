/** Limits per user and minute; every answer of a limited route says what remains and when it resets. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { LIMITER_STORE, type LimiterStore } from '../../platform/limits/limiter-store.js';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { callerOf, type LimitClass } from '../requests/request.js';
import { limitHeaders, rateLimited, WINDOW_SECONDS } from './limit-answers.js';

const CLASSES: readonly LimitClass[] = ['drafts', 'executions', 'reads'];

@Injectable()
export class RateLimits {
  private readonly limiters = new Map<LimitClass, RateLimiterAbstract>();

  constructor(
    @Inject(API_OPTIONS) { limits }: Pick<ApiOptions, 'limits'>,
    @Inject(LIMITER_STORE) store: LimiterStore,
  ) {
    for (const name of CLASSES) {
      const points = limits[name];
      const options = { name, points, durationSeconds: WINDOW_SECONDS, blockAt: points };
      if (points > 0) this.limiters.set(name, store.limiter(options));
    }
  }

  /**
   * Counts a request of a limited route against its user, however they came: several keys of one user count together.
   * Runs after authentication, before any body is read. Refuses with RATE_LIMITED.
   */
  guard(server: FastifyInstance): void {
    server.addHook('onRequest', async (request, reply) => {
      const { limit } = request.routeOptions.config;
      const limiter = limit && !request.is404 ? this.limiters.get(limit) : undefined;
      if (!limit || !limiter) return;
      const { userId, workspaceId } = callerOf(request);
      try {
        const counted = await limiter.consume(`${workspaceId}:${userId}`);
        void reply.headers(limitHeaders(limit, limiter.points, counted));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw rateLimited(limit, limiter.points, error);
      }
    });
  }
}
