import { describe, expect, it } from 'vitest';
import { modelsAsked } from '../../../test/support/draft-events.js';
import { ATTEMPTS_SHOWN_MAX, withAsked } from './models-view.js';

describe('what a draft has taken of models', () => {
  it('adds up over the readings of its conversation', () => {
    const once = withAsked(null, modelsAsked().data);
    expect(once).toMatchObject({
      asked: 2,
      promptTokens: 1_800,
      completionTokens: 90,
      cost: '0.00303',
      latencyMs: 2_000,
      degraded: null,
    });
    const twice = withAsked(once, modelsAsked({ degraded: 'budget_spent', attempts: [] }).data);
    expect(twice).toMatchObject({ asked: 2, cost: '0.00303', degraded: 'budget_spent' });
    expect(withAsked(twice, modelsAsked().data)).toMatchObject({ asked: 4, cost: '0.00606' });
  });

  it('shows so many requests and no more, and sums over all', () => {
    const rounds = ATTEMPTS_SHOWN_MAX / 2 + 1;
    let view = withAsked(null, modelsAsked().data);
    for (let round = 1; round < rounds; round++) view = withAsked(view, modelsAsked().data);
    expect(view.attempts).toHaveLength(ATTEMPTS_SHOWN_MAX);
    expect(view.asked).toBe(2 * rounds);
  });
});
