/** Requests that take, give or take back a secret, under their Idempotency-Key: answered again as they were, to whom it was given. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymous, invite, login, passwordOf, signUp, type Tokens } from '../identity/people.js';
import { rawRequest, type RawAnswer } from '../security/raw-request.js';
import type { ApiClient, Page } from '../support/api-client.js';
import { crashAt, type CrashPoint } from '../support/crash-point.js';
import { everythingStored } from '../support/everything-stored.js';
import { CLIENT_ID, CLIENT_SECRET, OpenIdTestProvider } from '../support/openid-provider.js';
import { stopProgram, TestServer, type RunningProgram } from '../support/server.js';
import { until } from '../support/until.js';

/** A request, who may ask it, and what there is of it afterwards. */
interface Asked {
  method: string;
  /** Below /api/v1. */
  path: string;
  /** Null: no body. */
  json: Record<string, unknown> | null;
  /** Null: nobody is signed in. */
  bearer: string | null;
  status: number;
  /** Of the same user, signed in elsewhere; null: nobody is signed in. */
  otherBearer: string | null;
  /** How often it has happened, found by what the answer said: where it is of no use, this throws. */
  times(answer: string): Promise<number>;
}

let provider: OpenIdTestProvider;
let server: TestServer;
let owner: ApiClient;

beforeAll(async () => {
  provider = await OpenIdTestProvider.start(['http://localhost:1/api/v1/auth/openid/elsewhere/callback']);
  const account = { issuer: provider.issuer, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET };
  server = await TestServer.start({
    entry: 'test/support/crashing-main.ts',
    environment: {
      RATE_LIMIT_AUTH: '0',
      PUBLIC_URL: 'http://localhost:1',
      OPENID_PROVIDERS: JSON.stringify([{ name: 'elsewhere', ...account }]),
    },
  });
  owner = (await server.createWorkspace('secrets')).client;
});
afterAll(async () => {
  await server?.stop();
  await provider?.stop();
});

interface Person {
  email: string;
  password: string;
  session: Tokens;
  otherSession: Tokens;
}

async function person(role = 'owner', inviter = owner): Promise<Person> {
  const { email, password } = await signUp(server, inviter, role);
  const [session, otherSession] = [
    await login(server, email, password),
    await login(server, email, password),
  ];
  return { email, password, session, otherSession };
}

const by = ({ accessToken }: Tokens) => server.clientWithKey(accessToken);
const bearersOf = ({ session, otherSession }: Person) => ({
  bearer: session.accessToken,
  otherBearer: otherSession.accessToken,
});

async function newApiKey(): Promise<Asked> {
  const someone = await person('editor');
  return {
    method: 'POST',
    path: '/api-keys',
    json: { name: 'till' },
    status: 202,
    ...bearersOf(someone),
    times: async (answer) => {
      const { apiKey, keyId } = JSON.parse(answer) as { apiKey: string; keyId: string };
      const client = server.clientWithKey(apiKey);
      expect(await client.get('/me')).toMatchObject({ credential: { kind: 'api-key', id: keyId } });
      return (await client.get<Page<object>>('/api-keys')).items.length;
    },
  };
}

async function invitation(): Promise<Asked> {
  const someone = await person();
  const email = `${randomUUID()}@shop.example`;
  return {
    method: 'POST',
    path: '/workspace/invitations',
    json: { email, role: 'viewer' },
    status: 202,
    ...bearersOf(someone),
    times: async (answer) => {
      const { items } = await owner.get<Page<{ email: string }>>('/workspace/invitations');
      const { token } = JSON.parse(answer) as { token: string };
      // Only what is refused for its password has been found.
      const body = { invitation: token, name: 'Vi', password: 'short' };
      await anonymous(server).refused('INVALID_REQUEST', 'POST', '/auth/register', body);
      return items.filter((item) => item.email === email).length;
    },
  };
}

async function newPassword(): Promise<Asked> {
  const someone = await person('editor');
  const password = passwordOf('somebody new');
  return {
    method: 'PUT',
    path: '/me/password',
    json: { password, currentPassword: someone.password },
    ...bearersOf(someone),
    status: 202,
    times: async () => {
      await by(someone.session).get('/me');
      const body = { email: someone.email, password: someone.password };
      await anonymous(server).refused('INVALID_CREDENTIALS', 'POST', '/auth/login', body);
      await login(server, someone.email, password);
      return 1;
    },
  };
}

const membersWith = async (client: ApiClient, email: string) =>
  (await client.get<Page<{ email: string }>>('/workspace/members')).items.filter(
    (member) => member.email === email,
  ).length;

async function acceptance(): Promise<Asked> {
  const elsewhere = (await server.createWorkspace('elsewhere')).client;
  const someone = await person('editor');
  const { token } = await invite(elsewhere, someone.email, 'viewer');
  return {
    method: 'POST',
    path: '/auth/invitations/accept',
    json: { invitation: token },
    status: 202,
    ...bearersOf(someone),
    times: () => until('the member is there', () => membersWith(elsewhere, someone.email)),
  };
}

async function registration(): Promise<Asked> {
  const email = `${randomUUID()}@shop.example`;
  const { token } = await invite(owner, email, 'viewer');
  const json = { invitation: token, name: 'Vi', password: passwordOf('vi') };
  return {
    method: 'POST',
    path: '/auth/register',
    json,
    status: 202,
    bearer: null,
    otherBearer: null,
    times: async () => {
      const times = await until('the member is there', () => membersWith(owner, email));
      await login(server, email, json.password);
      return times;
    },
  };
}

async function link(): Promise<Asked> {
  const someone = await person('editor');
  return {
    method: 'POST',
    path: '/me/accounts/elsewhere',
    json: {},
    status: 200,
    ...bearersOf(someone),
    times: async (answer) => {
      expect(JSON.parse(answer)).toEqual({ authorizationUrl: expect.stringContaining(provider.issuer) });
      return 1;
    },
  };
}

/** None of these can be done a second time: without its answer, it would be refused. */
async function revocation(): Promise<Asked> {
  const someone = await person('editor');
  const made = await by(someone.session).expectStatus<{ keyId: string }>(202, 'POST', '/api-keys', {
    name: 'till',
  });
  return {
    method: 'DELETE',
    path: `/api-keys/${made.body.keyId}`,
    json: null,
    status: 202,
    ...bearersOf(someone),
    times: async (answer) => {
      expect(JSON.parse(answer)).toEqual({ keyId: made.body.keyId });
      return 1 - (await by(someone.session).get<Page<object>>('/api-keys')).items.length;
    },
  };
}

async function endOfSession(): Promise<Asked> {
  const someone = await person('editor');
  const { sessionId } = someone.otherSession;
  return {
    method: 'DELETE',
    path: `/me/sessions/${sessionId}`,
    json: null,
    status: 202,
    ...bearersOf(someone),
    times: async (answer) => {
      expect(JSON.parse(answer)).toEqual({ sessionId });
      return 2 - (await by(someone.session).get<Page<object>>('/me/sessions')).items.length;
    },
  };
}

async function endOfAllSessions(): Promise<Asked> {
  const someone = await person('editor');
  const made = await by(someone.session).expectStatus<{ apiKey: string }>(202, 'POST', '/api-keys', {
    name: 'till',
  });
  return {
    method: 'POST',
    path: '/auth/logout-everywhere',
    json: null,
    status: 202,
    bearer: made.body.apiKey,
    otherBearer: null,
    times: async (answer) => {
      const left = await server.clientWithKey(made.body.apiKey).get<Page<object>>('/me/sessions');
      expect(left.items).toEqual([]);
      return (JSON.parse(answer) as { sessions: number }).sessions / 2;
    },
  };
}

const ROUTES: [string, () => Promise<Asked>][] = [
  ['a new API key', newApiKey],
  ['an invitation', invitation],
  ['a new password', newPassword],
  ['an invitation that is accepted', acceptance],
  ['somebody who registers', registration],
  ['an account elsewhere that is linked', link],
];

const send = (
  { method, path, json, bearer }: Omit<Asked, 'times' | 'status' | 'otherBearer'>,
  key: string,
  url = server.url,
): Promise<RawAnswer> =>
  rawRequest(url, {
    method,
    path: `/api/v1${path}`,
    headers: {
      ...(json === null ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': key,
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(json === null ? {} : { body: JSON.stringify(json) }),
  });

const told = ({ status, headers, body }: RawAnswer) => ({
  status,
  body,
  position: headers['drafthorse-position'],
  type: headers['content-type'],
  cookies: headers['set-cookie'],
  caching: headers['cache-control'],
});
const codeOf = ({ status, body }: RawAnswer) => [status, (JSON.parse(body) as { code?: string }).code];
const REUSED = [422, 'IDEMPOTENCY_KEY_REUSED'];

describe('with several processes', () => {
  let other: RunningProgram;
  beforeAll(async () => {
    other = await server.another();
  });
  afterAll(async () => {
    if (other) await stopProgram(other);
  });

  describe.each(ROUTES)('%s', (_, prepare) => {
    it('asked for again is answered as it was, by any process, and happens once', async () => {
      const asked = await prepare();
      const key = randomUUID();
      const first = await send(asked, key);
      expect([first.status, first.body]).toEqual([asked.status, expect.any(String)]);
      expect(first.headers['idempotency-replayed']).toBeUndefined();
      for (const url of [server.url, other.url]) {
        const again = await send(asked, key, url);
        expect(told(again)).toEqual(told(first));
        expect(again.headers['idempotency-replayed']).toBe('true');
      }
      expect(told(first).caching).toBe('no-store');
      expect(await asked.times(first.body)).toBe(1);
    });

    it('is another request with anything else in it, and from whoever comes with something else', async () => {
      const asked = await prepare();
      const key = randomUUID();
      const first = await send(asked, key);
      expect(first.status).toBe(asked.status);
      for (const json of [{ ...asked.json, more: 'of it' }, different(asked)])
        expect(codeOf(await send({ ...asked, json }, key))).toEqual(REUSED);
      const elsewhere = await send({ ...asked, bearer: asked.otherBearer }, key);
      // All other sessions end with the old password; and nobody who is not signed in comes with anything else.
      if (asked.path === '/me/password') expect(codeOf(elsewhere)).toEqual([401, 'UNAUTHENTICATED']);
      else if (asked.bearer !== null) expect(codeOf(elsewhere)).toEqual(REUSED);
      expect(await asked.times(first.body)).toBe(1);
    });

    it('is one, asked for ten times at once', async () => {
      const asked = await prepare();
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(asked, key)));
      const given = answers.filter(({ status }) => status === asked.status);
      expect(new Set(given.map(({ body }) => body)).size).toBe(1);
      for (const answer of answers.filter(({ status }) => status !== asked.status)) {
        expect(codeOf(answer)).toEqual([409, 'IDEMPOTENCY_KEY_IN_USE']);
        expect(answer.headers['retry-after']).toBe('1');
      }
      expect(told(await send(asked, key))).toEqual(told(given[0]!));
      expect(await asked.times(given[0]!.body)).toBe(1);
    });
  });
});

/** The same body with another secret in it, or another name where it takes none. */
const different = ({ json }: Asked) =>
  json && 'password' in json ? { ...json, password: passwordOf('else') } : { ...json, name: 'else' };

describe('whoever asked', () => {
  it('is told nothing once what they came with was revoked', async () => {
    const someone = await person('editor');
    const made = await by(someone.otherSession).expectStatus<{ apiKey: string; keyId: string }>(
      202,
      'POST',
      '/api-keys',
      { name: 'till' },
    );
    const asked = { method: 'POST', path: '/api-keys', json: { name: 'more' } };
    for (const [bearer, revoke] of [
      [made.body.apiKey, `/api-keys/${made.body.keyId}`],
      [someone.session.accessToken, `/me/sessions/${someone.session.sessionId}`],
    ] as const) {
      const key = randomUUID();
      expect((await send({ ...asked, bearer }, key)).status).toBe(202);
      await by(someone.otherSession).expectStatus(202, 'DELETE', revoke);
      expect(codeOf(await send({ ...asked, bearer }, key))).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  it('reads what was kept only where it was kept: in another row it does not open', async () => {
    const asked = await newApiKey();
    const [key, otherKey] = [randomUUID(), randomUUID()];
    await send(asked, key);
    await send({ ...asked, json: { name: 'another' } }, otherKey);
    const { database } = server.data;
    await database.query(
      `UPDATE idempotency_keys SET body = (SELECT body FROM idempotency_keys WHERE key = $1) WHERE key = $2`,
      [key, otherKey],
    );
    const answer = await send({ ...asked, json: { name: 'another' } }, otherKey);
    expect(codeOf(answer)).toEqual([500, 'INTERNAL_ERROR']);
    expect(answer.body).not.toContain('dh_');
  });
});

describe('a program that dies', () => {
  /** The same request until it is answered: by a program that is there, with something else than "wait". */
  const patiently = (asked: Asked, key: string) =>
    until(
      'the request is answered',
      async () => {
        const answer = await send(asked, key).catch(() => null);
        return answer === null || answer.body.includes('IDEMPOTENCY_KEY_IN_USE') ? null : answer;
      },
      30_000,
    );

  const expectOnce = async (asked: Asked, key: string, isReplayed: boolean) => {
    const answer = await patiently(asked, key);
    expect([answer.status, answer.body]).toEqual([asked.status, expect.any(String)]);
    expect(answer.headers['idempotency-replayed']).toBe(isReplayed ? 'true' : undefined);
    expect(await asked.times(answer.body)).toBe(1);
    expect(told(await send(asked, key))).toEqual(told(answer));
  };

  /** What is done is done with the append, or with the commit after which it is made known. */
  it.each<[string, () => Promise<Asked>, CrashPoint, boolean]>([
    ['an invitation, before', invitation, crashAt('before', 'append:MemberInvited'), false],
    ['an invitation, after', invitation, crashAt('after', 'append:MemberInvited'), true],
    ['an acceptance, before', acceptance, crashAt('before', 'append:MemberAdded'), false],
    ['an acceptance, after', acceptance, crashAt('after', 'append:MemberAdded'), true],
    ['a registration, before', registration, crashAt('before', 'append:MemberAdded'), false],
    ['a registration, after', registration, crashAt('after', 'append:MemberAdded'), true],
    ['a new API key, after', newApiKey, crashAt('before', 'revocation'), true],
    ['a new password, after', newPassword, crashAt('before', 'revocation'), true],
    ['a key that is revoked, after', revocation, crashAt('before', 'revocation'), true],
    ['a session that is ended, after', endOfSession, crashAt('before', 'revocation'), true],
    ['all sessions that end, after', endOfAllSessions, crashAt('before', 'revocation'), true],
  ])('over %s it was done, has done it once', async (_, prepare, point, isReplayed) => {
    const asked = await prepare();
    const key = randomUUID();
    await server.running.ask(point);
    await expect(send(asked, key)).rejects.toThrow();
    await server.exit();
    await server.restart();
    await expectOnce(asked, key, isReplayed);
  });

  it.each<[string, () => Promise<Asked>, string]>([
    ['a new API key', newApiKey, 'api_keys'],
    ['a new password', newPassword, 'sessions'],
  ])('over %s while it is written, has done it once', async (_, prepare, table) => {
    const asked = await prepare();
    const key = randomUUID();
    const { database } = server.data;
    await database.transaction(async (transaction) => {
      // Reads go on; the first write waits in the middle of its transaction.
      await transaction.query(`LOCK TABLE ${table} IN SHARE MODE`);
      const sent = send(asked, key);
      const cut = expect(sent).rejects.toThrow();
      await until('it waits', async () => {
        const { rowCount } = await database.query(
          'SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass',
          [table],
        );
        return rowCount! > 0;
      });
      await server.kill('SIGKILL');
      await cut;
    });
    await server.restart();
    await expectOnce(asked, key, false);
  });
});

it('nothing of it stands in the database as it was said', async () => {
  const asked = [await newApiKey(), await invitation(), await newPassword()];
  const secrets: string[] = [];
  for (const each of asked) {
    const { body } = await send(each, randomUUID());
    secrets.push(...secretsIn(each.json ?? {}), ...secretsIn(JSON.parse(body) as object));
  }
  expect(secrets).toHaveLength(4);
  const stored = [...(await everythingStored(server.data.database)).values()].join('\n');
  for (const secret of secrets) expect(stored).not.toContain(secret);
});

const secretsIn = (of: object) =>
  Object.entries(of).flatMap(([name, value]) => (/password|token|apiKey/i.test(name) ? [String(value)] : []));
