import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { AccessTokens } from './access-tokens.js';
import { ACCESS_TOKEN_SECONDS } from './lifetimes.js';
import { KEY_AGE_MS_MAX, KEY_SUPERSEDED_MS_MAX, KEYS_CACHED_MS, SigningKeys } from './signing-keys.js';

let test: TestDatabase;
let clock: number;
const now = () => new Date(clock);
/** A process of its own. */
const started = () => new SigningKeys(test.database, now);
const claims = {
  userId: '0197a000-0000-7000-8000-0000000000b1',
  sessionId: '0197a000-0000-7000-8000-0000000000c1',
  workspaceId: '0197a000-0000-7000-8000-0000000000a1',
};

beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test?.drop());
beforeEach(async () => {
  clock = Date.parse('2026-03-01T10:00:00.000Z');
  await test.database.query('DELETE FROM access_token_keys');
});

describe('keys of access tokens', () => {
  it('are one, made by whoever needs it first', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => started().newest()));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    expect((await started().jwks()).keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: keys[0]!.kid, alg: 'EdDSA', use: 'sig' },
    ]);
  });

  it('are followed by one other when they are old, in all processes together', async () => {
    const processes = Array.from({ length: 4 }, started);
    const [old] = await Promise.all(processes.map((keys) => keys.newest()));
    clock += KEY_AGE_MS_MAX;
    const next = await Promise.all(processes.map((keys) => keys.newest()));
    expect(new Set(next.map(({ kid }) => kid)).size).toBe(1);
    expect(next[0]!.kid).not.toBe(old!.kid);
    const { keys } = await started().jwks();
    expect(keys.map(({ kid }) => kid)).toEqual([next[0]!.kid, old!.kid]);
  });

  it('verify until the last token they signed has expired, and are gone after that', async () => {
    const [signer, other] = [started(), started()];
    const old = await new AccessTokens(signer, now).issue(claims);
    await other.rotate();
    // The process that has not noticed signs with the old key meanwhile.
    clock += KEYS_CACHED_MS - 1;
    const late = await new AccessTokens(signer, now).issue(claims);
    clock += (ACCESS_TOKEN_SECONDS - KEYS_CACHED_MS / 1_000) * 1_000;
    const verifying = new AccessTokens(other, now);
    expect(await verifying.verify(old)).toMatchObject(claims);
    clock += KEYS_CACHED_MS - 1_000;
    expect(await verifying.verify(late)).toMatchObject(claims);
    clock += KEY_SUPERSEDED_MS_MAX;
    expect((await other.jwks()).keys).toHaveLength(1);
    await other.rotate();
    const { rows } = await test.database.query('SELECT kid FROM access_token_keys');
    expect(rows).toHaveLength(2);
  });

  it('of another process are found at once', async () => {
    const [one, two] = [started(), started()];
    await two.newest();
    await one.rotate();
    const token = await new AccessTokens(one, now).issue(claims);
    expect(await new AccessTokens(two, now).verify(token)).toMatchObject(claims);
  });

  it('that were taken out of the table by hand verify nothing a minute later', async () => {
    const keys = started();
    const tokens = new AccessTokens(keys, now);
    const token = await tokens.issue(claims);
    await test.database.query('DELETE FROM access_token_keys');
    clock += KEYS_CACHED_MS;
    expect(await tokens.verify(token)).toBeNull();
  });
});
