/** People of a shop, from the first owner's key to everybody's own sign-in, and out again. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient, type Page } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import type { AuditEntry } from '../../src/projections/audit/audit.queries.js';
import { anonymous, invite, login, passwordOf, signUp, type Tokens } from './people.js';

let server: TestServer;
let owner: ApiClient;
let logged = '';
beforeAll(async () => {
  server = await TestServer.start({
    environment: { LOG_LEVEL: 'debug' },
    heard: (text) => {
      logged += text;
    },
  });
  owner = server.client;
});
afterAll(() => server?.stop());

const bearer = ({ accessToken }: Tokens) => server.clientWithKey(accessToken);
const emailOf = (name: string) => `${name}-${randomUUID().slice(0, 8)}@shop.example`;

describe('the first owner', () => {
  it('comes with a key, gives themselves an address and a password, and then signs in with those', async () => {
    const shop = await server.createWorkspace('first');
    const email = emailOf('first');
    const body = { email: email.toUpperCase(), password: passwordOf('first') };
    await shop.client.refused('INVALID_REQUEST', 'PUT', '/me/password', { password: body.password });
    await shop.client.refused('INVALID_REQUEST', 'PUT', '/me/password', {
      ...body,
      password: 'aaaaaaaaaaaa',
    });
    await shop.client.refused('INVALID_REQUEST', 'PUT', '/me/password', { ...body, password: 'elevenchars' });
    await shop.client.expectStatus(202, 'PUT', '/me/password', body);
    const session = await login(server, email, body.password);
    expect(session).toMatchObject({ userId: shop.userId, workspaceId: shop.workspaceId, role: 'owner' });
    expect(await bearer(session).get('/me')).toMatchObject({
      email,
      hasPassword: true,
      credential: { kind: 'session', id: session.sessionId },
    });
    // From now on the password is what changes it, also for the key.
    const next = { password: passwordOf('next') };
    await shop.client.refused('INVALID_CREDENTIALS', 'PUT', '/me/password', next);
    const both = { ...next, currentPassword: body.password };
    const kept = await login(server, email, body.password);
    await bearer(kept).expectStatus(202, 'PUT', '/me/password', both);
    await bearer(session).refused('UNAUTHENTICATED', 'GET', '/me');
    expect(await bearer(kept).get('/me')).toMatchObject({ userId: shop.userId });
    await anonymous(server).refused('INVALID_CREDENTIALS', 'POST', '/auth/login', {
      email,
      password: body.password,
    });
  });

  it('does not get a first password by a key that was made for less', async () => {
    const shop = await server.createWorkspace('scoped');
    const made = await shop.client.expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
      name: 'agent',
      scopes: ['account'],
    });
    const agent = server.clientWithKey(made.body.apiKey);
    const body = { email: emailOf('agent'), password: passwordOf('agent') };
    await agent.refused('FORBIDDEN', 'PUT', '/me/password', body);
    await anonymous(server).refused('INVALID_CREDENTIALS', 'POST', '/auth/login', body);
  });
});

describe('a member', () => {
  it('is asked in, registers, works, refreshes and leaves everywhere', async () => {
    const email = emailOf('ed');
    const { token, invitationId } = await invite(owner, email, 'editor');
    expect(await owner.get('/workspace/invitations')).toMatchObject({
      items: [{ invitationId, email, role: 'editor' }],
    });
    const body = { invitation: token, name: 'Ed', password: passwordOf('ed') };
    const { userId } = (
      await anonymous(server).expectStatus<{ userId: string }>(202, 'POST', '/auth/register', body)
    ).body;
    await anonymous(server).refused('INVITATION_INVALID', 'POST', '/auth/register', body);
    expect(await owner.get('/workspace/invitations')).toEqual({ items: [] });

    const session = await login(server, email, body.password);
    const ed = bearer(session);
    expect(session).toMatchObject({ userId, role: 'editor' });
    const product = { sku: 'MUG-1', name: 'Blue mug', price: '4.00', stock: 3 };
    await ed.expectStatus(202, 'POST', '/products', product);
    expect(await ed.apply('set price of blue mug to 5')).toMatchObject({ status: 'done' });
    await ed.refused('FORBIDDEN', 'GET', '/workspace/members');

    const again = await anonymous(server).expectStatus<Tokens>(200, 'POST', '/auth/refresh', {
      refreshToken: session.refreshToken,
    });
    expect(again.headers.get('cache-control')).toBe('no-store');
    const refreshed = again.body;
    const other = await login(server, email, body.password);
    expect((await bearer(refreshed).get<{ items: object[] }>('/me/sessions')).items).toMatchObject([
      { sessionId: other.sessionId, current: false },
      { sessionId: session.sessionId, current: true },
    ]);
    const left = await bearer(refreshed).expectStatus(202, 'POST', '/auth/logout-everywhere');
    expect(left.body).toEqual({ userId, sessions: 2 });
    for (const { accessToken, refreshToken } of [session, refreshed, other]) {
      await server.clientWithKey(accessToken).refused('UNAUTHENTICATED', 'GET', '/me');
      await anonymous(server).refused('SESSION_ENDED', 'POST', '/auth/refresh', { refreshToken });
    }

    const facts = await until('all of it is on record', async () => {
      const { items } = await owner.get<Page<AuditEntry>>('/audit?limit=200');
      const types = new Set(items.map(({ type }) => type));
      return types.has('MemberInvited') && types.has('MemberAdded') && types.has('Executed') ? items : null;
    });
    expect(JSON.stringify(facts)).not.toContain(email);
  });

  it('ends one session and goes on in the other', async () => {
    const { email, password } = await signUp(server, owner, 'viewer');
    const [here, there] = [await login(server, email, password), await login(server, email, password)];
    await bearer(here).expectStatus(202, 'DELETE', `/me/sessions/${there.sessionId}`);
    await bearer(there).refused('UNAUTHENTICATED', 'GET', '/me');
    await bearer(here).refused('SESSION_NOT_FOUND', 'DELETE', `/me/sessions/${there.sessionId}`);
    await bearer(here).refused('SESSION_NOT_FOUND', 'DELETE', `/me/sessions/${randomUUID()}`);
    await bearer(here).expectStatus(202, 'POST', '/auth/logout');
    await bearer(here).refused('UNAUTHENTICATED', 'GET', '/me');
    await owner.refused('SESSION_NOT_FOUND', 'POST', '/auth/logout');
  });

  it('has another role at once, on sessions and keys alike, and none once removed', async () => {
    const { email, password, userId } = await signUp(server, owner, 'editor');
    const session = await login(server, email, password);
    const made = await bearer(session).expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
      name: 'till',
    });
    const key = server.clientWithKey(made.body.apiKey);
    const prompt = { prompt: 'cheapest?' };
    for (const client of [bearer(session), key]) await client.expectStatus(202, 'POST', '/ai/drafts', prompt);

    await owner.expectStatus(202, 'PATCH', `/workspace/members/${userId}`, { role: 'viewer' });
    for (const client of [bearer(session), key]) {
      await client.refused('FORBIDDEN', 'POST', '/ai/drafts', prompt);
      expect(await client.get('/me')).toMatchObject({ role: 'viewer' });
    }
    await owner.expectStatus(202, 'DELETE', `/workspace/members/${userId}`);
    for (const client of [bearer(session), key]) await client.refused('UNAUTHENTICATED', 'GET', '/me');
    await anonymous(server).refused('SESSION_ENDED', 'POST', '/auth/refresh', {
      refreshToken: session.refreshToken,
    });
    await anonymous(server).refused('WORKSPACE_NOT_FOUND', 'POST', '/auth/login', { email, password });
    await owner.refused('MEMBER_NOT_FOUND', 'DELETE', `/workspace/members/${userId}`);
  });

  it('of two workspaces goes from one to the other', async () => {
    const second = await server.createWorkspace('second');
    const { email, password, userId } = await signUp(server, owner, 'viewer');
    const first = await login(server, email, password);
    const { token } = await invite(second.client, email, 'approver');
    const strange = await signUp(server, owner, 'viewer');
    const stranger = bearer(await login(server, strange.email, strange.password));
    await stranger.refused('INVITATION_INVALID', 'POST', '/auth/invitations/accept', { invitation: token });
    await anonymous(server).refused('EMAIL_TAKEN', 'POST', '/auth/register', {
      invitation: token,
      name: 'Again',
      password: passwordOf('again'),
    });
    const joined = await bearer(first).expectStatus(202, 'POST', '/auth/invitations/accept', {
      invitation: token,
    });
    expect(joined.body).toEqual({ userId, workspaceId: second.workspaceId });
    expect(await bearer(first).get('/me/workspaces')).toMatchObject({
      items: [
        { workspaceId: first.workspaceId, name: 'default', role: 'viewer' },
        { workspaceId: second.workspaceId, name: 'second', role: 'approver' },
      ],
    });
    const there = await anonymous(server).expectStatus<Tokens>(200, 'POST', '/auth/refresh', {
      refreshToken: first.refreshToken,
      workspaceId: second.workspaceId,
    });
    expect(there.body).toMatchObject({ workspaceId: second.workspaceId, role: 'approver' });
    expect(await bearer(there.body).get('/me')).toMatchObject({ workspaceId: second.workspaceId });
    const elsewhere = { email, password, workspaceId: randomUUID() };
    await anonymous(server).refused('WORKSPACE_NOT_FOUND', 'POST', '/auth/login', elsewhere);
  });
});

describe('an invitation', () => {
  it('that is taken back, unknown or of another workspace leads nowhere', async () => {
    const other = await server.createWorkspace('invitations');
    const { token, invitationId } = await invite(owner, emailOf('nobody'), 'owner');
    const body = { invitation: token, name: 'Nobody', password: passwordOf('nobody') };
    await other.client.refused('INVITATION_NOT_FOUND', 'DELETE', `/workspace/invitations/${invitationId}`);
    await owner.expectStatus(202, 'DELETE', `/workspace/invitations/${invitationId}`);
    await owner.refused('INVITATION_NOT_FOUND', 'DELETE', `/workspace/invitations/${invitationId}`);
    await anonymous(server).refused('INVITATION_INVALID', 'POST', '/auth/register', body);
    await anonymous(server).refused('INVITATION_INVALID', 'POST', '/auth/register', {
      ...body,
      invitation: `di_${randomUUID()}`,
    });
  });

  it('makes one member, however many come with it at once', async () => {
    const email = emailOf('crowd');
    const { token } = await invite(owner, email, 'viewer');
    const password = passwordOf('crowd');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        anonymous(server).send<{ userId?: string; code?: string }>('POST', '/auth/register', {
          invitation: token,
          name: 'Crowd',
          password,
        }),
      ),
    );
    const { items } = await owner.get<Page<{ email: string; userId: string }>>(
      '/workspace/members?limit=200',
    );
    expect(items.filter((member) => member.email === email)).toHaveLength(1);
    const outcomes = answers.map(({ status, body }) => (status === 202 ? 'joined' : body.code));
    expect(outcomes.filter((outcome) => outcome === 'joined').length).toBeGreaterThan(0);
    const others = outcomes.filter((outcome) => outcome !== 'joined');
    expect(others).toEqual(others.map(() => 'INVITATION_INVALID'));
  });

  it('asked for again under its Idempotency-Key is the same one with the same link', async () => {
    const options = { headers: { 'idempotency-key': randomUUID() } };
    const body = { email: emailOf('twice'), role: 'viewer' };
    const ask = async () =>
      (
        await owner.expectStatus<{ invitationId: string; token: string }>(
          202,
          'POST',
          '/workspace/invitations',
          body,
          options,
        )
      ).body;
    const first = await ask();
    expect(await ask()).toEqual(first);
    await anonymous(server).expectStatus(202, 'POST', '/auth/register', {
      name: 'Twice',
      password: passwordOf('twice'),
      invitation: first.token,
    });
  });
});

describe('a workspace', () => {
  it('keeps an owner, also when two leave at once', async () => {
    const shop = await server.createWorkspace('owners');
    const path = (userId: string) => `/workspace/members/${userId}`;
    await shop.client.refused('LAST_OWNER', 'DELETE', path(shop.userId));
    await shop.client.refused('LAST_OWNER', 'PATCH', path(shop.userId), { role: 'editor' });
    const second = await signUp(server, shop.client, 'owner');
    const answers = await Promise.all([
      shop.client.send('PATCH', path(shop.userId), { role: 'editor' }),
      shop.client.send('PATCH', path(second.userId), { role: 'editor' }),
    ]);
    const { rows } = await server.data.database.query<{ owners: number }>(
      `SELECT count(*)::int AS owners FROM memberships WHERE workspace_id = $1 AND role = 'owner'`,
      [shop.workspaceId],
    );
    expect(rows).toEqual([{ owners: 1 }]);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  });
});

describe('API keys', () => {
  it('are made, listed with their use, and revoked at once', async () => {
    const shop = await server.createWorkspace('keys');
    const body = {
      name: 'agent',
      scopes: ['drafts.propose', 'account'],
      expiresAt: '2999-01-01T00:00:00.000Z',
    };
    const made = await shop.client.expectStatus<{ keyId: string; apiKey: string }>(
      202,
      'POST',
      '/api-keys',
      body,
    );
    expect(made.headers.get('cache-control')).toBe('no-store');
    const agent = server.clientWithKey(made.body.apiKey);
    await agent.expectStatus(202, 'POST', '/ai/drafts', { prompt: 'cheapest?' });
    await agent.refused('FORBIDDEN', 'GET', '/products');
    await agent.refused('SCOPE_EXCEEDED', 'POST', '/api-keys', { name: 'more', scopes: ['drafts.confirm'] });
    const child = await agent.expectStatus<{ expiresAt: string; scopes: string[] }>(
      202,
      'POST',
      '/api-keys',
      {
        name: 'child',
      },
    );
    expect(child.body).toMatchObject({ expiresAt: body.expiresAt });
    expect(child.body.scopes.toSorted()).toEqual(body.scopes.toSorted());
    const { items } = await shop.client.get<{ items: { keyId: string; lastUsedAt: string | null }[] }>(
      '/api-keys',
    );
    expect(items.map(({ lastUsedAt }) => lastUsedAt !== null)).toEqual([true, true, false]);
    await shop.client.expectStatus(202, 'DELETE', `/api-keys/${made.body.keyId}`);
    await agent.refused('UNAUTHENTICATED', 'GET', '/me');
    await shop.client.refused('API_KEY_NOT_FOUND', 'DELETE', `/api-keys/${made.body.keyId}`);
    await owner.refused('API_KEY_NOT_FOUND', 'DELETE', `/api-keys/${items[0]!.keyId}`);
  });

  it('expire', async () => {
    const expiresAt = new Date(Date.now() + 300).toISOString();
    const made = await owner.expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
      name: 'brief',
      expiresAt,
    });
    const brief = server.clientWithKey(made.body.apiKey);
    await until('it has expired', async () => (await brief.send('GET', '/me')).status === 401);
  });
});

describe('another process', () => {
  it('hears at once what was revoked here', async () => {
    const { email, password } = await signUp(server, owner, 'viewer');
    const session = await login(server, email, password);
    const program = await server.another({ ROLES: 'api' });
    try {
      const there = new ApiClient(() => program.url, session.accessToken);
      expect(await there.get('/me')).toMatchObject({ email });
      const revokedAt = Date.now();
      await bearer(session).expectStatus(202, 'POST', '/auth/logout');
      await until('it is known there too', async () => (await there.send('GET', '/me')).status === 401);
      // Callers are looked up anew after 10 s: it did not take that.
      expect(Date.now() - revokedAt).toBeLessThan(8_000);
    } finally {
      program.signal('SIGTERM');
      await program.exited;
    }
  });
});

it('nothing that is secret is in what the program writes, nor in the log of events', async () => {
  const { email, password, token } = await signUp(server, owner, 'viewer');
  const { accessToken, refreshToken } = await login(server, email, password);
  await server.clientWithKey(accessToken).refused('INVALID_CREDENTIALS', 'PUT', '/me/password', {
    password: passwordOf('other'),
    currentPassword: `wrong ${password}`,
  });
  await anonymous(server).refused('INVALID_CREDENTIALS', 'POST', '/auth/login', {
    email,
    password: `${password}!`,
  });
  await until('the requests are logged', async () => logged.includes('/api/v1/auth/login'));
  const { rows } = await server.data.database.query<{ data: string }>(
    'SELECT events::text AS data FROM events',
  );
  const written = [logged, ...rows.map(({ data }) => data)].join('\n');
  for (const secret of [password, accessToken, refreshToken, token, email, passwordOf('other')])
    expect(written.includes(secret)).toBe(false);
});
