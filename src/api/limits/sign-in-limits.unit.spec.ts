import { describe, expect, it } from 'vitest';
import { memoryLimiterStore } from '../../platform/limits/limiter-store.js';
import type { Request } from '../requests/request.js';
import { SignInLimits } from './sign-in-limits.js';

const LIMIT = 3;
const HOME = '203.0.113.1';
const OWNER = 'owner@shop.example';

function limits(auth = LIMIT) {
  const signIns = new SignInLimits(
    { limits: { drafts: 0, executions: 0, reads: 0, auth } },
    memoryLimiterStore(),
  );
  const from = (ip: string) => ({ ip }) as Request;
  /** Whether a wrong password was looked at. */
  const wrong = (ip: string, account: string | null = OWNER) =>
    signIns.attempt(from(ip), account).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'RATE_LIMITED' });
        return false;
      },
    );
  const right = async (ip: string, account = OWNER) => (await signIns.attempt(from(ip), account)).succeeded();
  return { signIns, from, wrong, right };
}

const stranger = (turn: number) => `198.51.100.${turn}`;

describe('a wrong password', () => {
  it('is looked at so often from one address, whoever it is for', async () => {
    const { wrong } = limits();
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => wrong(HOME, turn % 2 ? null : `${turn}`)),
    );
    expect(seen.filter(Boolean)).toHaveLength(LIMIT);
    expect(await wrong(stranger(1), 'another')).toBe(true);
  });

  it('is looked at so often for one account, wherever it comes from', async () => {
    const { wrong } = limits();
    const seen = await Promise.all(Array.from({ length: 20 }, (_, turn) => wrong(stranger(turn))));
    expect(seen.filter(Boolean)).toHaveLength(LIMIT);
    expect(await wrong(stranger(30), ' Owner@SHOP.example')).toBe(false);
  });

  it('does not count where nothing is to', async () => {
    const { wrong } = limits(0);
    for (let turn = 0; turn < 50; turn += 1) expect(await wrong(HOME)).toBe(true);
  });
});

describe('the right password', () => {
  it('does not count', async () => {
    const { right, wrong } = limits();
    for (let turn = 0; turn < 10 * LIMIT; turn += 1) await right(HOME);
    expect(await wrong(HOME)).toBe(true);
  });

  it('does not give back what was guessed before it', async () => {
    const { right, wrong } = limits();
    await wrong(HOME);
    await wrong(HOME);
    await right(HOME);
    expect([await wrong(HOME), await wrong(HOME)]).toEqual([true, false]);
  });

  it('is taken at a place where the account is known, however strangers guess', async () => {
    const { right, wrong } = limits();
    await right(HOME);
    for (let turn = 0; turn < 20; turn += 1) await wrong(stranger(turn));
    expect(await wrong(stranger(40))).toBe(false);
    await right(HOME);
    // A guesser at home has no more guesses there than anywhere else.
    const seen = await Promise.all(Array.from({ length: 20 }, () => wrong(HOME)));
    expect(seen.filter(Boolean)).toHaveLength(LIMIT);
  });
});

describe('a wrong key', () => {
  it('is refused as such, and as one too many after that', async () => {
    const { signIns, from } = limits();
    for (let turn = 0; turn < LIMIT; turn += 1) await signIns.countFailure(from(HOME));
    await expect(signIns.countFailure(from(HOME))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'ratelimit-remaining': '0' },
    });
    await signIns.countFailure(from(stranger(1)));
  });

  it('keeps nobody at its address from signing in', async () => {
    const { signIns, from, wrong } = limits();
    for (let turn = 0; turn < 3 * LIMIT; turn += 1)
      await signIns.countFailure(from(HOME)).catch(() => undefined);
    expect(await wrong(HOME)).toBe(true);
  });
});
