import { describe, expect, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import type { Role, WorkspaceEvent } from '../../events/workspace.events.js';
import { changeMemberRole, removeMember } from './change-members.js';
import { acceptInvitation, inviteMember, revokeInvitation } from './invitations.js';
import { INVITATIONS_OPEN_MAX, MEMBERS_MAX, membersEvolution } from './members.decider.js';

const NOW = '2026-03-01T10:00:00.000Z';
const NEXT_WEEK = '2026-03-08T10:00:00.000Z';
const id = (kind: string, number: number) =>
  `0197a000-0000-7000-8000-0000000${kind}${String(number).padStart(4, '0')}`;
const user = (number: number) => id('b', number);
const invitation = (number: number) => id('e', number);
const OWNER = user(1);

const created: WorkspaceEvent = {
  type: 'WorkspaceCreated',
  data: { workspaceId: id('a', 1), name: 'shop', ownerId: OWNER, createdAt: NOW },
};
const added = (userId: string, role: Role, invitationId?: string): WorkspaceEvent => ({
  type: 'MemberAdded',
  data: { userId, role, addedAt: NOW, ...(invitationId === undefined ? {} : { invitationId }) },
});
const invited = (invitationId: string, role: Role = 'editor', expiresAt = NEXT_WEEK): WorkspaceEvent => ({
  type: 'MemberInvited',
  data: { invitationId, role, invitedBy: OWNER, invitedAt: NOW, expiresAt },
});
const revoked = (invitationId: string): WorkspaceEvent => ({
  type: 'InvitationRevoked',
  data: { invitationId, revokedBy: OWNER, revokedAt: NOW },
});
const changed = (userId: string, role: Role): WorkspaceEvent => ({
  type: 'MemberRoleChanged',
  data: { userId, role, changedBy: OWNER, changedAt: NOW },
});
const removed = (userId: string): WorkspaceEvent => ({
  type: 'MemberRemoved',
  data: { userId, removedBy: OWNER, removedAt: NOW },
});
const given = deciderSpec(membersEvolution);
const shop = [created, added(OWNER, 'owner')];
const many = <T>(count: number, make: (number: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i + 2));

describe('an invitation', () => {
  const invite = {
    invitationId: invitation(1),
    role: 'editor' as const,
    invitedBy: OWNER,
    expiresAt: NEXT_WEEK,
  };
  const accepting = { invitationId: invitation(1), userId: user(2) };

  it('asks somebody in, once', () => {
    given(...shop)
      .when((state) => inviteMember(invite, state, NOW))
      .thenEvents(invited(invitation(1)));
    given(...shop, invited(invitation(1)))
      .when((state) => inviteMember(invite, state, NOW))
      .thenNothing();
  });

  it('is accepted, with the role it was made for', () =>
    given(...shop, invited(invitation(1), 'approver'))
      .when((state) => acceptInvitation(accepting, state, NOW))
      .thenEvents(added(user(2), 'approver', invitation(1))));

  it.each([
    ['never was', []],
    ['was used', [invited(invitation(1)), added(user(3), 'editor', invitation(1))]],
    ['was taken back', [invited(invitation(1)), revoked(invitation(1))]],
    ['has expired', [invited(invitation(1), 'editor', NOW)]],
  ])('that %s lets nobody in', (_what, events) =>
    given(...shop, ...events)
      .when((state) => acceptInvitation(accepting, state, NOW))
      .thenRefused({ code: 'INVITATION_INVALID' }),
  );

  it('stays good when a member comes with it', () =>
    given(...shop, added(user(2), 'viewer'), invited(invitation(1)))
      .when((state) => acceptInvitation(accepting, state, NOW))
      .thenRefused({ code: 'ALREADY_MEMBER' }));

  it('is taken back once', () => {
    const command = { invitationId: invitation(1), revokedBy: OWNER };
    given(...shop, invited(invitation(1)))
      .when((state) => revokeInvitation(command, state, NOW))
      .thenEvents(revoked(invitation(1)));
    given(...shop, invited(invitation(1)), revoked(invitation(1)))
      .when((state) => revokeInvitation(command, state, NOW))
      .thenRefused({ code: 'INVITATION_NOT_FOUND' });
  });

  it(`is one of ${INVITATIONS_OPEN_MAX} that are open at most`, () => {
    const open = many(INVITATIONS_OPEN_MAX, (number) => invited(invitation(number)));
    given(...shop, ...open)
      .when((state) => inviteMember(invite, state, NOW))
      .thenRefused({ code: 'LIMIT_REACHED', of: 'invitations', limit: INVITATIONS_OPEN_MAX });
    given(...shop, ...open.slice(1), invited(invitation(2), 'editor', NOW))
      .when((state) => inviteMember(invite, state, NOW))
      .thenEvents(invited(invitation(1)));
  });

  it(`leads to ${MEMBERS_MAX} members at most`, () =>
    given(
      ...shop,
      ...many(MEMBERS_MAX - 1, (number) => added(user(number), 'viewer')),
      invited(invitation(1)),
    )
      .when((state) => acceptInvitation({ ...accepting, userId: user(5_000) }, state, NOW))
      .thenRefused({ code: 'LIMIT_REACHED', of: 'members', limit: MEMBERS_MAX }));

  it('needs a workspace', () => {
    given()
      .when((state) => inviteMember(invite, state, NOW))
      .thenRefused({ code: 'WORKSPACE_NOT_FOUND' });
    given()
      .when((state) => acceptInvitation(accepting, state, NOW))
      .thenRefused({ code: 'INVITATION_INVALID' });
  });
});

describe('a member', () => {
  const change = (userId: string, role: Role) => ({ userId, role, changedBy: OWNER });
  const remove = (userId: string) => ({ userId, removedBy: OWNER });
  const both = [...shop, added(user(2), 'owner')];

  it('gets another role, and the same one without a word', () => {
    given(...shop, added(user(2), 'editor'))
      .when((state) => changeMemberRole(change(user(2), 'viewer'), state, NOW))
      .thenEvents(changed(user(2), 'viewer'));
    given(...shop, added(user(2), 'editor'), changed(user(2), 'viewer'))
      .when((state) => changeMemberRole(change(user(2), 'viewer'), state, NOW))
      .thenNothing();
  });

  it('is removed', () =>
    given(...shop, added(user(2), 'editor'))
      .when((state) => removeMember(remove(user(2)), state, NOW))
      .thenEvents(removed(user(2))));

  it('who is none is not found', () => {
    given(...shop, added(user(2), 'editor'), removed(user(2)))
      .when((state) => removeMember(remove(user(2)), state, NOW))
      .thenRefused({ code: 'MEMBER_NOT_FOUND' });
    given()
      .when((state) => changeMemberRole(change(user(2), 'viewer'), state, NOW))
      .thenRefused({ code: 'MEMBER_NOT_FOUND' });
  });

  it('who is the last owner stays it', () => {
    given(...shop, added(user(2), 'editor'))
      .when((state) => removeMember(remove(OWNER), state, NOW))
      .thenRefused({ code: 'LAST_OWNER' });
    given(...shop)
      .when((state) => changeMemberRole(change(OWNER, 'editor'), state, NOW))
      .thenRefused({ code: 'LAST_OWNER' });
    given(...both, changed(user(2), 'viewer'))
      .when((state) => removeMember(remove(OWNER), state, NOW))
      .thenRefused({ code: 'LAST_OWNER' });
    given(...both)
      .when((state) => removeMember(remove(OWNER), state, NOW))
      .thenEvents(removed(OWNER));
  });
});

it('what else happens in a workspace says nothing of its members', () => {
  const fields: WorkspaceEvent = { type: 'CustomFieldsDefined', data: { keys: ['color'], definedAt: NOW } };
  const state = [...shop, added(user(2), 'viewer')].reduce(membersEvolution.evolve, membersEvolution.initial);
  expect(membersEvolution.evolve(state, fields)).toEqual(state);
});
