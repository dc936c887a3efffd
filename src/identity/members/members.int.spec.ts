import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { changeMemberRole, removeMember } from '../../commands/members/change-members.js';
import { membersRef } from '../../commands/members/members.decider.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import type { Role } from '../../events/workspace.events.js';
import type { Queryable } from '../../platform/database/database.js';
import { buildIdentity, type Identity } from '../identity.js';
import { forgetPerson } from '../users/forget-person.js';
import { DEFAULT_OWNER_ID, DEFAULT_WORKSPACE_ID } from '../workspaces.js';
import { followMembers } from './follow-members.js';
import { INVITATION_LASTS_MS } from './members.js';

const FOLLOWING = { correlationId: 'spec' };

let test: TestDatabase;
let store: MemoryEventStore;
let writer: StreamWriter;
let clock: number;
let identity: Identity;
let owner: { userId: string; workspaceId: string };
const now = () => new Date(clock);
const context = () => ({ ...owner, commandId: randomUUID(), correlationId: 'spec', causationId: null });

beforeAll(async () => {
  test = await testDatabase();
  store = new MemoryEventStore();
  writer = new StreamWriter(store, now);
});
afterAll(() => test?.drop());
beforeEach(async () => {
  clock = Date.parse('2026-03-01T10:00:00.000Z');
  identity = buildIdentity(test.database, writer, now);
  owner = await identity.workspaces.createWorkspaceWithKey('shop');
});

const emailOf = () => `${randomUUID()}@shop.example`;
async function invited(email: string, role: Role = 'editor') {
  const { outcome, invited: invitation } = await identity.members.invite({ email, role }, context());
  expect(outcome).toMatchObject({ accepted: true });
  return invitation;
}
const registering = (token: string) => ({ token, name: 'Ed', password: 'a long pass phrase' });
async function member(role: Role = 'editor'): Promise<string> {
  const { token } = await invited(emailOf(), role);
  const outcome = await identity.registration.register(registering(token), FOLLOWING);
  if ('refused' in outcome) throw new Error(outcome.refused.code);
  return outcome.userId;
}
const roles = async () => {
  const members = await identity.members.list(owner.workspaceId, { after: null, limit: 100 });
  return Object.fromEntries(members.map(({ userId, role }) => [userId, role]));
};

describe('memberships', () => {
  it('are healed by following the stream after a death between the event and the table', async () => {
    const userId = await member('editor');
    const { apiKey } = (await identity.apiKeys.create(
      (await callerOf(userId))!,
      { name: 'till', scopes: null, expiresAt: null },
      randomUUID(),
    )) as { apiKey: string };
    const session = await identity.sessions.start(userId);
    await writer.decide(membersRef(owner.workspaceId), context(), (state, at) =>
      removeMember({ userId, removedBy: owner.userId }, state, at),
    );
    expect(await roles()).toHaveProperty(userId);
    expect(await identity.authenticator.authenticate(apiKey)).not.toBeNull();
    await identity.members.follow(owner.workspaceId);
    expect(await roles()).not.toHaveProperty(userId);
    expect(await identity.authenticator.authenticate(apiKey)).toBeNull();
    const { accessToken, refreshToken } = session as { accessToken: string; refreshToken: string };
    expect(await identity.authenticator.authenticate(accessToken)).toBeNull();
    expect(await identity.sessions.refresh(refreshToken)).toEqual({ refused: 'ended' });
  });

  it('are not taken back by who read the stream earlier and writes later', async () => {
    const userId = await member('editor');
    const early = await writer.load(membersRef(owner.workspaceId));
    await identity.members.changeRole({ userId, role: 'viewer' }, context());
    expect(await followMembers(test.database, owner.workspaceId, early, now())).toEqual([]);
    expect(await roles()).toMatchObject({ [userId]: 'viewer' });
  });

  it('are the same whoever follows how often', async () => {
    const userId = await member('editor');
    await writer.decide(membersRef(owner.workspaceId), context(), (state, at) =>
      changeMemberRole({ userId, role: 'approver', changedBy: owner.userId }, state, at),
    );
    await Promise.all(Array.from({ length: 6 }, () => identity.members.follow(owner.workspaceId)));
    expect(await roles()).toEqual({ [owner.userId]: 'owner', [userId]: 'approver' });
  });

  it('of a first owner who was removed are not brought back by the next start', async () => {
    const boot = await identity.workspaces.bootstrapOwner({ apiKey: 'boot-key' });
    owner = { userId: DEFAULT_OWNER_ID, workspaceId: DEFAULT_WORKSPACE_ID };
    const successor = await member('owner');
    owner = { userId: successor, workspaceId: DEFAULT_WORKSPACE_ID };
    expect(await identity.members.remove(boot.userId, context())).toMatchObject({ accepted: true });
    expect(await identity.authenticator.authenticate('boot-key')).toBeNull();
    expect(await identity.workspaces.bootstrapOwner({ apiKey: 'other-key' })).toMatchObject({
      keyChanged: false,
    });
    expect(await identity.authenticator.authenticate('other-key')).toBeNull();
    expect(await roles()).toEqual({ [successor]: 'owner' });
  });
});

describe('an invitation', () => {
  it('ends after a week', async () => {
    const { token } = await invited(emailOf());
    clock += INVITATION_LASTS_MS - 1;
    expect(await identity.members.find(token)).not.toBeNull();
    clock += 1;
    expect(await identity.members.find(token)).toBeNull();
    expect(await identity.registration.register(registering(token), FOLLOWING)).toEqual({
      refused: { code: 'INVITATION_INVALID' },
    });
    expect(await identity.members.invitations(owner.workspaceId)).toEqual([]);
  });

  it('without its event, as a death leaves it, is none, and does not stay', async () => {
    const token = 'di_left-over';
    await test.database.query(
      `INSERT INTO invitations (invitation_id, workspace_id, email, token_hash, created_at, expires_at)
       VALUES ($1, $2, 'ed@shop.example', sha256(convert_to($3, 'UTF8')), $4, $5)`,
      [randomUUID(), owner.workspaceId, token, now(), new Date(clock + INVITATION_LASTS_MS)],
    );
    const leftOver = async () =>
      (
        await test.database.query(
          `SELECT FROM invitations WHERE token_hash = sha256(convert_to($1, 'UTF8'))`,
          [token],
        )
      ).rowCount;
    expect(await identity.members.find(token)).toBeNull();
    await member();
    expect(await leftOver()).toBe(1);
    clock += 3_600_001;
    await member();
    expect(await leftOver()).toBe(0);
  });

  it('broken off after the user was made is finished by the same link', async () => {
    const email = emailOf();
    const { token } = await invited(email);
    const broken = new MemoryEventStore();
    broken.append = () => Promise.reject(new Error('killed'));
    broken.readStream = (...args) => store.readStream(...args);
    const dying = buildIdentity(test.database, new StreamWriter(broken, now), now);
    await expect(dying.registration.register(registering(token), FOLLOWING)).rejects.toThrow('killed');
    expect(await identity.users.byEmail(email)).not.toBeNull();
    const again = { ...registering(token), password: 'another pass phrase' };
    expect(await identity.registration.register(again, FOLLOWING)).toMatchObject({
      workspaceId: owner.workspaceId,
    });
    expect(await identity.users.withPassword(email, 'another pass phrase')).not.toBeNull();
    expect(await identity.users.withPassword(email, 'a long pass phrase')).toBeNull();
    expect(await identity.registration.register(registering(token), FOLLOWING)).toEqual({
      refused: { code: 'INVITATION_INVALID' },
    });
    expect(await identity.users.withPassword(email, 'another pass phrase')).not.toBeNull();
  });

  it.each(['removed', 'no owner any more'])('ends with whoever made it being %s', async (how) => {
    const leaving = await member('owner');
    const first = owner;
    owner = { ...owner, userId: leaving };
    const { token } = await invited(emailOf(), 'owner');
    owner = first;
    const left =
      how === 'removed'
        ? await identity.members.remove(leaving, context())
        : await identity.members.changeRole({ userId: leaving, role: 'viewer' }, context());
    expect(left).toMatchObject({ accepted: true });
    expect(await identity.members.find(token)).toBeNull();
    expect(await identity.registration.register(registering(token), FOLLOWING)).toEqual({
      refused: { code: 'INVITATION_INVALID' },
    });
    expect(await identity.members.invitations(owner.workspaceId)).toEqual([]);
  });

  it('that somebody else began to use with an account of theirs leaves them no way in', async () => {
    const email = emailOf();
    const { token } = await invited(email);
    const account = {
      provider: 'elsewhere',
      issuer: 'https://id.example',
      subject: randomUUID(),
      name: null,
    };
    const broken = new MemoryEventStore();
    broken.append = () => Promise.reject(new Error('killed'));
    broken.readStream = (...args) => store.readStream(...args);
    const dying = buildIdentity(test.database, new StreamWriter(broken, now), now);
    const elsewhere = {
      token,
      name: 'Thief',
      link: (userId: string, transaction: Queryable) =>
        dying.openId.accounts.link(account, userId, transaction),
    };
    await expect(dying.registration.registerElsewhere(elsewhere, FOLLOWING)).rejects.toThrow('killed');
    expect(await identity.openId.accounts.userOf(account)).not.toBeNull();
    expect(await identity.registration.register(registering(token), FOLLOWING)).toMatchObject({
      workspaceId: owner.workspaceId,
    });
    expect(await identity.openId.accounts.userOf(account)).toBeNull();
  });

  it('stays good when another workspace forgets somebody of that address', async () => {
    const email = emailOf();
    const { token } = await invited(email);
    const [first, elsewhere] = [owner, await identity.workspaces.createWorkspaceWithKey('another shop')];
    owner = elsewhere;
    const there = await identity.registration.register(registering((await invited(email)).token), FOLLOWING);
    if ('refused' in there) throw new Error(there.refused.code);
    const { token: open } = await invited(email);
    owner = first;
    await forgetPerson(test.database, identity.revocations, { ...there, at: now() });
    expect(await identity.members.find(open)).toBeNull();
    expect(await identity.registration.register(registering(token), FOLLOWING)).toMatchObject({
      workspaceId: owner.workspaceId,
    });
  });

  it('is no way to register over somebody who came in by it', async () => {
    const userId = await member();
    const { email, name } = (await identity.users.byId(userId))!;
    const over = { userId, email: email!, name: 'Thief', passwordHash: null };
    expect(await identity.users.create(over)).toBe(false);
    expect(await identity.users.byId(userId)).toMatchObject({ name, hasPassword: true });
  });

  it('makes a user without a password of somebody who signs in elsewhere, once that is noted', async () => {
    const email = emailOf();
    const { token } = await invited(email);
    const linked: string[] = [];
    const elsewhere = (isTheirs: boolean) => ({
      token,
      name: 'Al',
      link: async (userId: string) => isTheirs && linked.push(userId) > 0,
    });
    expect(await identity.registration.registerElsewhere(elsewhere(false), FOLLOWING)).toEqual({
      refused: { code: 'ACCOUNT_TAKEN' },
    });
    const registered = await identity.registration.registerElsewhere(elsewhere(true), FOLLOWING);
    expect(registered).toMatchObject({ workspaceId: owner.workspaceId, userId: linked[0] });
    expect(await identity.users.byEmail(email)).toMatchObject({ hasPassword: false });
    expect(await identity.users.withPassword(email, 'a long pass phrase')).toBeNull();
    expect(await identity.registration.registerElsewhere(elsewhere(true), FOLLOWING)).toEqual({
      refused: { code: 'INVITATION_INVALID' },
    });
  });
});

async function callerOf(userId: string) {
  const session = await identity.sessions.start(userId);
  if ('refused' in session) throw new Error(session.refused);
  return identity.authenticator.authenticate(session.accessToken);
}
