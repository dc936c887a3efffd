import { describe, expect, it } from 'vitest';
import { PHONES, vocabularyOf } from '../rules/testing/vocabularies.js';
import { costOf, isSpent, sumOf } from './accounting.js';
import { userWords } from './guard/user-words.js';
import { ReplyCache } from './reply-cache.js';
import { complexityOf, planFor, routeOf } from './routing.js';

const MODELS = ['large', 'middle', 'small'];
const complexity = (prompt: string, turns = 0) =>
  complexityOf(userWords([prompt], { vocabulary: vocabularyOf(PHONES), skus: [] }), turns);

describe('a route', () => {
  it.each([
    ['offline', 'simple', false, []],
    ['unsure', 'simple', true, []],
    ['unsure', 'complex', false, ['small', 'middle', 'large']],
    ['cheapest-first', 'simple', true, ['small', 'middle', 'large']],
    ['cheapest-first', 'complex', true, MODELS],
    ['best-first', 'simple', true, MODELS],
  ] as const)('by the plan %s for a %s sentence', (plan, how, isOfflineSure, models) => {
    expect(routeOf(plan, how, MODELS, isOfflineSure)).toEqual({ plan, complexity: how, models });
  });

  it('takes the plan of the tier, or everybody else’s', () => {
    const routing = { '*': 'unsure', pro: 'best-first' } as const;
    expect(['pro', 'free', undefined, 'toString'].map((tier) => planFor(routing, tier))).toEqual([
      'best-first',
      'unsure',
      'unsure',
      'unsure',
    ]);
  });

  it('calls complex what has many parts to keep apart', () => {
    expect(complexity('raise silver phones by 10%')).toBe('simple');
    expect(complexity('گوشی‌های نقره‌ای رو ۱۰ درصد گرون کن')).toBe('simple');
    expect(
      complexity(
        'for phones over 500 and under 900 except silver or black ones raise price by 5% and set stock to 3',
      ),
    ).toBe('complex');
  });
});

describe('costs', () => {
  const prices = { m: { inputPerMillion: '0.15', outputPerMillion: '0.6' } };

  it('are exact decimals', () => {
    expect(costOf('m', { promptTokens: 1, completionTokens: 0 }, prices)).toBe('0.00000015');
    expect(costOf('m', { promptTokens: 1_000_000, completionTokens: 500_000 }, prices)).toBe('0.45');
    expect(sumOf(['0.1', '0.2'])).toBe('0.3');
  });

  it('are nothing for a model without a price', () => {
    expect(costOf('toString', { promptTokens: 9, completionTokens: 9 }, prices)).toBe('0');
  });

  it('spend a budget to the last of it', () => {
    expect(isSpent(undefined, ['5'])).toBe(false);
    expect(isSpent('0.3', ['0.1', '0.1'])).toBe(false);
    expect(isSpent('0.3', ['0.1', '0.2'])).toBe(true);
    expect(isSpent('0')).toBe(true);
  });
});

describe('remembered answers', () => {
  const always = () => true;
  const fresh = (now = () => 0) => new ReplyCache<number>({ ttlMs: 100, entriesMax: 2, now });
  const value = (cache: ReplyCache<number>, key: string, made: number) =>
    cache.get(key, async () => made, always);

  it('last for their time', async () => {
    let now = 0;
    const cache = fresh(() => now);
    await value(cache, 'a', 1);
    now = 99;
    expect(await value(cache, 'a', 2)).toEqual({ value: 1, shared: true });
    now = 100;
    expect(await value(cache, 'a', 3)).toEqual({ value: 3, shared: false });
  });

  it('are bounded: the one used longest ago goes', async () => {
    const cache = fresh();
    for (const key of ['a', 'b', 'a', 'c']) await value(cache, key, 1);
    expect((await value(cache, 'a', 2)).shared).toBe(true);
    expect((await value(cache, 'b', 2)).shared).toBe(false);
  });

  it('are asked for once, however many wait', async () => {
    const cache = fresh();
    let made = 0;
    const make = async () => ++made;
    const all = await Promise.all(Array.from({ length: 20 }, () => cache.get('a', make, always)));
    expect(made).toBe(1);
    expect(all.filter(({ shared }) => !shared)).toHaveLength(1);
  });

  it('are given up when nobody waits any more, and only then', async () => {
    const cache = fresh();
    const aborted: string[] = [];
    const never = (signal: AbortSignal) =>
      new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('aborted');
          reject(new Error('aborted'));
        });
      });
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) => cache.get('a', never, always, signal));
    first.abort(new Error('first'));
    await expect(waiting[0]).rejects.toThrow('first');
    expect(aborted).toEqual([]);
    second.abort(new Error('second'));
    await expect(waiting[1]).rejects.toThrow('second');
    expect(aborted).toEqual(['aborted']);
    expect(await value(cache, 'a', 5)).toEqual({ value: 5, shared: false });
  });

  it('are not made of failures', async () => {
    const cache = fresh();
    await expect(cache.get('a', () => Promise.reject(new Error('no')), always)).rejects.toThrow('no');
    expect(await value(cache, 'a', 1)).toEqual({ value: 1, shared: false });
  });
});
