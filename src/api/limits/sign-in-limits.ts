/**
 * How often somebody may be wrong about who they are, by account and by address; ADR 0051.
 *
 * Whatever looks at a password reserves an attempt first and gives it back when it was right, so that a burst gets no more
 * guesses than a queue does. A key or a refresh token is counted after it turned out to be wrong: no limit
 * helps to guess 128 bits, and one who has the right key must not wait for others.
 */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { LIMITER_STORE, type LimiterStore } from '../../platform/limits/limiter-store.js';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import type { Request } from '../requests/request.js';
import { addressKey } from './client-address.js';
import { rateLimited, WINDOW_SECONDS } from './limit-answers.js';

/** How long an account is known at an address where it signed in; timers in memory reach no further than 24 days. */
const KNOWN_SECONDS = 14 * 86_400;

/** One look at a password. */
export interface SignInAttempt {
  /** The password was right: the attempt does not count, and the account is known at this address from now on. */
  succeeded(): Promise<void>;
}

const FREE: SignInAttempt = { succeeded: () => Promise.resolve() };

@Injectable()
export class SignInLimits {
  private readonly counting: Counting | null;

  constructor(
    @Inject(API_OPTIONS) { limits }: Pick<ApiOptions, 'limits'>,
    @Inject(LIMITER_STORE) store: LimiterStore,
  ) {
    this.counting = limits.auth > 0 ? countingIn(store, limits.auth) : null;
  }

  /**
   * Reserves one attempt, before anything is compared. `account`: what names it in the request, whether it exists or
   * not, in any spelling that means the same; null where none is named, as by an invitation. Throws RATE_LIMITED.
   */
  async attempt(request: Request, account: string | null): Promise<SignInAttempt> {
    if (!this.counting) return FREE;
    const { byAddress, byAccount, byBoth, known } = this.counting;
    const address = addressKey(request.ip);
    const reserved: [RateLimiterAbstract, string][] = [];
    const reserve = async (limiter: RateLimiterAbstract, key: string) => {
      await consume(limiter, key);
      reserved.push([limiter, key]);
    };
    await reserve(byAddress, address);
    if (account === null) return { succeeded: () => giveBack(reserved) };
    const accountKey = hashed(account.trim().toLowerCase());
    const both = hashed(`${accountKey} ${address}`);
    // Whoever is guessing at an account from elsewhere uses up what strangers may guess, not what its owner may mistype.
    const isKnown = (await known.get(both)) !== null;
    await reserve(isKnown ? byBoth : byAccount, isKnown ? both : accountKey);
    return {
      succeeded: async () => {
        await giveBack(reserved);
        await known.set(both, 1, KNOWN_SECONDS);
      },
    };
  }

  /** Counts a wrong key or refresh token against the address it came from. Throws RATE_LIMITED where there were too many. */
  async countFailure(request: Request): Promise<void> {
    if (this.counting) await consume(this.counting.keys, addressKey(request.ip));
  }
}

interface Counting {
  byAddress: RateLimiterAbstract;
  /** Wrong keys by address; apart, so that an old key in a script locks nobody out who signs in beside it. */
  keys: RateLimiterAbstract;
  /** From addresses where the account has not signed in. */
  byAccount: RateLimiterAbstract;
  /** From an address where it has. */
  byBoth: RateLimiterAbstract;
  known: RateLimiterAbstract;
}

function countingIn(store: LimiterStore, points: number): Counting {
  // As many as were allowed may be given back; beyond twice as many, it is over whatever comes back.
  const window = { points, durationSeconds: WINDOW_SECONDS, blockAt: 2 * points + 1 };
  return {
    byAddress: store.limiter({ name: 'auth', ...window }),
    keys: store.limiter({ name: 'auth-keys', ...window }),
    byAccount: store.limiter({ name: 'auth-account', ...window }),
    byBoth: store.limiter({ name: 'auth-both', ...window }),
    known: store.limiter({ name: 'auth-known', points: 1, durationSeconds: KNOWN_SECONDS, blockAt: 2 }),
  };
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    throw error instanceof RateLimiterRes ? rateLimited('auth', limiter.points, error) : error;
  }
}

async function giveBack(reserved: [RateLimiterAbstract, string][]): Promise<void> {
  await Promise.all(reserved.map(([limiter, key]) => limiter.reward(key)));
}

const hashed = (text: string) => createHash('sha256').update(text).digest('hex');
