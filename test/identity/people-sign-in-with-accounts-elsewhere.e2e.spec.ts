/** Accounts elsewhere, against a real OpenID Connect provider: in by invitation, back again, linked, taken away. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { Browser, type Visit } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import { CLIENT_ID, CLIENT_SECRET, OpenIdTestProvider } from '../support/openid-provider.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { anonymous, invite, type Tokens } from './people.js';

const NOBODY_ISSUER = 'http://localhost:9';

let provider: OpenIdTestProvider;
let server: TestServer;
let owner: ApiClient;
beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  provider = await OpenIdTestProvider.start([`${publicUrl}/api/v1/auth/openid/elsewhere/callback`]);
  const client = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  server = await TestServer.start({
    environment: {
      PORT: String(port),
      PUBLIC_URL: `${publicUrl}/`,
      RATE_LIMIT_AUTH: '0',
      OPENID_PROVIDERS: JSON.stringify([
        { name: 'elsewhere', issuer: provider.issuer, ...client },
        { name: 'wrong-secret', issuer: provider.issuer, ...client, clientSecret: 'another' },
        { name: 'away', issuer: NOBODY_ISSUER, ...client },
      ]),
    },
  });
  owner = server.client;
});
afterAll(async () => {
  await server?.stop();
  await provider?.stop();
});

const publicUrl = () => server.url.replace('127.0.0.1', 'localhost');
const begin = (query: Record<string, string> = {}, name = 'elsewhere') =>
  `${publicUrl()}/api/v1/auth/openid/${name}?${new URLSearchParams(query).toString()}`;
/** As a page does it: an invitation is no part of an address. */
async function beginInvited(browser: Browser, invitation: string): Promise<string> {
  const answer = await browser.fetch(begin(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ invitation }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { authorizationUrl: string }).authorizationUrl;
}
const nameOf = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;
const isCallback = (url: URL) => url.pathname.endsWith('/callback');
const isConsole = (url: URL) => url.pathname === '/console';
const tokensOf = ({ status, body }: Visit): Tokens => {
  expect([status, body]).toEqual([200, expect.stringContaining('accessToken')]);
  return JSON.parse(body) as Tokens;
};
const codeOf = ({ status, body }: Visit) => ({
  status,
  code: (JSON.parse(body) as { code?: string }).code,
});

/** Signs in at the provider as `name`, up to where it sends the browser, or to what came of it. */
async function goThrough(browser: Browser, url: string, name: string, stopAt?: (url: URL) => boolean) {
  const asked = await browser.visit(url, stopAt);
  if (!asked.body.includes('name="login"')) return asked;
  const consented = await browser.submit(asked, { login: name, password: 'any' }, stopAt);
  return consented.body.includes('<form') ? browser.submit(consented, {}, stopAt) : consented;
}

async function signUp(name: string, role = 'editor') {
  const { token } = await invite(owner, `${name}@shop.example`, role);
  const browser = new Browser();
  return { browser, tokens: tokensOf(await goThrough(browser, await beginInvited(browser, token), name)) };
}

describe('somebody who was asked in', () => {
  it('becomes a user by the account they sign in with elsewhere, and comes back with it alone', async () => {
    const name = nameOf('sara');
    const { tokens, browser } = await signUp(name);
    const me = await server.clientWithKey(tokens.accessToken).get('/me');
    expect(me).toMatchObject({ email: `${name}@shop.example`, hasPassword: false, role: 'editor' });
    const again = tokensOf(await goThrough(new Browser(), begin(), name));
    expect(again.userId).toBe(tokens.userId);
    // Signed in at the provider still: nothing is asked.
    expect(tokensOf(await browser.visit(begin())).userId).toBe(tokens.userId);
    const accounts = await server.clientWithKey(again.accessToken).get<{ items: object[] }>('/me/accounts');
    expect(accounts.items).toMatchObject([{ provider: 'elsewhere', issuer: provider.issuer, subject: name }]);
  });

  it('is nobody without the invitation, whatever the provider says', async () => {
    const name = nameOf('stranger');
    const refused = await goThrough(new Browser(), begin(), name);
    expect(codeOf(refused)).toEqual({ status: 403, code: 'ACCOUNT_NOT_LINKED' });
    const guesser = new Browser();
    const guessed = await goThrough(guesser, await beginInvited(guesser, 'guessed'), name);
    expect(codeOf(guessed)).toEqual({ status: 403, code: 'INVITATION_INVALID' });
  });

  it('does not come in by an invitation for another user', async () => {
    const { browser } = await signUp(nameOf('first'));
    const { token } = await invite(
      (await server.createWorkspace('other')).client,
      'else@shop.example',
      'viewer',
    );
    const refused = await browser.visit(await beginInvited(browser, token));
    expect(codeOf(refused)).toEqual({ status: 403, code: 'INVITATION_INVALID' });
  });

  it('comes into a second workspace by an invitation for their address', async () => {
    const name = nameOf('twice');
    const { browser, tokens } = await signUp(name);
    const other = await server.createWorkspace('second');
    const { token } = await invite(other.client, `${name}@shop.example`, 'viewer');
    const there = tokensOf(await browser.visit(await beginInvited(browser, token)));
    expect(there).toMatchObject({ userId: tokens.userId, workspaceId: other.workspaceId, role: 'viewer' });
  });
});

describe('a page that signs people in', () => {
  it('gets the browser back with a refresh token in the fragment, which is good once', async () => {
    const name = nameOf('page');
    const { browser } = await signUp(name);
    const { url, status } = await browser.visit(begin({ returnTo: '/console?tab=1' }), isConsole);
    expect(status).toBe(303);
    expect(url).toMatch(`${publicUrl()}/console?tab=1#refreshToken=`);
    const refreshToken = new URLSearchParams(new URL(url).hash.slice(1)).get('refreshToken');
    const next = await anonymous(server).expectStatus(200, 'POST', '/auth/refresh', { refreshToken });
    const { refreshToken: successor } = next.body as Tokens;
    await anonymous(server).expectStatus(200, 'POST', '/auth/refresh', { refreshToken: successor });
    await anonymous(server).refused('SESSION_ENDED', 'POST', '/auth/refresh', { refreshToken });
  });

  it('is the only one: nothing of it goes on to a provider, were the page our own way there', async () => {
    const { headers, status } = await fetch(begin(), { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, expect.stringMatching(/^[^#]+#$/)]);
  });

  it('is told of a refusal, and of nothing else', async () => {
    const { url } = await goThrough(
      new Browser(),
      begin({ returnTo: '/console' }),
      nameOf('refused'),
      isConsole,
    );
    expect(url).toBe(`${publicUrl()}/console#error=ACCOUNT_NOT_LINKED`);
  });

  it.each(['https://evil.example/', '//evil.example', 'javascript:alert(1)'])(
    'is never elsewhere: %s',
    async (returnTo) => {
      expect(codeOf(await new Browser().visit(begin({ returnTo })))).toEqual({
        status: 400,
        code: 'INVALID_REQUEST',
      });
    },
  );
});

describe('an account', () => {
  const linkingOf = async (browser: Browser, apiKey: string) => {
    const answer = await browser.fetch(`${publicUrl()}/api/v1/me/accounts/elsewhere`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { authorizationUrl: string }).authorizationUrl;
  };

  it('is linked by a user who has another way in, belongs to one user, and can be taken away', async () => {
    const name = nameOf('linked');
    const browser = new Browser();
    const linked = await goThrough(browser, await linkingOf(browser, server.apiKey), name);
    expect([linked.status, JSON.parse(linked.body)]).toEqual([200, { userId: expect.any(String) }]);
    const { userId } = await owner.get<{ userId: string }>('/me');
    expect(tokensOf(await browser.visit(begin())).userId).toBe(userId);

    const { tokens } = await signUp(nameOf('second'));
    const stolen = await browser.visit(await linkingOf(browser, tokens.accessToken));
    expect(codeOf(stolen)).toEqual({ status: 409, code: 'ACCOUNT_TAKEN' });

    const account = { issuer: provider.issuer, subject: name };
    const second = server.clientWithKey(tokens.accessToken);
    await second.refused('ACCOUNT_NOT_FOUND', 'DELETE', '/me/accounts', account);
    await owner.expectStatus(202, 'DELETE', '/me/accounts', account);
    expect(codeOf(await browser.visit(begin()))).toEqual({ status: 403, code: 'ACCOUNT_NOT_LINKED' });
  });

  it.each([
    ['signed out everywhere', 'POST', '/auth/logout-everywhere'],
    ['was forgotten', 'POST', '/me/erasure'],
  ])('is not linked to somebody who meanwhile %s', async (_, method, path) => {
    const { tokens } = await signUp(nameOf('leaving'));
    const thief = new Browser();
    const { url } = await goThrough(
      thief,
      await linkingOf(thief, tokens.accessToken),
      nameOf('thief'),
      isCallback,
    );
    const client = server.clientWithKey(tokens.accessToken);
    await client.expectStatus(202, method, path);
    await until('the session is over', async () => (await client.send('GET', '/me')).status === 401);
    expect(codeOf(await thief.visit(url))).toEqual({ status: 401, code: 'SESSION_ENDED' });
    expect(codeOf(await thief.visit(begin()))).toEqual({ status: 403, code: 'ACCOUNT_NOT_LINKED' });
  });

  it('is not linked by a key that was made for less', async () => {
    const key = await owner.expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
      name: 'own things',
      scopes: ['account'],
    });
    const scoped = server.clientWithKey(key.body.apiKey);
    await scoped.refused('FORBIDDEN', 'POST', '/me/accounts/elsewhere', {});
    await scoped.refused('FORBIDDEN', 'DELETE', '/me/accounts', { issuer: 'x', subject: 'y' });
  });
});

describe('a sign-in that is not what it says', () => {
  it('is not finished in another browser than the one it began in', async () => {
    const name = nameOf('victim');
    const { browser } = await signUp(name);
    const { url } = await browser.visit(begin(), isCallback);
    expect(codeOf(await new Browser().visit(url))).toEqual({ status: 403, code: 'SIGN_IN_REFUSED' });
    const attacker = new Browser();
    await attacker.visit(begin(), (to) => to.origin === provider.issuer);
    expect(codeOf(await attacker.visit(url))).toEqual({ status: 403, code: 'SIGN_IN_REFUSED' });
    tokensOf(await browser.visit(url));
  });

  it('is not finished twice', async () => {
    const { browser } = await signUp(nameOf('again'));
    const { url } = await browser.visit(begin(), isCallback);
    tokensOf(await browser.visit(url));
    expect(codeOf(await browser.visit(url))).toEqual({ status: 403, code: 'SIGN_IN_REFUSED' });
  });

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'guessed')],
    ['another code', (url: URL) => url.searchParams.set('code', 'guessed')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['two states', (url: URL) => url.searchParams.append('state', 'guessed')],
    ['a refusal', (url: URL) => url.searchParams.set('error', 'access_denied')],
    [
      'another provider of ours',
      (url: URL) => {
        url.pathname = url.pathname.replace('/elsewhere/', '/wrong-secret/');
      },
    ],
  ])('is refused with %s', async (_, change) => {
    const { browser } = await signUp(nameOf('changed'));
    const { url } = await browser.visit(begin(), isCallback);
    const changed = new URL(url);
    change(changed);
    expect(codeOf(await browser.visit(changed.href))).toEqual({ status: 403, code: 'SIGN_IN_REFUSED' });
  });

  it('says so where the provider is away, or none of ours', async () => {
    const answer = async (name: string) => codeOf(await new Browser().visit(begin({}, name)));
    expect(await answer('away')).toEqual({ status: 502, code: 'PROVIDER_UNAVAILABLE' });
    expect(await answer('unknown')).toEqual({ status: 404, code: 'PROVIDER_NOT_FOUND' });
    const { items } = await anonymous(server).get<{ items: object[] }>('/auth/openid');
    expect(items).toEqual(['elsewhere', 'wrong-secret', 'away'].map((name) => ({ provider: name })));
  });
});
