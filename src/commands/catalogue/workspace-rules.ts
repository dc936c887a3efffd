/**
 * What a workspace allows of a change that nobody was shown beforehand: by hand, or by an import. The implementation
 * reads values as planning does, which commands do not know.
 */
import type { ApprovalReason } from '../../catalogue/policy.js';
import type { ProductChange } from '../../catalogue/product.js';

export type WorkspaceRuleRefusal =
  /** `message`: whose value, and what is wrong with it. */
  | { code: 'INVALID_VALUE'; field: string; message: string }
  /** It needs a second person, and only a draft can have one. */
  | { code: 'APPROVAL_REQUIRED'; reasons: ApprovalReason[] };

export interface WorkspaceRules {
  /**
   * The changes with the values of custom fields as the workspace keeps them, without those that then change nothing; or
   * why they are refused, all of them.
   */
  judge(
    workspaceId: string,
    changes: readonly ProductChange[],
  ): Promise<
    { accepted: true; changes: ProductChange[] } | { accepted: false; refusal: WorkspaceRuleRefusal }
  >;
}
