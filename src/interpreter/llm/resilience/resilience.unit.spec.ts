import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ModelError } from '../client/model-error.js';
import { ModelBreaker } from './model-breaker.js';
import { RequestGate } from './request-gate.js';
import { withRetries } from './retry.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const failing = (code: ConstructorParameters<typeof ModelError>[0], retryAfterMs?: number) => () =>
  Promise.reject(new ModelError(code, 'planted', retryAfterMs === undefined ? {} : { retryAfterMs }));

/** Runs at most so much time until the promise is settled. */
async function settled<Value>(promise: Promise<Value>, ms = 60_000): Promise<PromiseSettledResult<Value>> {
  const [[result]] = await Promise.all([Promise.allSettled([promise]), vi.advanceTimersByTimeAsync(ms)]);
  return result as PromiseSettledResult<Value>;
}

describe('retries', () => {
  const POLICY = { triesMax: 3, baseMs: 100, waitMsMax: 1_000, retryAfterMsMax: 5_000 };
  const triesOf = async (work: () => Promise<never>) => {
    const startedAt = Date.now();
    const at: number[] = [];
    const counted = () => {
      at.push(Date.now() - startedAt);
      return work();
    };
    const clock = {
      now: () => Date.now(),
      after: (ms: number, call: () => void) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    };
    await settled(withRetries(counted, undefined, POLICY, { clock, random: () => 0.5 }));
    return at;
  };

  it('wait longer each time, a drawn share of a growing bound', async () => {
    expect(await triesOf(failing('network'))).toEqual([0, 50, 150]);
  });

  it('wait as long as the server asks', async () => {
    expect(await triesOf(failing('rate_limited', 2_000))).toEqual([0, 2_050, 4_150]);
  });

  it('do not wait for a server that asks for too long', async () => {
    expect(await triesOf(failing('rate_limited', 6_000))).toEqual([0]);
  });

  it.each(['rejected', 'not_an_answer', 'timeout', 'cancelled', 'breaker_open'] as const)(
    'do not follow %s',
    async (code) => {
      expect(await triesOf(failing(code))).toEqual([0]);
    },
  );

  it('end when the draft is cancelled', async () => {
    const cancel = new AbortController();
    const result = withRetries(failing('network'), cancel.signal, {
      ...POLICY,
      baseMs: 1_000_000,
      waitMsMax: 1_000_000,
    });
    setTimeout(() => cancel.abort(), 10);
    expect(await settled(result, 100)).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  });
});

describe('the breaker', () => {
  const states: string[] = [];
  let breaker: ModelBreaker;
  beforeEach(() => {
    states.length = 0;
    breaker = new ModelBreaker('m', { breakerChanged: (_, state) => states.push(state) });
  });
  afterEach(() => breaker.close());
  const fire = (work: () => Promise<unknown>) => breaker.run(work).catch((error: ModelError) => error.code);
  const fails = async (times: number, code: 'network' | 'rejected' | 'not_an_answer' = 'network') => {
    for (let at = 0; at < times; at++) await fire(failing(code));
  };

  it('opens when half of at least four requests fail', async () => {
    await fails(3);
    expect(breaker.state).toBe('closed');
    await fails(1);
    expect(breaker.state).toBe('open');
    expect(await fire(async () => 'well')).toBe('breaker_open');
  });

  it.each(['rejected', 'not_an_answer'] as const)('does not count %s: the server is up', async (code) => {
    await fails(10, code);
    expect(breaker.state).toBe('closed');
  });

  it('lets one request through after ten seconds, and closes when that is answered', async () => {
    await fails(4);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(breaker.state).toBe('half_open');
    expect(await fire(async () => 'well')).toBe('well');
    expect(states).toEqual(['closed', 'open', 'half_open', 'closed']);
  });

  it('stays open when the one request fails, or is called off', async () => {
    for (const code of ['network', 'cancelled'] as const) {
      await fails(4);
      await vi.advanceTimersByTimeAsync(10_000);
      await fire(failing(code));
      expect(breaker.state, code).toBe('open');
    }
  });
});

describe('the gate', () => {
  const gate = (limits: Partial<ConstructorParameters<typeof RequestGate>[0]>) => {
    const clock = {
      now: () => Date.now(),
      after: (ms: number, call: () => void) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    };
    return new RequestGate({ concurrency: 2, requestsPerMinute: 0, waitingMax: 2, ...limits }, clock);
  };
  const taking = (ms: number) => () =>
    new Promise<number>((resolve) => setTimeout(() => resolve(Date.now()), ms));

  it('lets so many through at once, the others in order', async () => {
    const one = gate({ concurrency: 1 });
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(name);
      await taking(10)();
    };
    await settled(Promise.all([one.run(work('a')), one.run(work('b')), one.run(work('c'))]));
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('refuses at once when the line is full, and serves the rest', async () => {
    const one = gate({ concurrency: 1, waitingMax: 1 });
    const results = await settled(
      Promise.allSettled([one.run(taking(10)), one.run(taking(10)), one.run(taking(10))]),
    );
    const statuses = results.status === 'fulfilled' ? results.value.map(({ status }) => status) : [];
    expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('keeps to so many a minute', async () => {
    const startedAt = Date.now();
    const slow = gate({ requestsPerMinute: 2 });
    const ended = await settled(
      Promise.all([slow.run(taking(0)), slow.run(taking(0)), slow.run(taking(0))]),
      120_000,
    );
    const times = ended.status === 'fulfilled' ? ended.value.map((at) => at - startedAt) : [];
    expect(times[1]).toBeLessThan(100);
    expect(times[2]).toBeGreaterThanOrEqual(60_000);
  });

  it('lets go of whoever gives up waiting', async () => {
    const one = gate({ concurrency: 1 });
    const cancel = new AbortController();
    const first = one.run(taking(50));
    const second = one.run(taking(0), cancel.signal);
    const third = one.run(taking(0));
    cancel.abort();
    const results = await settled(Promise.allSettled([first, second, third]));
    const statuses = results.status === 'fulfilled' ? results.value.map(({ status }) => status) : [];
    expect(statuses).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('goes on after work that throws', async () => {
    const one = gate({ concurrency: 1 });
    await expect(one.run(failing('network'))).rejects.toThrow();
    expect(await settled(one.run(taking(0)))).toMatchObject({ status: 'fulfilled' });
  });
});
