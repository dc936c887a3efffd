import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PublicKeyShown } from '../../src/audit-chain/proofs.js';
import type { CheckpointShown } from '../../src/audit-chain/export-lines.js';
import type { Verification } from '../../src/audit-chain/verify/verify.js';
import type { ApiClient, Page } from '../support/api-client.js';
import { TestServer, type SecondWorkspace } from '../support/server.js';
import { until } from '../support/until.js';
import { PHONES } from './shop.js';

let server: TestServer;
let shop: SecondWorkspace;
let other: SecondWorkspace;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-audit-'));
  server = await TestServer.start({
    environment: { AUDIT_CHECKPOINT_SECONDS: '1', DATA_DIR: path.join(folder, 'data') },
  });
  [shop, other] = [await server.createWorkspace('shop'), await server.createWorkspace('other')];
  for (const { client } of [shop, other]) await client.importCatalogue(PHONES);
  await shop.client.apply('lower the price of silver iphones by 10%');
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const verified = (api: ApiClient, query = '') => api.get<Verification>(`/audit/verify${query}`);

/** The chain, its last checkpoint and the trail are where the log is. */
const settled = (api: ApiClient) =>
  until('everything is chained and signed', async () => {
    const answer = await verified(api);
    const { pending, lastCheckpoint, checked } = answer;
    const rests = pending.events + pending.trailRows === 0 && lastCheckpoint?.seq === checked.upTo.seq;
    return rests && answer;
  });

async function exported(api: ApiClient, name: string): Promise<string> {
  const { body } = await api.expectStatus<string>(200, 'GET', '/audit/export');
  const file = path.join(folder, name);
  await writeFile(file, body);
  return file;
}

/** The program as people run it, with nothing of the server's in its environment. */
function drafthorse(...words: string[]): Promise<{ code: number; output: string }> {
  const command = ['--import', 'tsx', 'src/terminal/main.ts', ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env: { PATH: process.env['PATH'] } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

describe('the audit trail', () => {
  it('proves itself while people work, in every workspace by itself', async () => {
    for (const { client } of [shop, other]) {
      const answer = await settled(client);
      expect(answer).toMatchObject({ whole: true, complete: true, firstBad: null });
      expect(answer.lastCheckpoint).toMatchObject({ keySource: 'configured' });
    }
    const [ours, theirs] = [await verified(shop.client), await verified(other.client)];
    expect(ours.checked.events).toBeGreaterThan(theirs.checked.events);
    expect(ours.lastCheckpoint?.workspaceId).toBe(shop.workspaceId);
    const { items } = await shop.client.get<Page<CheckpointShown>>('/audit/checkpoints?limit=200');
    expect(new Set(items.map(({ workspaceId }) => workspaceId))).toEqual(new Set([shop.workspaceId]));
    expect((await verified(shop.client, '?fromCheckpoint=true')).whole).toBe(true);
    await shop.client.refused('INVALID_REQUEST', 'GET', '/audit/verify?afterSeq=1000000');
    await shop.client.refused('INVALID_REQUEST', 'GET', '/audit/verify?afterSeq=1&fromCheckpoint=true');
  });

  it('signs with a key that only the process may read, and shows its public half', async () => {
    const file = path.join(folder, 'data', 'audit-signing-key.pem');
    expect(await readFile(file, 'utf8')).toContain('PRIVATE KEY');
    const { keys } = await shop.client.get<{ keys: PublicKeyShown[] }>('/audit/public-key');
    expect(keys).toMatchObject([{ algorithm: 'Ed25519', current: true, source: 'configured' }]);
    expect(keys[0]!.publicKey).toContain('PUBLIC KEY');
    expect(JSON.stringify(await shop.client.get('/audit/public-key'))).not.toContain('PRIVATE');
  });

  it('is verified from a file alone, before and after it was meddled with', async () => {
    await settled(shop.client);
    const { lastCheckpoint } = await verified(shop.client);
    const checkpoint = path.join(folder, 'earlier.json');
    await writeFile(checkpoint, JSON.stringify(lastCheckpoint));
    const { keys } = await shop.client.get<{ keys: PublicKeyShown[] }>('/audit/public-key');
    const publicKey = path.join(folder, 'key.pem');
    await writeFile(publicKey, keys[0]!.publicKey);
    await shop.client.apply('set the stock of sku CASE-1 to 7');
    await settled(shop.client);

    const file = await exported(shop.client, 'audit.ndjson');
    const given = ['--public-key', publicKey, '--checkpoint', checkpoint];
    const whole = await drafthorse('audit', 'verify', file, ...given);
    expect(whole).toMatchObject({
      code: 0,
      output: expect.stringContaining('The earlier checkpoint holds.'),
    });

    const text = await readFile(file, 'utf8');
    const forged = path.join(folder, 'forged.ndjson');
    await writeFile(forged, text.replace('\\"stock\\": 7', '\\"stock\\": 8'));
    const found = await drafthorse('--json', 'audit', 'verify', forged, ...given);
    expect(found.code).toBe(1);
    const line = text.split('\n').find((one) => one.includes('\\"stock\\": 7'))!;
    const { seq, position } = JSON.parse(line) as { seq: string; position: string };
    expect(JSON.parse(found.output)).toMatchObject({
      whole: false,
      firstBad: { what: 'EVENT_CHANGED', seq, position },
    });

    await writeFile(forged, text.slice(0, text.length / 2));
    expect((await drafthorse('audit', 'verify', forged)).code).toBe(1);
    expect((await drafthorse('audit', 'verify', path.join(folder, 'none'))).code).toBe(2);
    expect((await drafthorse('audit', 'verify', file, '--public-key', file)).code).toBe(2);
    const foreign = await exported(other.client, 'other.ndjson');
    expect((await drafthorse('audit', 'verify', foreign, ...given)).code).toBe(1);
  });

  it('goes on in the same chain after a death', async () => {
    const before = await settled(shop.client);
    await server.kill('SIGKILL');
    await server.restart();
    await shop.client.apply('set the stock of sku CASE-1 to 9');
    const after = await settled(shop.client);
    expect(after.whole).toBe(true);
    expect(BigInt(after.checked.upTo.seq)).toBeGreaterThan(BigInt(before.checked.upTo.seq));
    expect(after.lastCheckpoint?.keyId).toBe(before.lastCheckpoint?.keyId);
  });

  it('is looked after: health and metrics tell how far the chain is', async () => {
    await settled(shop.client);
    const health = await server.client.get<{ components: Record<string, unknown> }>('/health/detailed');
    expect(health.components['audit-chain']).toMatchObject({ status: 'up', leading: true, trouble: null });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^drafthorse_audit_chain_lag_events \d+$/m);
    expect(metrics).toMatch(/^drafthorse_audit_chain_lag_seconds [\d.]+$/m);
  });

  it('tells its own workspace when a row of it was changed, and nobody else', async () => {
    await settled(shop.client);
    const { database } = server.data;
    const { rows } = await database.query<{ position: string }>(
      `UPDATE audit_trail SET facts = '{"changed": 1}'
        WHERE position = (SELECT min(position) FROM audit_trail WHERE workspace_id = $1 AND type = 'Executed')
       RETURNING position`,
      [shop.workspaceId],
    );
    const { whole, firstBad } = await verified(shop.client);
    expect({ whole, firstBad }).toMatchObject({
      whole: false,
      firstBad: { what: 'TRAIL_ROW_CHANGED', position: rows[0]!.position },
    });
    expect((await verified(other.client)).whole).toBe(true);
  });
});
