/**
 * Access and refresh tokens that are not what they say: made, changed, swapped, old, or of somebody who has left. Each is
 * answered 401 with a problem document, and nothing has changed by it.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { anonymous, invite, login, signUp, type Tokens } from './people.js';

const HOUR_SECONDS = 3_600;
/** PKCS #8 (RFC 8410) of an Ed25519 key, up to its 32 bytes. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

let server: TestServer;
let owner: ApiClient;
let member: { email: string; password: string; userId: string };
let session: Tokens;
/** Of a token that is good, to be changed in one place. */
let claims: JWTPayload;
let kid: string;
/** The installation's own, out of its database: what no attacker has. */
let ownKey: KeyObject;
let publicX: string;

beforeAll(async () => {
  server = await TestServer.start();
  owner = server.client;
  member = await signUp(server, owner, 'editor');
});
afterAll(() => server?.stop());
beforeEach(async () => {
  session = await login(server, member.email, member.password);
  claims = decodeJwt(session.accessToken);
  kid = decodeProtectedHeader(session.accessToken).kid!;
  const { rows } = await server.data.database.query<{ seed: Buffer }>(
    'SELECT seed FROM access_token_keys WHERE kid = $1',
    [kid],
  );
  const key = Buffer.concat([PKCS8_PREFIX, rows[0]!.seed]);
  ownKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string; x: string }[];
  };
  publicX = keys.find((each) => each.kid === kid)!.x;
});

const HEADER = () => ({ alg: 'EdDSA', typ: 'at+jwt', kid });
const signed = (payload: JWTPayload, header: object = {}, key: KeyObject | Uint8Array = ownKey) =>
  new SignJWT(payload).setProtectedHeader({ ...HEADER(), ...header }).sign(key);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowSeconds = () => Math.floor(Date.now() / 1_000);

/** What a bearer could have changed: the log, and what people are. */
async function everything(): Promise<unknown> {
  const { rows } = await server.data.database.query(`
    SELECT (SELECT max(position) FROM events) AS events,
           (SELECT md5(string_agg(u::text, '' ORDER BY user_id)) FROM users u) AS users,
           (SELECT md5(string_agg(m::text, '' ORDER BY user_id)) FROM memberships m) AS members,
           (SELECT md5(string_agg(s::text, '' ORDER BY session_id)) FROM sessions s) AS sessions,
           (SELECT count(*) FROM api_keys) AS keys`);
  return rows;
}

async function refused(token: string): Promise<void> {
  const before = await everything();
  const thief = server.clientWithKey(token);
  for (const [method, path, body] of [
    ['GET', '/products', undefined],
    ['GET', '/me', undefined],
    ['POST', '/ai/drafts', { prompt: 'delete everything' }],
    ['POST', '/auth/logout-everywhere', undefined],
    ['POST', '/api-keys', { name: 'mine' }],
  ] as const) {
    const problem = await thief.refused('UNAUTHENTICATED', method, path, body);
    expect(problem.status).toBe(401);
    expect(JSON.stringify(problem)).not.toContain(token);
  }
  expect(await everything()).toEqual(before);
}

it('a token made like ours with our key is good: what follows is refused for what is changed in it', async () => {
  const token = await signed({ ...claims, jti: randomUUID() });
  expect(await server.clientWithKey(token).get('/me')).toMatchObject({ userId: member.userId });
});

describe('the signature', () => {
  it.each(['none', 'None', 'NONE', 'nOnE'])('is not left out by alg %s', async (alg) => {
    await refused(`${base64url({ ...HEADER(), alg })}.${base64url(claims)}.`);
    await refused(
      `${base64url({ ...HEADER(), alg })}.${base64url(claims)}.${session.accessToken.split('.')[2]}`,
    );
  });

  it('is not left out by an unsecured token of a library', () => refused(new UnsecuredJWT(claims).encode()));

  it('is not made by HS256 with the public key as the secret', async () => {
    const raw = Buffer.from(publicX, 'base64url');
    const der = createPublicKey(ownKey).export({ format: 'der', type: 'spki' });
    const pem = createPublicKey(ownKey).export({ format: 'pem', type: 'spki' }) as string;
    const jwk = JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: publicX, kid, alg: 'EdDSA', use: 'sig' });
    for (const secret of [raw, der, Buffer.from(publicX), Buffer.from(pem), Buffer.from(jwk)])
      await refused(await signed(claims, { alg: 'HS256' }, new Uint8Array(secret)));
  });

  it('is not of another key, under our kid or with a key that it brings along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await refused(await signed(claims, {}, privateKey));
    const jwk = publicKey.export({ format: 'jwk' });
    await refused(await signed(claims, { jwk }, privateKey));
    await refused(await signed(claims, { jku: 'https://attacker.example/jwks.json' }, privateKey));
    await refused(await signed(claims, { x5u: 'https://attacker.example/cert.pem' }, privateKey));
  });

  it('is not of another kind, even one that fits the header', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await refused(await signed(claims, { alg: 'ES256' }, privateKey));
  });

  it.each([
    undefined,
    '',
    randomUUID(),
    '../../../../dev/null',
    "' OR 1=1 --",
    "x' UNION SELECT '\\x00' --",
    '00000000-0000-0000-0000-000000000000',
    '__proto__',
    'a'.repeat(200),
  ])('is not by kid %j, by whatever key', async (kidOfTheirs) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    for (const key of [privateKey, ownKey]) await refused(await signed(claims, { kid: kidOfTheirs }, key));
  });

  it('does not stand for another payload', async () => {
    const [header, , signature] = session.accessToken.split('.');
    for (const change of [
      { sub: randomUUID() },
      { exp: nowSeconds() + 10 * HOUR_SECONDS },
      { role: 'owner' },
    ])
      await refused(`${header}.${base64url({ ...claims, ...change })}.${signature}`);
  });

  it('does not stand when a bit of it is another', async () => {
    const [header, payload, signature] = session.accessToken.split('.');
    const bytes = Buffer.from(signature!, 'base64url');
    bytes[0]! ^= 1;
    await refused(`${header}.${payload}.${bytes.toString('base64url')}`);
    await refused(`${header}.${payload}.`);
    await refused(`${header}.${payload}`);
    await refused(`${header}.${payload}.${'A'.repeat(86)}`);
  });
});

describe('the claims, signed with our own key,', () => {
  it.each([
    ['another audience', { aud: 'urn:drafthorse:files' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://attacker.example' }],
    ['no issuer', { iss: undefined }],
    ['no end', { exp: undefined }],
    ['an end that is over', { exp: nowSeconds() - 60, iat: nowSeconds() - 660 }],
    ['a beginning that is to come', { nbf: nowSeconds() + HOUR_SECONDS }],
    ['no session', { sid: undefined }],
    ['a session that never was', { sid: randomUUID() }],
    ['a session that is no id', { sid: "' OR 1=1 --" }],
    ['another user', { sub: randomUUID() }],
    ['a workspace that the user is not in', { wid: randomUUID() }],
    ['no workspace', { wid: undefined }],
    ['no id of its own', { jti: undefined }],
  ])('do not stand with %s', async (_what, change: JWTPayload) => {
    await refused(await signed({ ...claims, ...change }));
  });

  it.each(['JWT', 'refresh+jwt', 'id+jwt', undefined])('do not stand as a token of type %s', async (typ) => {
    await refused(await signed(claims, { typ }));
  });

  it('do not lead into a workspace of others', async () => {
    const other = await server.createWorkspace('other');
    await refused(await signed({ ...claims, wid: other.workspaceId }));
    await refused(await signed({ ...claims, wid: other.workspaceId, sub: other.userId }));
  });
});

describe('a token', () => {
  it('of a session that has ended is over', async () => {
    await server.clientWithKey(session.accessToken).expectStatus(202, 'POST', '/auth/logout');
    await refused(session.accessToken);
  });

  it('of a member who was removed is over, and so is what they refresh with', async () => {
    const gone = await signUp(server, owner, 'editor');
    const theirs = await login(server, gone.email, gone.password);
    await server.clientWithKey(theirs.accessToken).expectStatus(200, 'GET', '/me');
    await owner.expectStatus(202, 'DELETE', `/workspace/members/${gone.userId}`);
    await refused(theirs.accessToken);
    const { refreshToken } = theirs;
    await anonymous(server).refused('SESSION_ENDED', 'POST', '/auth/refresh', { refreshToken });
  });

  it('does not serve as a token of another kind', async () => {
    await refused(session.refreshToken);
    const nobody = anonymous(server);
    await nobody.refused('SESSION_ENDED', 'POST', '/auth/refresh', {
      refreshToken: session.accessToken.slice(0, 512),
    });
    const { token } = await invite(owner, 'guest@shop.example', 'viewer');
    await refused(token);
    await nobody.refused('SESSION_ENDED', 'POST', '/auth/refresh', { refreshToken: token });
    await nobody.refused('INVITATION_INVALID', 'POST', '/auth/register', {
      invitation: session.refreshToken,
      name: 'x',
      password: 'a long pass phrase',
    });
  });

  it('that is longer than any of ours is not looked at', () =>
    refused(`${session.accessToken}${'A'.repeat(4_000)}`));
});

describe('a refresh token', () => {
  const refresh = (refreshToken: string) =>
    anonymous(server).expectStatus<Tokens>(200, 'POST', '/auth/refresh', { refreshToken });
  const over = (refreshToken: string) =>
    anonymous(server).refused('SESSION_ENDED', 'POST', '/auth/refresh', { refreshToken });

  it('that comes back after its successor was used ends the session of whoever has either', async () => {
    const { body: thiefs } = await refresh(session.refreshToken);
    const { body: next } = await refresh(thiefs.refreshToken);
    expect((await over(session.refreshToken)).status).toBe(401);
    await over(next.refreshToken);
    for (const { accessToken } of [session, thiefs, next]) await refused(accessToken);
  });

  it('ends no other session of its user', async () => {
    const other = await login(server, member.email, member.password);
    const { body: next } = await refresh(session.refreshToken);
    await refresh(next.refreshToken);
    await over(session.refreshToken);
    expect(await server.clientWithKey(other.accessToken).get('/me')).toMatchObject({ userId: member.userId });
  });

  it('that was guessed or cut is none', async () => {
    const before = await everything();
    for (const guess of [
      `dr_${randomBytes(32).toString('base64url')}`,
      session.refreshToken.slice(0, -1),
      session.refreshToken.toUpperCase(),
      ` ${session.refreshToken}`,
      "' OR 1=1 --",
    ])
      await over(guess);
    expect(await everything()).toEqual(before);
  });
});

describe('signing in', () => {
  it.each([
    ['a wrong password', { password: 'a wrong pass phrase' }],
    ['an address that nobody has', { email: 'nobody@shop.example' }],
    ['an address with wild cards of SQL', { email: `${'_'.repeat(43)}@shop.example` }],
  ])('is refused with %s, in the same words', async (_what, change) => {
    const { email, password } = member;
    const problem = await anonymous(server).refused('INVALID_CREDENTIALS', 'POST', '/auth/login', {
      email,
      password,
      ...change,
    });
    expect(problem).toMatchObject({ status: 401, detail: 'The address or the password is wrong.' });
  });

  it.each([
    ['an array as the password', { password: ['x'] }],
    ['an object as the address', { email: { $ne: null } }],
    ['members that nobody asked for', { role: 'owner' }],
    ['a password without end', { password: 'x'.repeat(1_025) }],
  ])('takes no %s', async (_what, change) => {
    const { email, password } = member;
    await anonymous(server).refused('INVALID_REQUEST', 'POST', '/auth/login', { email, password, ...change });
  });
});

it('the published keys are the public halves alone', async () => {
  const answer = await fetch(`${server.url}/.well-known/jwks.json`);
  const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(key).toMatchObject({ alg: 'EdDSA', crv: 'Ed25519', kty: 'OKP', use: 'sig' });
  }
});
