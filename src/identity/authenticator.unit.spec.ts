import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Authenticator, CALLER_CACHE_MS, CALLERS_CACHED_MAX, type FoundCaller } from './authenticator.js';
import { callerOfRole } from './caller.js';

const [userId, workspaceId] = [randomUUID(), randomUUID()];
const found = (id: string = randomUUID(), expiresAtMs: number | null = null): FoundCaller => ({
  caller: callerOfRole({ userId, workspaceId, role: 'owner', credential: { kind: 'api-key', id } }),
  expiresAtMs,
});

function authenticatorOf(lookup: () => Promise<FoundCaller | null>) {
  const asked = { keys: 0, tokens: 0 };
  const clock = { now: 0 };
  const lookups = {
    byApiKey: () => ((asked.keys += 1), lookup()),
    byAccessToken: () => ((asked.tokens += 1), lookup()),
  };
  return { asked, clock, authenticator: new Authenticator(lookups, () => clock.now) };
}

it('looks up what has the form of an access token as one, and everything else as a key', async () => {
  const { asked, authenticator } = authenticatorOf(async () => found());
  await authenticator.authenticate('eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln');
  expect(asked).toEqual({ keys: 0, tokens: 1 });
  for (const key of ['dh_abc', 'eyJ.a', 'a.b.c', 'my key']) await authenticator.authenticate(key);
  expect(asked).toEqual({ keys: 4, tokens: 1 });
});

it('asks again once the answer is old, or what came has expired', async () => {
  let expiresAtMs: number | null = null;
  const { asked, clock, authenticator } = authenticatorOf(async () => found(randomUUID(), expiresAtMs));
  await authenticator.authenticate('key');
  clock.now += CALLER_CACHE_MS - 1;
  await authenticator.authenticate('key');
  expect(asked.keys).toBe(1);
  clock.now += 1;
  expiresAtMs = clock.now + 5;
  await authenticator.authenticate('key');
  clock.now += 5;
  await authenticator.authenticate('key');
  expect(asked.keys).toBe(3);
});

it.each([
  ['this key', (id: string) => ({ credentialId: id }), true],
  ['another key', () => ({ credentialId: randomUUID() }), false],
  ['its user', () => ({ userId }), true],
  ['its user in its workspace', () => ({ userId, workspaceId }), true],
  ['its user in another workspace', () => ({ userId, workspaceId: randomUUID() }), false],
  ['another user', () => ({ userId: randomUUID() }), false],
  ['nobody knows what', () => null, true],
] as const)('when %s is revoked, looks up anew: %s', async (_what, revoked, isAskedAgain) => {
  const id = randomUUID();
  const { asked, authenticator } = authenticatorOf(async () => found(id));
  await authenticator.authenticate('key');
  authenticator.forget(revoked(id));
  await authenticator.authenticate('key');
  expect(asked.keys).toBe(isAskedAgain ? 2 : 1);
});

it('does not keep what was looked up before a revocation and answered after it', async () => {
  const id = randomUUID();
  let answer!: (found: FoundCaller | null) => void;
  const answers = [new Promise<FoundCaller | null>((resolve) => (answer = resolve)), Promise.resolve(null)];
  const { authenticator } = authenticatorOf(() => answers.shift()!);
  const early = authenticator.authenticate('key');
  authenticator.forget({ credentialId: id });
  const late = authenticator.authenticate('key');
  answer(found(id));
  expect(await early).not.toBeNull();
  expect(await late).toBeNull();
});

it(`keeps ${CALLERS_CACHED_MAX} callers, the oldest goes first`, async () => {
  const { asked, authenticator } = authenticatorOf(async () => found());
  for (let key = 0; key <= CALLERS_CACHED_MAX; key++) await authenticator.authenticate(`key ${key}`);
  await authenticator.authenticate(`key ${CALLERS_CACHED_MAX}`);
  expect(asked.keys).toBe(CALLERS_CACHED_MAX + 1);
  await authenticator.authenticate('key 0');
  expect(asked.keys).toBe(CALLERS_CACHED_MAX + 2);
});
