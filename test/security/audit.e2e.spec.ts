/** The audit of dependencies as CI runs it, with real npm, against a registry that answers what the spec has it answer. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = path.join(import.meta.dirname, '../../scripts/audit/main.ts');
const BULK = '/-/npm/v1/security/advisories/bulk';
const ADVISORY = 'https://example.org/advisories/1';
const NOWHERE = 'http://127.0.0.1:1/';

/** What the registry says when it is asked about these packages; null: it takes the question, and says nothing. */
type Answer = (names: string[]) => { status?: number; body: string } | null;
let answer: Answer;
let asked: Record<string, string[]>[];
let registry: Server;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-audit-'));
  await writeProject('project', { served: '1.2.0' }, { tool: '2.0.0' });
  await writeProject('project/beside/it/deep', { tool: '2.1.0' });
  await writeProject('given-up', { served: '1.2.0' }, {}, { deprecated: 'use another one' });
  await mkdir(path.join(folder, 'project/node_modules/served'), { recursive: true });
  await writeFile(path.join(folder, 'project/node_modules/served/package-lock.json'), 'no lockfile of ours');

  registry = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      if (request.url === '/served') return response.end(JSON.stringify(SERVED));
      // Older npm asks another way once it is refused, and is refused again.
      if (request.method === 'POST' && request.url !== BULK)
        return response.writeHead(answer([])?.status ?? 404).end('{}');
      if (request.method !== 'POST') return response.writeHead(404).end('{}');
      const question = JSON.parse(gunzipSync(Buffer.concat(pieces)).toString()) as (typeof asked)[0];
      asked.push(question);
      const given = answer(Object.keys(question));
      return given && response.writeHead(given.status ?? 200).end(given.body);
    });
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  registry?.closeAllConnections();
  registry?.close();
  await rm(folder, { recursive: true, force: true });
});

const release = (version: string) => ({
  name: 'served',
  version,
  dist: { tarball: 'http://127.0.0.1/x.tgz' },
});
const SERVED = {
  name: 'served',
  'dist-tags': { latest: '1.3.0' },
  versions: { '1.2.0': release('1.2.0'), '1.3.0': release('1.3.0') },
};

async function writeProject(
  name: string,
  dependencies: Record<string, string>,
  devDependencies: Record<string, string> = {},
  over: object = {},
) {
  const locked = (versions: Record<string, string>, dev: boolean) =>
    Object.entries(versions).map(([each, version]) => [
      `node_modules/${each}`,
      { version, license: 'MIT', integrity: `sha512-${'A'.repeat(86)}==`, ...(dev && { dev }), ...over },
    ]);
  const root = { name: 'audited', version: '1.0.0', dependencies, devDependencies };
  const packages = Object.fromEntries([
    ['', root],
    ...locked(dependencies, false),
    ...locked(devDependencies, true),
  ]);
  const lockfile = { name: 'audited', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, 'package.json'), JSON.stringify(root));
  await writeFile(path.join(folder, name, 'package-lock.json'), JSON.stringify(lockfile));
}

/** npm remembers what it was told of an advisory. */
let advisories = 0;
const weakness = (severity: string, vulnerable_versions: string) => ({
  id: (advisories += 1),
  url: ADVISORY,
  title: 'Says too much',
  severity,
  vulnerable_versions,
  cwe: [],
  cvss: { score: 0, vectorString: null },
});

/** A registry that knows this, and what every registry does. */
const knowing = (known: Record<string, object[]>): Answer => {
  const all: Record<string, object[]> = { minimist: [weakness('critical', '<0.2.4')], ...known };
  return (names) => ({
    body: JSON.stringify(Object.fromEntries(names.flatMap((name) => (all[name] ? [[name, all[name]]] : [])))),
  });
};
const saying =
  (body: string, status = 200): Answer =>
  () => ({ body, status });
const losingSense: Answer = (names) =>
  names.includes('served') ? { body: '{"served":[{}]}' } : knowing({})(names);

async function audit(
  given: Answer,
  {
    accepted = [] as object[],
    flags = [] as string[],
    url = addressOf(registry),
    project = 'project',
    env = {},
  } = {},
): Promise<{ code: number | null; output: string }> {
  answer = given;
  asked = [];
  const list = path.join(folder, 'accepted.json');
  await writeFile(list, JSON.stringify(accepted));
  const root = path.join(folder, project);
  const words = ['--import', 'tsx', MAIN, '--root', root, '--accepted', list, ...flags];
  const npmConfig = { npm_config_registry: url, npm_config_cache: path.join(folder, 'cache') };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, {
      env: { ...process.env, ...npmConfig, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (output += piece.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

describe('an audit of dependencies', () => {
  it('asks about everything that is locked anywhere in the tree, and passes what nothing is known of', async () => {
    const { code, output } = await audit(knowing({}));
    expect(asked).toHaveLength(3);
    expect(asked).toEqual(
      expect.arrayContaining([
        { minimist: ['0.0.8'] },
        { served: ['1.2.0'], tool: ['2.0.0'] },
        { tool: ['2.1.0'] },
      ]),
    );
    expect(output).toBe('dependencies audited: 3 packages of 2 lockfiles\n');
    expect(code).toBe(0);
  });

  it('fails, in a test run too, and names what is weak, where, and what mends it', async () => {
    const known = { served: [weakness('moderate', '<1.3.0')], tool: [weakness('high', '>2.0.0')] };
    const { code, output } = await audit(knowing(known), { flags: ['--where-answered'] });
    expect(output).toContain(
      `served <1.3.0: moderate, Says too much (${ADVISORY}); fixed by served@1.3.0; here 1.2.0 in node_modules/served\n`,
    );
    expect(output).toContain('here 2.1.0 in beside/it/deep/node_modules/tool\n');
    expect(output).not.toContain('here 2.0.0 in node_modules/tool');
    expect(code).toBe(1);
  });

  it.each<[string, Record<string, object[]>]>([
    ['of other versions', { served: [weakness('critical', '>=1.3.0')] }],
    ['that is not grave', { served: [weakness('low', '<1.3.0')], tool: [weakness('moderate', '*')] }],
  ])('passes a weakness %s', async (_, known) => {
    expect((await audit(knowing(known))).code).toBe(0);
  });

  it.each([
    ['passes what is accepted', '2999-01-01', 0],
    ['fails when that was only for a while', '2026-01-01', 1],
  ])('%s', async (_, until, code) => {
    const accepted = [{ package: 'served', advisory: ADVISORY, reason: 'What it says is public.', until }];
    const result = await audit(knowing({ served: [weakness('high', '*')] }), { accepted });
    expect(result.output.includes('accepted until 2026-01-01 only')).toBe(code === 1);
    expect(result.code).toBe(code);
  });

  it('fails, without any answer, when users run what its makers gave up', async () => {
    const { code, output } = await audit(saying('', 405), {
      project: 'given-up',
      flags: ['--where-answered'],
    });
    expect(output).toContain(
      'served: given up by its makers, use another one; here 1.2.0 in node_modules/served',
    );
    expect(code).toBe(1);
  });

  it.each<[string, Answer, string, { url?: string; flags?: string[] }]>([
    ['refuses to be asked', saying('', 405), ': 405 Method Not Allowed', {}],
    ['is not there', saying(''), 'ECONNREFUSED', { url: NOWHERE }],
    ['takes its time', () => null, ': no answer in time', { flags: ['--seconds', '6'] }],
    ['knows of nothing', saying('{}'), 'knows no weakness of minimist@0.0.8', {}],
    ['answers nothing', saying('null'), 'knows no weakness of minimist@0.0.8', {}],
    ['answers with a page', saying('<html>Welcome</html>'), 'invalid json', {}],
    ['answers with something else', saying('"yes"'), ': no sense in the answer', {}],
    ['loses its senses half way', losingSense, ' (.): no sense in the answer', {}],
  ])('says that nothing was audited when the registry %s', async (_, given, why, options) => {
    const { code, output } = await audit(given, options);
    expect(output).toMatch(/^dependencies not audited/);
    expect(output).toContain(why);
    expect(output).not.toContain('http://');
    expect(code).toBe(2);
  });

  it.each<[string, string, number]>([
    ['gives up in time', 'PATH="${PATH#*:}" npm "$@"', 1],
    ['does not', `sh -c 'while [ -e "$0" ]; do sleep 0.1; done' "$0"`, 0],
  ])(
    'waits no longer, and leaves no question open, where a shim starts npm and that %s',
    async (_, line, questions) => {
      const bin = await mkdtemp(path.join(folder, 'bin-'));
      await writeFile(path.join(bin, 'npm'), `#!/bin/sh\n${line}\nexit $?\n`, { mode: 0o755 });
      const env = { PATH: `${bin}:${process.env['PATH']}` };
      const result = audit(() => null, { env, flags: ['--seconds', '6'] });
      const { code, output } = await result.finally(() => rm(bin, { recursive: true }));
      expect(asked).toHaveLength(questions);
      expect(output).toBe('dependencies not audited: no answer in time\n');
      expect(code).toBe(2);
      const connections = () => promisify(registry.getConnections.bind(registry))();
      await expect.poll(connections, { timeout: 10_000 }).toBe(0);
    },
  );

  it.each<[string, Answer, { url?: string }]>([
    ['refuses to be asked', saying('', 405), {}],
    ['is not there', saying(''), { url: NOWHERE }],
    ['loses its senses half way', losingSense, {}],
  ])('lets a test run go on, and says so, when the registry %s', async (_, given, options) => {
    const { code, output } = await audit(given, { ...options, flags: ['--where-answered'] });
    expect(output).toMatch(/^dependencies not audited/);
    expect(code).toBe(0);
  });
});
