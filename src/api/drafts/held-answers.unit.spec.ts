import { describe, expect, it } from 'vitest';
import { HeldAnswers } from './held-answers.js';

describe('answers that are held', () => {
  const never = () => Promise.withResolvers<string>();
  const atOnce = async () => 'at once';

  it('are at most so many of one user; the next is given at once, and others wait as ever', async () => {
    const held = new HeldAnswers(2);
    const waits = [never(), never()];
    const answers = waits.map(({ promise }) => held.hold('ada', () => promise, atOnce));
    expect(await held.hold('ada', () => never().promise, atOnce)).toBe('at once');
    expect(await held.hold('eve', async () => 'waited', atOnce)).toBe('waited');
    waits[0]!.resolve('waited');
    expect(await answers[0]).toBe('waited');
    expect(await held.hold('ada', async () => 'waited', atOnce)).toBe('waited');
    waits[1]!.resolve('waited');
    expect(await answers[1]).toBe('waited');
  });

  it('make room when they fail', async () => {
    const held = new HeldAnswers(1);
    const failing = () => Promise.reject(new Error('away'));
    await expect(held.hold('ada', failing, atOnce)).rejects.toThrow('away');
    expect(await held.hold('ada', async () => 'waited', atOnce)).toBe('waited');
  });
});
