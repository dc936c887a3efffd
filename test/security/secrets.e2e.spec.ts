import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEAP_LIMIT_FLAG } from '../../src/platform/heap-limit.js';
import { NOT_SUPPORTED_YET, SECRET_KEYS } from '../../src/platform/config/settings.js';
import { formWith } from '../journeys/voice.js';
import { PHONES } from '../journeys/shop.js';
import { programEnvironment, TestServer, type Environment } from '../support/server.js';
import { echoServer, everythingStored, leaksIn, settingCanaries } from './canaries.js';

const CANARIES = settingCanaries();
const SETTING_SECRETS = Object.fromEntries(
  Object.entries(CANARIES).map(([key, { secret }]) => [key, secret]),
);

it('every secret setting has a canary', () => {
  expect(Object.keys(CANARIES)).toEqual(
    expect.arrayContaining(SECRET_KEYS.filter((key) => !NOT_SUPPORTED_YET.includes(key))),
  );
});

describe('a program that serves', () => {
  const secrets: Record<string, string> = { ...SETTING_SECRETS };
  const texts: Record<string, string> = { output: '' };
  let server: TestServer;
  let echo: Awaited<ReturnType<typeof echoServer>>;
  beforeAll(async () => {
    echo = await echoServer();
    const given = (key: keyof typeof CANARIES) => CANARIES[key]!.given;
    server = await TestServer.start({
      heard: (text) => void (texts['output'] += text),
      environment: {
        LOG_LEVEL: 'trace',
        DRAFTHORSE_API_KEY: given('DRAFTHORSE_API_KEY'),
        LLM_BASE_URL: `${echo.url}/v1`,
        LLM_API_KEY: given('LLM_API_KEY'),
        LLM_MODELS: 'one,two',
        LLM_ROUTING: 'best-first',
        TRANSCRIPTION_BASE_URL: `${echo.url}/v1`,
        TRANSCRIPTION_API_KEY: given('TRANSCRIPTION_API_KEY'),
        TRANSCRIPTION_MODEL: 'whisper-1',
        PERSONAL_DATA_KEY: given('PERSONAL_DATA_KEY'),
        AUDIT_SIGNING_KEY: given('AUDIT_SIGNING_KEY'),
        OPENID_PROVIDERS: given('OPENID_PROVIDERS'),
        PUBLIC_URL: 'http://127.0.0.1:9',
      },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await echo?.close();
  });

  const answers: string[] = [];
  /** Kept for the search, but for those that hand a secret to whom it belongs. */
  async function ask<Body>(method: string, path: string, body?: unknown, key?: string, isKept = true) {
    const client = server.clientWithKey(key ?? CANARIES.DRAFTHORSE_API_KEY!.given);
    // With a key of its own: what is kept of a request for its repetition is searched as well.
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await client.send<Body>(method, path, body, { headers });
    if (isKept)
      answers.push(`${method} ${path.split('?', 1)[0]} ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  it('is given credentials of every kind, right and wrong', async () => {
    const invitation = await ask<{ token: string }>(
      'POST',
      '/workspace/invitations',
      { email: 'mina@shop.example', role: 'editor' },
      undefined,
      false,
    );
    secrets['invitation'] = invitation.body.token;
    secrets['password'] = 'cnry correct horse battery staple';
    secrets['wrong password'] = 'cnry wrong horse battery staple';
    const registered = await ask('POST', '/auth/register', {
      invitation: secrets['invitation'],
      name: 'Mina',
      password: secrets['password'],
    });
    expect(registered.status).toBe(202);
    const login = await ask<{ accessToken: string; refreshToken: string }>(
      'POST',
      '/auth/login',
      { email: 'mina@shop.example', password: secrets['password'] },
      undefined,
      false,
    );
    expect(login.status).toBe(200);
    secrets['access token'] = login.body.accessToken;
    secrets['refresh token'] = login.body.refreshToken;
    const key = await ask<{ apiKey: string }>('POST', '/api-keys', { name: 'script' }, undefined, false);
    secrets['api key'] = key.body.apiKey;
    expect(Object.values(secrets).every((secret) => typeof secret === 'string' && secret.length > 8)).toBe(
      true,
    );

    await ask('POST', '/auth/login', { email: 'mina@shop.example', password: secrets['wrong password'] });
    await ask('POST', '/auth/login', {
      email: secrets['password'],
      password: secrets['password'],
      extra: secrets['password'],
    });
    await ask(
      'PUT',
      '/me/password',
      { password: secrets['wrong password'], currentPassword: secrets['wrong password'] },
      secrets['access token'],
    );
    secrets['new password'] = 'cnry another horse battery staple';
    const changed = await ask(
      'PUT',
      '/me/password',
      { password: secrets['new password'], currentPassword: secrets['password'] },
      secrets['access token'],
    );
    expect(changed.status).toBe(202);
    await ask('POST', '/auth/refresh', { refreshToken: `${secrets['refresh token']}x` });
    await ask('POST', '/auth/register', {
      invitation: secrets['invitation'],
      name: '',
      password: secrets['password'],
    });
    await ask('GET', '/products', undefined, secrets['api key']);
    await ask('GET', '/products', undefined, `${secrets['api key']}x`);
    await ask('GET', '/products', undefined, secrets['access token']);
    await ask('GET', `/products?unknown=${secrets['api key']}&cursor=${secrets['api key']}`);
  });

  it('fails in every way it can', { timeout: 120_000 }, async () => {
    const api = server.clientWithKey(CANARIES.DRAFTHORSE_API_KEY!.given);
    await api.importCatalogue(PHONES);
    // Models and transcriptions are refused with everything that was sent to them.
    const draft = await api.say('something that the grammar leaves open, with phones and their prices');
    answers.push(JSON.stringify(draft), JSON.stringify(await api.events(draft.draftId)));
    const heard = await api.send<{ draftId: string }>(
      'POST',
      '/ai/audio',
      undefined,
      await formWith('spoken.wav'),
    );
    expect(heard.status).toBe(202);
    answers.push(JSON.stringify(await api.ended(heard.body.draftId)));
    await ask('POST', '/ai/drafts', { prompt: 5 });
    await ask('POST', '/products', { sku: secrets['api key'], price: secrets['api key'] });
    // The database throws everybody out in the middle of work.
    const waiting = Promise.all(Array.from({ length: 20 }, () => api.send('GET', '/products?limit=200')));
    await server.data.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await waiting;
    // A provider that cannot be reached.
    await ask('GET', '/auth/openid/elsewhere');
    for (const path of [
      '/health/detailed',
      '/audit',
      '/audit/export',
      '/metrics',
      '/usage',
      '/dead-letters',
      '/me',
      '/api-keys',
      '/workspace/members',
      '/workspace/invitations',
      '/me/sessions',
      '/ai/drafts',
      '/audit/verify',
    ])
      await ask('GET', path);
  });

  it('writes none of its secrets into logs, answers, events or tables', async () => {
    await server.kill('SIGTERM');
    texts['answers'] = answers.join('\n');
    texts['tables'] = await everythingStored(server.data.database);
    expect(texts['output']!.split('\n').length).toBeGreaterThan(20);
    expect(texts['tables']).toContain('DraftCreated');
    expect(texts['tables']).toMatch(/idempotency_keys\n\(/);
    expect(answers.length).toBeGreaterThan(20);
    expect(leaksIn(secrets, texts)).toEqual([]);
  });

  it('would be found out: a secret in any form is seen', () => {
    const { 'api key': key = '' } = secrets;
    for (const form of [key, Buffer.from(key).toString('base64'), Buffer.from(key).toString('hex')])
      expect(leaksIn({ key }, { log: `before ${form} after` })).toHaveLength(1);
  });
});

describe('a program that cannot start', () => {
  /** For its first words on a busy machine. */
  const SILENCE_MS_MAX = 45_000;
  /** From then on: one that tries again for ever, or serves, is ended. */
  const TALK_MS = 4_000;

  async function outputOf(environment: Environment): Promise<string> {
    const child = spawn(process.execPath, [HEAP_LIMIT_FLAG, '--import', 'tsx', 'src/main.ts'], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...programEnvironment('x'.repeat(20)),
        LOG_LEVEL: 'trace',
        ...environment,
      },
    });
    let output = '';
    let patience = setTimeout(() => child.kill('SIGKILL'), SILENCE_MS_MAX);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        if (output === '') {
          clearTimeout(patience);
          patience = setTimeout(() => child.kill('SIGKILL'), TALK_MS);
        }
        output += piece.toString();
      });
    await new Promise((resolve) => child.once('close', resolve));
    clearTimeout(patience);
    return output;
  }

  const { DATABASE_URL, REDIS_URL, KAFKA_SASL_PASSWORD, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = CANARIES;
  it.each<[string, () => Promise<Environment>]>([
    ['because the database is away', async () => ({ DATABASE_URL: DATABASE_URL!.given })],
    [
      'because a URL is wrong',
      async () => ({ DATABASE_URL: DATABASE_URL!.given.replace('postgres', 'mysql') }),
    ],
    [
      'because every secret is wrong',
      async () =>
        Object.fromEntries(
          Object.entries(CANARIES).map(([key, { secret }]) => [key, `${secret} and a space`]),
        ),
    ],
    [
      'because Redis is away',
      async () => ({ DATABASE_URL: await databaseUrl(), REDIS_URL: REDIS_URL!.given }),
    ],
    [
      'because Kafka is away',
      async () => ({
        DATABASE_URL: await databaseUrl(),
        KAFKA_BROKERS: '127.0.0.1:9',
        KAFKA_SASL_MECHANISM: 'plain',
        KAFKA_SASL_USERNAME: 'shop',
        KAFKA_SASL_PASSWORD: KAFKA_SASL_PASSWORD!.given,
      }),
    ],
    [
      'or whose S3 is away',
      async () => ({
        DATABASE_URL: await databaseUrl(),
        FILES_URL: 's3://bucket',
        S3_ENDPOINT: 'http://127.0.0.1:9',
        S3_ACCESS_KEY_ID: S3_ACCESS_KEY_ID!.given,
        S3_SECRET_ACCESS_KEY: S3_SECRET_ACCESS_KEY!.given,
      }),
    ],
  ])('%s says so without its secrets', { timeout: 120_000 }, async (_, environment) => {
    const output = await outputOf(await environment());
    expect(output).not.toBe('');
    expect(leaksIn(SETTING_SECRETS, { output })).toEqual([]);
  });

  let shared: TestServer | undefined;
  /** Of a database that is there, whoever else is on it. */
  async function databaseUrl(): Promise<string> {
    shared ??= await TestServer.start();
    return shared.data.url;
  }
  afterAll(() => shared?.stop());
});
