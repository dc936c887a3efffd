/** What an owner decides of a workspace: policies and custom fields. */
import { describe, expect, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import type { CustomFieldDefinition } from '../../catalogue/custom-field.js';
import { NO_POLICIES, type ApprovalPolicies } from '../../catalogue/policy.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { evolveWorkspaceSettings } from '../../projections/workspace-settings/workspace-settings-view.js';
import { PoliciesInput, setPolicies } from './set-policies.js';
import { FieldInput, retireField, specifyField } from './specify-field.js';
import { CUSTOM_FIELDS_MAX, workspaceEvolution, type WorkspaceState } from './workspace.decider.js';

const NOW = '2026-03-01T10:00:00.000Z';
const OWNER = '0197a000-0000-7000-8000-0000000000b1';
const created: WorkspaceEvent = {
  type: 'WorkspaceCreated',
  data: { workspaceId: '0197a000-0000-7000-8000-0000000000a1', name: 'shop', ownerId: OWNER, createdAt: NOW },
};
const defined = (...keys: string[]): WorkspaceEvent => ({
  type: 'CustomFieldsDefined',
  data: { keys, definedAt: NOW },
});
const colour: CustomFieldDefinition = {
  key: 'color',
  name: 'Colour',
  type: 'choice',
  allowedValues: ['red', 'blue'],
};
const specified = (definition = colour): WorkspaceEvent => ({
  type: 'CustomFieldSpecified',
  data: { ...definition, specifiedBy: OWNER, specifiedAt: NOW },
});
const retired = (key = 'color'): WorkspaceEvent => ({
  type: 'CustomFieldRetired',
  data: { key, retiredBy: OWNER, retiredAt: NOW },
});
const strict: ApprovalPolicies = {
  rowsAbove: 10,
  pricePercentAbove: 25,
  deletes: true,
  fields: ['color', 'brand'],
};
const policiesSet = (policies = strict): WorkspaceEvent => ({
  type: 'PoliciesSet',
  data: { policies, setBy: OWNER, setAt: NOW },
});
const given = deciderSpec(workspaceEvolution);
const set = (policies: ApprovalPolicies) => (workspace: WorkspaceState) =>
  setPolicies({ policies, userId: OWNER }, workspace, NOW);
const specify =
  (definition = colour) =>
  (workspace: WorkspaceState) =>
    specifyField({ definition, userId: OWNER }, workspace, NOW);
const retire =
  (key = 'color') =>
  (workspace: WorkspaceState) =>
    retireField({ key, userId: OWNER }, workspace, NOW);

describe('policies', () => {
  it('are set all at once', () =>
    given(created, defined('color')).when(set(strict)).thenEvents(policiesSet()));

  it('that stand already change nothing', () =>
    given(created, defined('color'), policiesSet()).when(set(strict)).thenNothing());

  it('can be taken back', () =>
    given(created, defined('color'), policiesSet())
      .when(set(NO_POLICIES))
      .thenEvents(policiesSet(NO_POLICIES)));

  it('are about fields that there are', () =>
    given(created).when(set(strict)).thenRefused({ code: 'FIELD_UNKNOWN', field: 'color' }));

  it('need a workspace', () => given().when(set(strict)).thenRefused({ code: 'WORKSPACE_NOT_FOUND' }));

  it('that are left out ask for nobody', () => expect(PoliciesInput.parse({})).toEqual(NO_POLICIES));

  it.each([
    { rowsAbove: 0.5 },
    { rowsAbove: -1 },
    { pricePercentAbove: -0.1 },
    { pricePercentAbove: Infinity },
    { pricePercentAbove: '20' },
    { fields: ['brand', 'brand'] },
    { fields: ['__proto__'] },
    { fields: Array.from({ length: 51 }, (_, at) => `field ${at}`) },
    { all: true },
  ])('are not %j', (input) => expect(PoliciesInput.safeParse(input).success).toBe(false));
});

describe('a custom field', () => {
  it('is specified whether products brought it or not', () => {
    given(created).when(specify()).thenEvents(specified());
    given(created, defined('color')).when(specify()).thenEvents(specified());
  });

  it('that is so already is left alone, and any difference is told', () => {
    given(created, specified()).when(specify()).thenNothing();
    const other = { ...colour, allowedValues: ['blue', 'red'] };
    given(created, specified()).when(specify(other)).thenEvents(specified(other));
  });

  it('is retired once, and comes back when it is specified again', () => {
    given(created, defined('color')).when(retire()).thenEvents(retired());
    given(created, specified(), retired()).when(retire()).thenNothing();
    given(created, specified(), retired()).when(specify()).thenEvents(specified());
  });

  it('that nobody knows cannot be retired', () =>
    given(created).when(retire('flavour')).thenRefused({ code: 'FIELD_NOT_FOUND' }));

  it(`is one of ${CUSTOM_FIELDS_MAX} at most, known ones not counted twice`, () => {
    const full = Array.from({ length: CUSTOM_FIELDS_MAX / 100 }, (_, part) =>
      defined(...Array.from({ length: 100 }, (__, at) => `field ${part * 100 + at}`)),
    );
    given(created, ...full)
      .when(specify())
      .thenRefused({ code: 'TOO_MANY_CUSTOM_FIELDS', limit: CUSTOM_FIELDS_MAX });
    const known = { ...colour, key: 'field 7' };
    given(created, ...full)
      .when(specify(known))
      .thenEvents(specified(known));
  });

  it.each([
    { name: 'x', type: 'choice' },
    { name: 'x', type: 'text', allowedValues: ['a'] },
    { name: 'x', type: 'choice', allowedValues: ['a', 'a'] },
    { name: 'x', type: 'date' },
    { name: ' ', type: 'text' },
  ])('is not %j', (input) => expect(FieldInput.safeParse(input).success).toBe(false));
});

it('the read model shows what the commands decide by', () => {
  const events = [
    created,
    defined('color', 'size'),
    specified(),
    policiesSet(),
    retired('size'),
    retired(),
    specified(),
  ];
  const state = events.reduce(workspaceEvolution.evolve, workspaceEvolution.initial);
  const view = events.reduce<ReturnType<typeof evolveWorkspaceSettings> | null>(
    evolveWorkspaceSettings,
    null,
  );
  if (state.status === 'absent') throw new Error('the workspace was created');
  expect(view?.policies).toEqual({ ...state.policies, setBy: OWNER, setAt: NOW });
  expect(view?.fields.map(({ key }) => key)).toEqual([...state.customFields]);
  for (const { specified: _, ...field } of view?.fields ?? [])
    expect(state.fieldRules.get(field.key)).toEqual(field);
});
