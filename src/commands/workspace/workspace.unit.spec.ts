import { describe, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import {
  createWorkspace,
  CUSTOM_FIELDS_MAX,
  defineCustomFields,
  workspaceEvolution,
} from './workspace.decider.js';

const NOW = '2026-03-01T10:00:00.000Z';
const OWNER = '0197a000-0000-7000-8000-0000000000b1';
const command = { workspaceId: '0197a000-0000-7000-8000-0000000000a1', name: 'default', ownerId: OWNER };
const created: WorkspaceEvent = { type: 'WorkspaceCreated', data: { ...command, createdAt: NOW } };
const ownerAdded: WorkspaceEvent = {
  type: 'MemberAdded',
  data: { userId: OWNER, role: 'owner', addedAt: NOW },
};
const defined = (...keys: string[]): WorkspaceEvent => ({
  type: 'CustomFieldsDefined',
  data: { keys, definedAt: NOW },
});
const keysOf = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `field ${from + i}`);
const full = Array.from({ length: CUSTOM_FIELDS_MAX / 100 }, (_, i) => defined(...keysOf(100, i * 100)));
const given = deciderSpec(workspaceEvolution);

describe('a workspace', () => {
  it('is created with its owner', () =>
    given()
      .when((workspace) => createWorkspace(command, workspace, NOW))
      .thenEvents(created, ownerAdded));

  it('is created once', () =>
    given(created, ownerAdded)
      .when((workspace) => createWorkspace({ ...command, name: 'again' }, workspace, NOW))
      .thenNothing());
});

describe('custom fields', () => {
  it('become known', () =>
    given(created)
      .when((workspace) => defineCustomFields(['color', 'رنگ'], workspace, NOW))
      .thenEvents(defined('color', 'رنگ')));

  it('become known once, however often they are named', () =>
    given(created, defined('color'))
      .when((workspace) => defineCustomFields(['size', 'color', 'size'], workspace, NOW))
      .thenEvents(defined('size')));

  it('that are all known change nothing', () =>
    given(created, ownerAdded, defined('color', 'size'))
      .when((workspace) => defineCustomFields(['size', 'color'], workspace, NOW))
      .thenNothing());

  it('named by nobody change nothing', () =>
    given(created)
      .when((workspace) => defineCustomFields([], workspace, NOW))
      .thenNothing());

  it('come a hundred to an event', () =>
    given(created)
      .when((workspace) => defineCustomFields(keysOf(101), workspace, NOW))
      .thenEvents(defined(...keysOf(100)), defined('field 100')));

  it(`are ${CUSTOM_FIELDS_MAX} at most`, () => {
    given(created)
      .when((workspace) => defineCustomFields(keysOf(CUSTOM_FIELDS_MAX), workspace, NOW))
      .thenEvents(...full);
    given(created)
      .when((workspace) => defineCustomFields(keysOf(CUSTOM_FIELDS_MAX + 1), workspace, NOW))
      .thenRefused({ code: 'TOO_MANY_CUSTOM_FIELDS', limit: CUSTOM_FIELDS_MAX });
    given(created, ...full)
      .when((workspace) => defineCustomFields(['one more'], workspace, NOW))
      .thenRefused({ code: 'TOO_MANY_CUSTOM_FIELDS', limit: CUSTOM_FIELDS_MAX });
  });

  it('that are known are no problem where there is no room for another', () =>
    given(created, ...full)
      .when((workspace) => defineCustomFields(['field 0'], workspace, NOW))
      .thenNothing());

  it('need a workspace', () =>
    given()
      .when((workspace) => defineCustomFields(['color'], workspace, NOW))
      .thenRefused({ code: 'WORKSPACE_NOT_FOUND' }));
});
