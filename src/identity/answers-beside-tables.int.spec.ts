/** What is in tables and not in the log goes along with its answer as an event does: both are stored, or neither. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import type { PendingReceipt } from '../commands/receipt.js';
import { StreamWriter } from '../commands/stream-writer.js';
import { MemoryEventStore } from '../event-store/memory/memory-event-store.js';
import { PostgresReceipts } from '../event-store/postgres/postgres-receipts.js';
import { ReceiptTaken, type Claimant, type Receipt } from '../event-store/receipts.js';
import type { Caller } from './caller.js';
import { changePassword } from './change-password.js';
import { buildIdentity, type Identity } from './identity.js';

const LEASE_MS = 60_000;
const PRINT = 'ab'.repeat(32);
const OLD = 'a long pass phrase that was';

let test: TestDatabase;
let receipts: PostgresReceipts;
let identity: Identity;
let owner: Caller;
let claimant: Claimant;
let told: boolean;
const now = () => new Date();

beforeAll(async () => {
  test = await testDatabase();
  receipts = new PostgresReceipts({ claims: test.database, answers: test.database });
});
afterAll(() => test?.drop());
beforeEach(async () => {
  identity = buildIdentity(test.database, new StreamWriter(new MemoryEventStore(), now), now);
  const { apiKey } = await identity.workspaces.createWorkspaceWithKey('shop');
  owner = (await identity.authenticator.authenticate(apiKey))!;
  const { workspaceId, userId } = owner;
  claimant = { workspaceId, userId, key: randomUUID(), holder: randomUUID() };
  told = false;
  await receipts.claim(claimant, PRINT, LEASE_MS);
});

const answered = (body: string): Receipt => {
  const { workspaceId, userId, key } = claimant;
  return { workspaceId, userId, key, request: PRINT, content: null, answer: { status: 202, body } };
};
const pending: PendingReceipt<object> = {
  of: (made) => answered(JSON.stringify(made)),
  stored: () => (told = true),
};
const claimedAgain = () => receipts.claim({ ...claimant, holder: randomUUID() }, PRINT, LEASE_MS);
const byAnotherTry = () => receipts.store(answered('"by another try"'), null);

describe('a new API key', () => {
  const create = () =>
    identity.apiKeys.create(owner, { name: 'till', scopes: null, expiresAt: null }, claimant.key, pending);

  it('is stored with its answer', async () => {
    const created = await create();
    expect(told).toBe(true);
    const answer = { status: 202, body: JSON.stringify(created), position: null, content: null };
    expect(await claimedAgain()).toEqual({ outcome: 'answered', answer });
  });

  it('is not made where another try of its request was answered: that one’s secret stays good', async () => {
    const first = await create();
    told = false;
    await expect(create()).rejects.toThrow(ReceiptTaken);
    expect(told).toBe(false);
    if ('refused' in first) throw new Error('refused');
    expect(await identity.authenticator.authenticate(first.apiKey)).not.toBeNull();
    expect(await identity.apiKeys.list(owner)).toHaveLength(2);
  });

  it('that is refused leaves no answer', async () => {
    const wanted = { name: 'till', scopes: ['catalogue.edit'], expiresAt: null } as const;
    const less = { ...owner, permissions: new Set(['account'] as const) };
    expect(await identity.apiKeys.create(less, wanted, claimant.key, pending)).toHaveProperty('refused');
    expect(await claimedAgain()).toMatchObject({ outcome: 'running' });
  });
});

describe('a new password', () => {
  const email = () => `${owner.userId}@shop.example`;
  const change = (password: string, receipt?: PendingReceipt<{ userId: string }>) => {
    const { userId } = owner;
    return changePassword(identity, { userId, password, email: email(), keptSessionId: null }, receipt);
  };
  const isPassword = async (password: string) =>
    (await identity.users.withPassword(email(), password)) !== null;
  beforeEach(() => change(OLD));

  it('is stored with its answer and the end of all sessions', async () => {
    await identity.sessions.start(owner.userId);
    await change('a long pass phrase that is', pending);
    expect(await isPassword('a long pass phrase that is')).toBe(true);
    expect(await identity.sessions.list(owner.userId)).toEqual([]);
    const body = JSON.stringify({ userId: owner.userId });
    expect(await claimedAgain()).toMatchObject({ outcome: 'answered', answer: { body } });
    expect(told).toBe(true);
  });

  it('does not come over a later one, where another try of its request was answered before that', async () => {
    await byAnotherTry();
    await identity.sessions.start(owner.userId);
    await expect(change('a long pass phrase too late', pending)).rejects.toThrow(ReceiptTaken);
    expect(told).toBe(false);
    expect(await isPassword(OLD)).toBe(true);
    expect(await identity.sessions.list(owner.userId)).toHaveLength(1);
  });
});

describe('an invitation', () => {
  const invite = async (secret?: string) => {
    const { workspaceId, userId } = owner;
    const context = {
      workspaceId,
      userId,
      commandId: claimant.key,
      correlationId: 'spec',
      causationId: null,
    };
    const wanted = { email: `${claimant.key}@shop.example`, role: 'viewer', secret } as const;
    return (await identity.members.invite(wanted, context)).invited;
  };

  it('has the token that the request makes: a try that comes late does not make the other one’s useless', async () => {
    const first = await invite('a secret of the request');
    expect((await invite('a secret of the request')).token).toBe(first.token);
    expect(await identity.members.find(first.token)).toMatchObject({ invitationId: first.invitationId });
  });

  it('made anew without one has another, and the one before leads nowhere', async () => {
    const [first, second] = [await invite(), await invite()];
    expect(second.token).not.toBe(first.token);
    expect(await identity.members.find(first.token)).toBeNull();
  });
});
