import { describe, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { redriveDeadLetters } from './redrive-dead-letters.js';
import { defineCustomFields, workspaceEvolution } from './workspace.decider.js';

const NOW = '2026-03-01T10:00:00.000Z';
const OWNER = '0197a000-0000-7000-8000-0000000000b1';
const created: WorkspaceEvent = {
  type: 'WorkspaceCreated',
  data: {
    workspaceId: '0197a000-0000-7000-8000-0000000000a1',
    name: 'default',
    ownerId: OWNER,
    createdAt: NOW,
  },
};
const command = {
  group: 'projection.drafts',
  topic: 'drafthorse.drafts',
  key: '0197a000-0000-7000-8000-0000000000d1',
  upToLetterId: null,
  letters: 2,
  redrivenBy: OWNER,
};
const redriven: WorkspaceEvent = { type: 'DeadLettersRedriven', data: { ...command, redrivenAt: NOW } };
const given = deciderSpec(workspaceEvolution);

describe('re-driving dead letters', () => {
  it('is on record, each time', () => {
    given(created)
      .when((workspace) => redriveDeadLetters(command, workspace, NOW))
      .thenEvents(redriven);
    given(created, redriven)
      .when((workspace) => redriveDeadLetters(command, workspace, NOW))
      .thenEvents(redriven);
  });

  it('needs a workspace', () =>
    given()
      .when((workspace) => redriveDeadLetters(command, workspace, NOW))
      .thenRefused({ code: 'WORKSPACE_NOT_FOUND' }));

  it('leaves the workspace’s fields as they are', () =>
    given(created, { type: 'CustomFieldsDefined', data: { keys: ['color'], definedAt: NOW } }, redriven)
      .when((workspace) => defineCustomFields(['color'], workspace, NOW))
      .thenNothing());
});
