/** What a workspace decided about itself, folded from its events. Pure. */
import { untyped, type CustomFieldDefinition } from '../../catalogue/custom-field.js';
import { NO_POLICIES, type ApprovalPolicies } from '../../catalogue/policy.js';
import type { WorkspaceEvent } from '../../events/workspace.events.js';

export interface PoliciesView extends ApprovalPolicies {
  /** Null: nobody has set any. */
  setBy: string | null;
  setAt: string | null;
}

export interface FieldView extends CustomFieldDefinition {
  /** Whether somebody decided on it; else it came with products and takes any text. */
  specified: boolean;
  retired: boolean;
}

export interface WorkspaceSettingsView {
  policies: PoliciesView;
  /** In the order they became known. */
  fields: FieldView[];
}

export const NOTHING_DECIDED: WorkspaceSettingsView = {
  policies: { ...NO_POLICIES, setBy: null, setAt: null },
  fields: [],
};

export function evolveWorkspaceSettings(
  view: WorkspaceSettingsView | null,
  event: WorkspaceEvent,
): WorkspaceSettingsView {
  const known = view ?? NOTHING_DECIDED;
  switch (event.type) {
    case 'CustomFieldsDefined':
      return {
        ...known,
        fields: event.data.keys.reduce(
          (fields, key) =>
            fields.some((field) => field.key === key)
              ? fields
              : [...fields, { ...untyped(key), specified: false, retired: false }],
          known.fields,
        ),
      };
    case 'CustomFieldSpecified': {
      const { key, name, type, allowedValues } = event.data;
      return withField(known, { key, name, type, allowedValues, specified: true, retired: false });
    }
    case 'CustomFieldRetired': {
      const { key } = event.data;
      const standing = known.fields.find((field) => field.key === key);
      return withField(known, { specified: false, ...untyped(key), ...standing, retired: true });
    }
    case 'PoliciesSet': {
      const { policies, setBy, setAt } = event.data;
      return { ...known, policies: { ...policies, setBy, setAt } };
    }
    default:
      return known;
  }
}

function withField(view: WorkspaceSettingsView, field: FieldView): WorkspaceSettingsView {
  const isKnown = view.fields.some(({ key }) => key === field.key);
  const fields = isKnown
    ? view.fields.map((other) => (other.key === field.key ? field : other))
    : [...view.fields, field];
  return { ...view, fields };
}
