/** What every store of limits promises, alone or with another process beside it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { LimiterStore } from '../../src/platform/limits/limiter-store.js';
import { until } from '../support/until.js';

const POINTS = 5;

/** `open`: a store as a process has it; stores that are `shared` count together. */
export function limiterStoreContract(open: () => LimiterStore, { shared }: { shared: boolean }): void {
  describe('a limit', () => {
    let one: LimiterStore;
    let other: LimiterStore;
    beforeAll(() => {
      one = open();
      other = open();
    });
    afterAll(async () => {
      await one?.close();
      await other?.close();
    });

    const options = (name: string) => ({ name, points: POINTS, durationSeconds: 60, blockAt: POINTS });
    const allowed = async (work: Promise<RateLimiterRes>) =>
      work.then(
        () => true,
        (error: unknown) => {
          if (error instanceof RateLimiterRes) return false;
          throw error;
        },
      );

    it('lets as many pass as it says, however many come at once', async () => {
      const limiters = (shared ? [one, other] : [one]).map((store) => store.limiter(options('burst')));
      const key = randomUUID();
      const passed = await Promise.all(
        Array.from({ length: 100 }, (_, turn) => allowed(limiters[turn % limiters.length]!.consume(key))),
      );
      expect(passed.filter(Boolean)).toHaveLength(POINTS);
    });

    it('counts keys and names apart', async () => {
      const [reads, drafts] = [one.limiter(options('reads')), one.limiter(options('drafts'))];
      const key = randomUUID();
      for (let turn = 0; turn < POINTS; turn += 1) await reads.consume(key);
      expect(await allowed(reads.consume(key))).toBe(false);
      expect(await allowed(reads.consume(randomUUID()))).toBe(true);
      expect(await allowed(drafts.consume(key))).toBe(true);
    });

    it('says what remains and when it resets', async () => {
      const limiter = one.limiter(options('told'));
      const counted = await limiter.consume(randomUUID());
      expect(counted.remainingPoints).toBe(POINTS - 1);
      expect(counted.msBeforeNext).toBeGreaterThan(55_000);
      expect(counted.msBeforeNext).toBeLessThanOrEqual(60_000);
    });

    it('begins anew after its window', async () => {
      const limiter = one.limiter({ ...options('short'), durationSeconds: 1 });
      const key = randomUUID();
      for (let turn = 0; turn < POINTS; turn += 1) await limiter.consume(key);
      expect(await allowed(limiter.consume(key))).toBe(false);
      await until('the window is over', () => allowed(limiter.consume(key)));
    });

    it('takes points back', async () => {
      const limiter = one.limiter({ ...options('back'), blockAt: 2 * POINTS + 1 });
      const key = randomUUID();
      for (let turn = 0; turn < POINTS; turn += 1) await limiter.consume(key);
      await limiter.reward(key);
      expect([await allowed(limiter.consume(key)), await allowed(limiter.consume(key))]).toEqual([
        true,
        false,
      ]);
    });
  });
}
