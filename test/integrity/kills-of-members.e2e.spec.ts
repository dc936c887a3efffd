/** The program dies between what a workspace's stream says of its members and the table that every request is checked against. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ApiClient, Page } from '../support/api-client.js';
import { crashAt } from '../support/crash-point.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { anonymous, invite, login, passwordOf, signUp } from '../identity/people.js';
import { expectSound, patiently, startMortal, throughDeath } from './kill-case.js';

let server: TestServer;
/** Of a workspace that no start looks at: what is healed there, the saga heals. */
let owner: ApiClient;
beforeAll(async () => {
  server = await startMortal();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  owner = (await server.createWorkspace('shop')).client;
});

/** Sent once, whatever comes of it. */
const once = (request: () => Promise<unknown>) => request().catch(() => undefined);
const healed = (what: string, condition: () => Promise<boolean>) => until(what, condition, 30_000);
const emailOf = () => `${randomUUID()}@shop.example`;

it('a member who was removed is out, though nobody asks again', async () => {
  const member = await signUp(server, owner, 'editor');
  const session = await login(server, member.email, member.password);
  const client = server.clientWithKey(session.accessToken);
  const made = await client.expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', { name: 'till' });
  const key = server.clientWithKey(made.body.apiKey);
  await throughDeath(server, crashAt('after', 'append:MemberRemoved'), () =>
    once(() => owner.send('DELETE', `/workspace/members/${member.userId}`)),
  );
  await healed('session and key are refused', async () => {
    const answers = await Promise.all([client, key].map((each) => each.send('GET', '/me')));
    return answers.every(({ status }) => status === 401);
  });
  const { refreshToken } = session;
  await anonymous(server).refused('SESSION_ENDED', 'POST', '/auth/refresh', { refreshToken });
  await expectSound(server);
});

it('another role is everybody’s to see, though nobody asks again', async () => {
  const member = await signUp(server, owner, 'editor');
  const client = server.clientWithKey((await login(server, member.email, member.password)).accessToken);
  await throughDeath(server, crashAt('after', 'append:MemberRoleChanged'), () =>
    once(() => owner.send('PATCH', `/workspace/members/${member.userId}`, { role: 'viewer' })),
  );
  await healed(
    'the role is the new one',
    async () => (await client.get<{ role: string }>('/me')).role === 'viewer',
  );
  await expectSound(server);
});

it('somebody who registered may sign in, though they were never told so', async () => {
  const email = emailOf();
  const { token } = await invite(owner, email, 'viewer');
  const body = { invitation: token, name: 'Vi', password: passwordOf('vi') };
  await throughDeath(server, crashAt('after', 'append:MemberAdded'), () =>
    once(() => anonymous(server).send('POST', '/auth/register', body)),
  );
  await healed('they may sign in', async () => {
    const { status } = await anonymous(server).send('POST', '/auth/login', {
      email,
      password: body.password,
    });
    return status === 200;
  });
  await anonymous(server).refused('INVITATION_INVALID', 'POST', '/auth/register', body);
  await expectSound(server);
});

it('somebody whose registering was cut off registers again with the same link', async () => {
  const email = emailOf();
  const { token } = await invite(owner, email, 'viewer');
  const body = { invitation: token, name: 'Vi', password: passwordOf('vi') };
  const register = () => anonymous(server).expectStatus(202, 'POST', '/auth/register', body);
  await throughDeath(server, crashAt('before', 'append:MemberAdded'), () => patiently(register));
  expect(await login(server, email, body.password)).toMatchObject({ role: 'viewer' });
  const { items } = await owner.get<Page<{ email: string }>>('/workspace/members');
  expect(items.filter((member) => member.email === email)).toHaveLength(1);
  await expectSound(server);
});

it('an invitation whose answer was lost is asked for again, and is one', async () => {
  const options = { headers: { 'idempotency-key': randomUUID() } };
  const body = { email: emailOf(), role: 'viewer' };
  const ask = () =>
    owner.expectStatus<{ token: string; invitationId: string }>(
      202,
      'POST',
      '/workspace/invitations',
      body,
      options,
    );
  const { body: invited } = await throughDeath(server, crashAt('after', 'append:MemberInvited'), () =>
    patiently(ask),
  );
  expect(await owner.get('/workspace/invitations')).toMatchObject({
    items: [{ invitationId: invited.invitationId, email: body.email }],
  });
  const registration = { invitation: invited.token, name: 'Vi', password: passwordOf('vi') };
  await anonymous(server).expectStatus(202, 'POST', '/auth/register', registration);
  await expectSound(server);
});

it.each<[string, string, string, (id: string) => string, object | undefined]>([
  ['another role', 'MemberRoleChanged', 'PATCH', (id) => `/workspace/members/${id}`, { role: 'viewer' }],
  ['a removal', 'MemberRemoved', 'DELETE', (id) => `/workspace/members/${id}`, undefined],
  ['a revocation', 'InvitationRevoked', 'DELETE', (id) => `/workspace/invitations/${id}`, undefined],
])('%s whose answer was lost is asked for again, and happened once', async (_, type, method, at, body) => {
  const ofInvitation = type === 'InvitationRevoked';
  const id = ofInvitation
    ? (await invite(owner, emailOf(), 'viewer')).invitationId
    : (await signUp(server, owner, 'editor')).userId;
  const options = { headers: { 'idempotency-key': randomUUID() } };
  const ask = () => owner.expectStatus<object>(202, method, at(id), body, options);
  const first = await throughDeath(server, crashAt('after', `append:${type}`), () => patiently(ask));
  const again = await ask();
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  await owner.refused('IDEMPOTENCY_KEY_REUSED', method, at(randomUUID()), body, options);
  const { rows } = await server.data.database.query(
    'SELECT data FROM events WHERE type = $1 AND (data->>$2) = $3',
    [type, ofInvitation ? 'invitationId' : 'userId', id],
  );
  expect(rows).toHaveLength(1);
  await expectSound(server);
});
