/** The audit of dependencies as CI runs it, with real npm, against a registry that answers what the spec has it answer. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = path.join(import.meta.dirname, '../../scripts/audit/main.ts');
const BULK = '/-/npm/v1/security/advisories/bulk';
const ADVISORY = 'https://example.org/advisories/1';
const LATER = '2999-01-01';

/** By package, as the registry's bulk endpoint answers; a number: the status of a registry that does not. */
type Answer = Record<string, object[]> | number | string;
let answer: Answer;
let asked: Record<string, string[]>;
let registry: Server;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-test-audit-'));
  const locked = (name: string, version: string, dev = false) => ({
    version,
    license: 'MIT',
    integrity: `sha512-${'A'.repeat(86)}==`,
    ...(dev && { dev }),
    name,
  });
  const dependencies = { served: '1.2.0' };
  const devDependencies = { tool: '2.0.0' };
  const root = { name: 'audited', version: '1.0.0', dependencies, devDependencies };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(root));
  const packages = {
    '': root,
    'node_modules/served': locked('served', '1.2.0'),
    'node_modules/tool': locked('tool', '2.0.0', true),
  };
  const lockfile = { name: 'audited', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lockfile));

  registry = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces);
      if (request.method === 'POST' && request.url === BULK) {
        asked = JSON.parse(gunzipSync(body).toString()) as typeof asked;
        if (typeof answer === 'number') response.writeHead(answer).end();
        else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
      } else
        response.writeHead(request.method === 'POST' && typeof answer === 'number' ? answer : 404).end('{}');
    });
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  registry?.close();
  await rm(folder, { recursive: true, force: true });
});

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

async function audit(
  given: Answer,
  { accepted = [] as object[], flags = [] as string[], url = addressOf(registry) } = {},
): Promise<{ code: number | null; output: string }> {
  answer = given;
  const list = path.join(folder, 'accepted.json');
  await writeFile(list, JSON.stringify(accepted));
  const words = ['--import', 'tsx', MAIN, '--root', folder, '--accepted', list, ...flags];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, {
      env: { ...process.env, npm_config_registry: url, npm_config_cache: path.join(folder, 'cache') },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (output += piece.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });
}
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const acceptance = { package: 'served', advisory: ADVISORY, reason: 'What it says is public.', until: LATER };

describe('an audit of dependencies', () => {
  it('asks about everything that is locked, and passes what nothing is known of', async () => {
    const { code, output } = await audit({});
    expect(asked).toEqual({ served: ['1.2.0'], tool: ['2.0.0'] });
    expect(output).toContain('dependencies audited: 3 packages of 1 lockfiles');
    expect(code).toBe(0);
  });

  it('fails, and names what and where, when users run something weak', async () => {
    const { code, output } = await audit(
      { served: [weakness('moderate', '<1.3.0')] },
      { flags: ['--where-answered'] },
    );
    expect(output).toContain(`served <1.3.0: moderate, Says too much (${ADVISORY}), in node_modules/served`);
    expect(code).toBe(1);
  });

  it.each<[string, Answer]>([
    ['of other versions', { served: [weakness('critical', '>=1.3.0')] }],
    ['that is low', { served: [weakness('low', '<1.3.0')] }],
    ['that is moderate, in a tool', { tool: [weakness('moderate', '*')] }],
  ])('passes a weakness %s', async (_, given) => {
    expect((await audit(given)).code).toBe(0);
  });

  it('fails when a tool is gravely weak', async () => {
    expect((await audit({ tool: [weakness('high', '*')] })).code).toBe(1);
  });

  it.each<[string, object[], number, string]>([
    ['passes what is accepted for a reason', [acceptance], 0, 'audited'],
    [
      'fails when that was only for a while',
      [{ ...acceptance, until: '2026-01-01' }],
      1,
      'accepted until 2026-01-01 only',
    ],
    [
      'fails when something else was accepted',
      [{ ...acceptance, advisory: `${ADVISORY}0` }],
      1,
      'Says too much',
    ],
  ])('%s', async (_, accepted, code, line) => {
    const result = await audit({ served: [weakness('high', '*')] }, { accepted });
    expect(result.output).toContain(line);
    expect(result.code).toBe(code);
  });

  it('fails when something is accepted that is not there any more', async () => {
    const { code, output } = await audit({}, { accepted: [acceptance] });
    expect(output).toContain('accepted, and not found any more');
    expect(code).toBe(1);
  });

  it.each<[string, Answer, { url?: string }]>([
    ['refuses to be asked', 405, {}],
    ['answers with something else', '"yes"', {}],
    ['is not there', {}, { url: 'http://127.0.0.1:1/' }],
  ])('says so when the registry %s, which passes only where it is allowed to', async (_, given, options) => {
    const alone = await audit(given, options);
    expect(alone.output).toContain('dependencies not audited');
    expect(alone.output).not.toContain('http://');
    expect(alone.code).toBe(2);
    expect((await audit(given, { ...options, flags: ['--where-answered'] })).code).toBe(0);
  });
});
