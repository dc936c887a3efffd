import { describe, it } from 'vitest';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import { eraseUserData, personsRef } from './erase-user-data.js';

const NOW = '2026-03-01T10:00:00.000Z';
const WORKSPACE = '0197a000-0000-7000-8000-0000000000a1';
const OWNER = '0197a000-0000-7000-8000-0000000000b1';
const EDITOR = '0197a000-0000-7000-8000-0000000000b2';
const created: WorkspaceEvent = {
  type: 'WorkspaceCreated',
  data: { workspaceId: WORKSPACE, name: 'default', ownerId: OWNER, createdAt: NOW },
};
const added: WorkspaceEvent = {
  type: 'MemberAdded',
  data: { userId: EDITOR, role: 'editor', addedAt: NOW },
};
const removed: WorkspaceEvent = {
  type: 'MemberRemoved',
  data: { userId: EDITOR, removedBy: OWNER, removedAt: NOW },
};
const erased: WorkspaceEvent = {
  type: 'UserDataErased',
  data: { userId: EDITOR, erasedBy: OWNER, erasedAt: NOW },
};
const given = deciderSpec(personsRef(WORKSPACE).evolution);
const erase = (userId = EDITOR) => ({ userId, erasedBy: OWNER });

describe('erasing what a person has said', () => {
  it('is put on record with nothing but who', () =>
    given(created, added)
      .when((persons) => eraseUserData(erase(), persons, NOW))
      .thenEvents(erased));

  it('reaches who is no longer a member', () =>
    given(created, added, removed)
      .when((persons) => eraseUserData(erase(), persons, NOW))
      .thenEvents(erased));

  it('can be asked for again: there may be new words', () =>
    given(created, added, erased)
      .when((persons) => eraseUserData(erase(), persons, NOW))
      .thenEvents(erased));

  it('is refused for who never was a member', () =>
    given(created)
      .when((persons) => eraseUserData(erase(), persons, NOW))
      .thenRefused({ code: 'MEMBER_NOT_FOUND' }));

  it('needs a workspace', () =>
    given()
      .when((persons) => eraseUserData(erase(), persons, NOW))
      .thenRefused({ code: 'WORKSPACE_NOT_FOUND' }));
});
