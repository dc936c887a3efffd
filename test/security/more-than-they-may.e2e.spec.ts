/** What somebody tries who has a little: a key for one thing, a place beside somebody else, a workspace of their own. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { anonymous, invite, login, signUp } from '../identity/people.js';

const AUTH_LIMIT = 20;

let server: TestServer;
let owner: ApiClient;
beforeAll(async () => {
  server = await TestServer.start({ environment: { RATE_LIMIT_AUTH: String(AUTH_LIMIT) } });
  owner = server.client;
});
afterAll(() => server?.stop());

const emailOf = () => `${randomUUID()}@shop.example`;

async function keyFor(...scopes: string[]): Promise<ApiClient> {
  const { body } = await owner.expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
    name: scopes.join(' '),
    scopes,
  });
  return server.clientWithKey(body.apiKey);
}

describe('a key that was made for less', () => {
  it('makes nobody who may more than it may: neither by invitation nor by another role', async () => {
    const key = await keyFor('workspace.manage', 'catalogue.read', 'audit.read', 'account');
    const { userId } = await signUp(server, owner, 'viewer');
    await invite(key, emailOf(), 'viewer');
    for (const role of ['owner', 'editor', 'approver']) {
      const refused = await key.refused('SCOPE_EXCEEDED', 'POST', '/workspace/invitations', {
        email: emailOf(),
        role,
      });
      expect(refused).toMatchObject({ status: 403, scopes: expect.arrayContaining([expect.any(String)]) });
      await key.refused('SCOPE_EXCEEDED', 'PATCH', `/workspace/members/${userId}`, { role });
    }
    await key.expectStatus(202, 'PATCH', `/workspace/members/${userId}`, { role: 'viewer' });
    await owner.expectStatus(202, 'PATCH', `/workspace/members/${userId}`, { role: 'editor' });
  });

  it('does not make its user forgotten', async () => {
    await (await keyFor('account')).refused('FORBIDDEN', 'POST', '/me/erasure');
  });
});

describe('wrong passwords from beside them', () => {
  it('sign nobody out: a refresh token is good at an address that has guessed too often', async () => {
    const { email, password } = await signUp(server, owner, 'viewer');
    const { refreshToken } = await login(server, email, password);
    const guess = () =>
      anonymous(server).send('POST', '/auth/login', { email: emailOf(), password: 'a wrong pass phrase' });
    const guesses = await Promise.all(Array.from({ length: 2 * AUTH_LIMIT }, guess));
    expect(guesses.map(({ status }) => status)).toContain(429);
    expect((await guess()).status).toBe(429);
    await anonymous(server).expectStatus(200, 'POST', '/auth/refresh', { refreshToken });
  });

  it('and refresh tokens that are made up keep nobody from refreshing either', async () => {
    const made = (token: string) => anonymous(server).send('POST', '/auth/refresh', { refreshToken: token });
    const answers = await Promise.all(Array.from({ length: 2 * AUTH_LIMIT }, () => made(randomUUID())));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
  });
});
