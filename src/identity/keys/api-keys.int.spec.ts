import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import type { Caller } from '../caller.js';
import { buildIdentity, type Identity } from '../identity.js';
import { PERMISSIONS } from '../permissions.js';
import { API_KEYS_MAX, type CreatedApiKey, type NewApiKey } from './api-keys.js';

let test: TestDatabase;
let clock: number;
let identity: Identity;
let owner: Caller;
const now = () => new Date(clock);

beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test?.drop());
beforeEach(async () => {
  clock = Date.parse('2026-03-01T10:00:00.000Z');
  identity = buildIdentity(test.database, new StreamWriter(new MemoryEventStore(), now), now);
  const { apiKey } = await identity.workspaces.createWorkspaceWithKey('shop');
  owner = (await by(apiKey))!;
});

const by = (apiKey: string) => identity.authenticator.authenticate(apiKey);
const create = (caller: Caller, wanted: Partial<NewApiKey> = {}, commandId: string = randomUUID()) =>
  identity.apiKeys.create(caller, { name: 'till', scopes: null, expiresAt: null, ...wanted }, commandId);
async function made(...args: Parameters<typeof create>): Promise<CreatedApiKey> {
  const created = await create(...args);
  if ('refused' in created) throw new Error(created.refused.code);
  return created;
}

describe('a key', () => {
  it('may what it was made for, and nothing else', async () => {
    const { apiKey, keyId } = await made(owner, { scopes: ['drafts.propose', 'account'] });
    expect(await by(apiKey)).toEqual({
      userId: owner.userId,
      workspaceId: owner.workspaceId,
      role: 'owner',
      permissions: new Set(['drafts.propose', 'account']),
      credential: { kind: 'api-key', id: keyId },
    });
  });

  it('without scopes of its own may all that its maker may, and what roles get later is not in it', async () => {
    const { scopes } = await made(owner);
    expect(scopes.toSorted()).toEqual([...PERMISSIONS].toSorted());
  });

  it('asked for again by a key that may less, and ends, is not the one that may more', async () => {
    const end = new Date(clock + 3_600_000);
    const command = randomUUID();
    const whole = await made(owner, {}, command);
    const limited = (await by((await made(owner, { scopes: ['account'], expiresAt: end })).apiKey))!;
    const repeated = await made(limited, {}, command);
    expect(repeated).toMatchObject({ scopes: ['account'], expiresAt: end });
    expect((await by(repeated.apiKey))!.permissions).toEqual(new Set(['account']));
    expect(await by(whole.apiKey)).not.toBeNull();
  });

  it('never has more than its maker', async () => {
    const limited = (await by((await made(owner, { scopes: ['account', 'catalogue.read'] })).apiKey))!;
    expect(await create(limited, { scopes: ['catalogue.read', 'drafts.confirm'] })).toEqual({
      refused: { code: 'SCOPE_EXCEEDED', scopes: ['drafts.confirm'] },
    });
    expect((await made(limited)).scopes.toSorted()).toEqual(['account', 'catalogue.read']);
  });

  it('never outlasts the key it was made with', async () => {
    const expiresAt = new Date(clock + 60_000);
    const brief = (await by((await made(owner, { expiresAt })).apiKey))!;
    expect((await made(brief)).expiresAt).toEqual(expiresAt);
    expect((await made(brief, { expiresAt: new Date(clock + 90_000) })).expiresAt).toEqual(expiresAt);
    const sooner = new Date(clock + 30_000);
    expect((await made(brief, { expiresAt: sooner })).expiresAt).toEqual(sooner);
  });

  it('ends when it expires, not later', async () => {
    const { apiKey } = await made(owner, { expiresAt: new Date(clock + 1_000) });
    expect(await by(apiKey)).not.toBeNull();
    clock += 999;
    expect(await by(apiKey)).not.toBeNull();
    clock += 1;
    expect(await by(apiKey)).toBeNull();
  });

  it('ends at once when it is revoked, by its user alone', async () => {
    const { apiKey, keyId } = await made(owner);
    await by(apiKey);
    const other = (await by((await identity.workspaces.createWorkspaceWithKey('other')).apiKey))!;
    expect(await identity.apiKeys.revoke(other, keyId)).toBe(false);
    expect(await by(apiKey)).not.toBeNull();
    expect(await identity.apiKeys.revoke(owner, keyId)).toBe(true);
    expect(await by(apiKey)).toBeNull();
    expect(await identity.apiKeys.revoke(owner, keyId)).toBe(false);
  });

  it('asked for again by the same command is the same one with another secret', async () => {
    const commandId = randomUUID();
    const first = await made(owner, {}, commandId);
    await by(first.apiKey);
    const second = await made(owner, {}, commandId);
    expect(second.keyId).toBe(first.keyId);
    expect(await by(first.apiKey)).toBeNull();
    expect(await by(second.apiKey)).not.toBeNull();
  });

  it('that was revoked is not brought back by the same command', async () => {
    const commandId = randomUUID();
    const { keyId, apiKey } = await made(owner, {}, commandId);
    await identity.apiKeys.revoke(owner, keyId);
    expect(await create(owner, {}, commandId)).toHaveProperty('refused');
    expect(await by(apiKey)).toBeNull();
  });
});

describe('keys', () => {
  it(`are ${API_KEYS_MAX} to a member at most, and the ended do not count`, async () => {
    // One came with the workspace.
    const keys = await Promise.all(Array.from({ length: API_KEYS_MAX - 1 }, () => made(owner)));
    expect(await create(owner)).toEqual({
      refused: { code: 'LIMIT_REACHED', of: 'API keys', limit: API_KEYS_MAX },
    });
    await identity.apiKeys.revoke(owner, keys[0]!.keyId);
    expect(await create(owner)).toHaveProperty('apiKey');
  });

  it('are listed with what they are for and when they were used, never with their secret', async () => {
    const { keyId, apiKey } = await made(owner, { name: 'agent', scopes: ['account'] });
    clock += 1_000;
    await by(apiKey);
    const listed = await identity.apiKeys.list(owner);
    expect(listed.find((key) => key.keyId === keyId)).toEqual({
      keyId,
      name: 'agent',
      scopes: ['account'],
      createdAt: new Date(clock - 1_000),
      expiresAt: null,
      lastUsedAt: new Date(clock),
    });
    expect(JSON.stringify(listed)).not.toContain(apiKey);
  });
});
