/** The rules of a workspace, judged on changes that no draft has previewed. */
import { NO_FIELD_RULES, type FieldRules } from '../../catalogue/custom-field.js';
import { NO_POLICIES, type ApprovalPolicies } from '../../catalogue/policy.js';
import type { ProductChange } from '../../catalogue/product.js';
import type { WorkspaceRules } from '../../commands/catalogue/workspace-rules.js';
import { refuse } from '../../commands/decision.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import { fitChange } from '../../planning/field-rules.js';
import { approvalReasons } from '../../planning/policies.js';

export interface WorkspaceSettings {
  /** Keys of the workspace's custom fields, retired ones included. */
  knownFields: ReadonlySet<string>;
  fieldRules: FieldRules;
  policies: ApprovalPolicies;
}

/** From the stream, not a read model: what was decided a moment ago holds for the next change. */
export async function workspaceSettings(
  writer: Pick<StreamWriter, 'load'>,
  workspaceId: string,
): Promise<WorkspaceSettings> {
  const { state } = await writer.load(workspaceRef(workspaceId));
  if (state.status === 'absent')
    return { knownFields: new Set(), fieldRules: NO_FIELD_RULES, policies: NO_POLICIES };
  const { customFields: knownFields, fieldRules, policies } = state;
  return { knownFields, fieldRules, policies };
}

export const workspaceRules = (writer: Pick<StreamWriter, 'load'>): WorkspaceRules => ({
  async judge(workspaceId, changes) {
    const { fieldRules, policies } = await workspaceSettings(writer, workspaceId);
    const judged: ProductChange[] = [];
    for (const change of changes) {
      const fitted = fitChange(change, fieldRules);
      if ('problem' in fitted) {
        const { field, problem } = fitted;
        return refuse({ code: 'INVALID_VALUE', field, message: `${field}: ${problem.en}` });
      }
      if (fitted.change) judged.push(fitted.change);
    }
    const reasons = approvalReasons(judged, policies, 'en');
    if (reasons.length > 0) return refuse({ code: 'APPROVAL_REQUIRED', reasons });
    return { accepted: true, changes: judged };
  },
});
