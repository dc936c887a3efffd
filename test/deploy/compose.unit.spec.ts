/** docker-compose.yml and Dockerfile against the program they run: what is passed, what is asked, what is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/platform/config/config.js';
import {
  NOT_SUPPORTED_YET,
  ROLES,
  SETTING_KEYS,
  type SettingKey,
} from '../../src/platform/config/settings.js';
import { environmentOf, filledIn, readCompose, ROOT, textOf, type Service } from './compose.js';

const { services, volumes } = readCompose();
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);
const roles = ours.filter(([, { environment }]) => environment?.['ROLES'] !== undefined);
const steps = ours.filter(([name]) => !roles.some(([role]) => role === name));
const GIVEN = {
  POSTGRES_PASSWORD: 'p4ss',
  DRAFTHORSE_API_KEY: 'a-key-that-nobody-guesses',
  PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
};

describe('our services', () => {
  it('have every role exactly once, each in a service of its name', () => {
    expect(roles.map(([name, { environment }]) => [name, environment?.['ROLES']])).toEqual(
      ROLES.map((role) => [role, role]),
    );
  });

  it.each(ours)('%s is passed settings of this program and no others', (_name, { environment = {} }) => {
    const unknown = Object.keys(environment).filter((key) => !SETTING_KEYS.includes(key as SettingKey));
    expect(unknown).toEqual([]);
  });

  it.each(ours)('%s is passed nothing that this version does not support', (_name, { environment = {} }) => {
    expect(NOT_SUPPORTED_YET.filter((key) => key in environment)).toEqual([]);
  });

  it.each(ours)('%s starts with what it is passed', (_name, service) => {
    expect(readConfig(environmentOf(service, GIVEN)).warnings).toEqual([]);
  });

  it.each(roles)('%s listens where its health is asked, also from other containers', (_name, service) => {
    const { HOST, PORT, HEALTH_PORT, ROLES: does } = readConfig(environmentOf(service, GIVEN)).settings;
    expect(HOST).toBe('0.0.0.0');
    // The check asks HEALTH_PORT first: with the API there must be none, or it would ask where nobody listens.
    if (does.includes('api')) expect([PORT, HEALTH_PORT]).toEqual([3000, null]);
    else expect(HEALTH_PORT).toBeGreaterThan(0);
  });

  it.each(roles)('%s works on the same database and bus as all others', (_name, service) => {
    const { DATABASE_URL, KAFKA_BROKERS } = environmentOf(service, GIVEN);
    expect({ DATABASE_URL, KAFKA_BROKERS }).toEqual({
      DATABASE_URL: 'postgres://drafthorse:p4ss@postgres:5432/drafthorse',
      KAFKA_BROKERS: 'kafka:9092',
    });
  });

  it.each(roles)('%s waits for the migrations, the topics, the database and the broker', (_name, service) => {
    expect(service.depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      topics: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
      kafka: { condition: 'service_healthy' },
    });
  });

  it('have a step that migrates and one that makes the topics', () => {
    expect(steps.map(([name, { depends_on }]) => [name, depends_on])).toEqual([
      ['migrate', { postgres: { condition: 'service_healthy' } }],
      ['topics', { kafka: { condition: 'service_healthy' } }],
    ]);
  });

  it.each(ours)('%s runs a program that the image holds', (_name, { command }) => {
    const program = (command ?? imageCommand()).at(-1)!;
    expect(existsSync(new URL(program, ROOT))).toBe(true);
    expect(copied().some((path) => program === path || program.startsWith(`${path}/`))).toBe(true);
  });

  it('refuse to start without the secrets that must be chosen', () => {
    const [, api] = roles[0]!;
    for (const name of Object.keys(GIVEN))
      expect(() => environmentOf(api, { ...GIVEN, [name]: undefined as unknown as string })).toThrow(name);
  });
});

describe('every service', () => {
  it.each(all)('%s is asked how it is, or says that it ends', (name, { healthcheck }) => {
    if (steps.some(([step]) => step === name)) return expect(healthcheck).toEqual({ disable: true });
    expect(healthcheck?.test?.[0]).toMatch(/^CMD(-SHELL)?$/);
    for (const key of ['interval', 'timeout', 'retries'] as const) expect(healthcheck?.[key]).toBeDefined();
  });

  it.each(all)('%s has an image of a version that does not move', (_name, { image, build }) => {
    if (build !== undefined) expect(image).toBe('drafthorse:local');
    else expect(image).toMatch(/^[\w./-]+:\d+\.\d+[\w.-]*$/);
  });

  it.each(all)('%s is reached from this machine only', (_name, { ports = [] }) => {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it.each(all)('%s keeps its data in a volume that is declared', (_name, { volumes: mounts = [] }) => {
    expect(mounts.map((mount) => mount.split(':')[0]).filter((volume) => !(volume! in volumes))).toEqual([]);
  });

  it.each(all)('%s carries no password in the file', (_name, { environment = {} }) => {
    const written = Object.entries(environment).filter(
      ([key, value]) => /PASSWORD|API_KEY|SECRET/.test(key) && !/^\$\{\w+:\?/.test(String(value)),
    );
    expect(written).toEqual([]);
  });

  it('that this version does not use starts only when it is asked for', () => {
    const optional = all.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name);
    expect(optional).toEqual(['eventstore', 'redis']);
    const needed = all.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on));
    expect(needed.filter((name) => optional.includes(name) || !(name in services))).toEqual([]);
  });
});

describe('the checks above', () => {
  it('see what is wrong', () => {
    expect(() => readConfig({ KAFKA_BROKER: 'kafka:9092' })).toThrow('did you mean KAFKA_BROKERS');
    expect(filledIn('${A:-1}/${B:?why}', { B: '2' })).toBe('1/2');
    expect(() => filledIn('${B:?why}')).toThrow('B must be given');
    const { services: merged } = readCompose('x: &x {image: "a:1.0"}\nservices: {b: {<<: *x, build: .}}');
    expect(merged['b']).toEqual({ image: 'a:1.0', build: '.' } satisfies Service);
  });
});

const dockerfile = textOf('Dockerfile');
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map((match) => match[1]!);
const imageCommand = () => JSON.parse(instructions('CMD').at(-1)!) as string[];
/** What the last stage takes from the repository. */
const copied = () =>
  instructions('COPY')
    .filter((line) => !line.startsWith('--from'))
    .flatMap((line) => line.split(' ').slice(0, -1));

describe('the image', () => {
  it('runs on the Node that the repository pins, in all its stages', () => {
    const { packages } = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { version: string }>;
    };
    const { version } = packages['node_modules/node']!;
    for (const from of instructions('FROM')) expect(from).toMatch(new RegExp(`^node:${version}-`));
    expect(instructions('FROM').length).toBeGreaterThan(1);
  });

  it('holds no development dependencies', () => {
    expect(dockerfile).toContain('npm ci --omit=dev');
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    expect(dependencies).toHaveProperty('tsx');
  });

  it('does not run as root', () => {
    expect(dockerfile.lastIndexOf('\nUSER node')).toBeGreaterThan(dockerfile.lastIndexOf('\nRUN '));
  });

  it('takes only what there is, and what is let in', () => {
    const letIn = textOf('.dockerignore').split('\n');
    for (const path of copied()) {
      expect([path, existsSync(new URL(path, ROOT))]).toEqual([path, true]);
      expect(letIn).toContain(`!${path}`);
    }
  });
});

describe('the health check', () => {
  async function checked(environment: Record<string, string>): Promise<number> {
    const script = fileURLToPath(new URL('deploy/healthcheck.mjs', ROOT));
    const child = spawn(process.execPath, [script], { env: environment, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  }

  it.each([
    ['is content with a process that is ready', 200, 0],
    ['is not content with one that is not', 503, 1],
  ])('%s', async (_what, status, code) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = String((server.address() as AddressInfo).port);
    expect(await checked({ PORT: port })).toBe(code);
    expect(await checked({ PORT: '1', HEALTH_PORT: port })).toBe(code);
    expect(asked).toEqual(['/health/ready', '/health/ready']);
    server.close();
  });

  it('is not content with nobody', async () => expect(await checked({ PORT: '1' })).toBe(1));
});
