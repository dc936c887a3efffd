import { NO_POLICIES, type ApprovalPolicies } from '../catalogue/policy.js';

/** Safety rules of a workspace's previews. Nothing a sentence or a model says can widen them. */
export interface PlanRules {
  /** More matched rows than this need a second, explicit confirmation. */
  secondConfirmationRows: number;
  /** More matched rows than this are refused. */
  rowsMax: number;
  /** What needs a second person's approval. */
  policies: ApprovalPolicies;
  /** A price that moves by more than this share, up or down, is remarked on. */
  largeChangePercent: number;
  warningsMax: number;
}

export const DEFAULT_PLAN_RULES: PlanRules = {
  secondConfirmationRows: 500,
  rowsMax: 100_000,
  policies: NO_POLICIES,
  largeChangePercent: 50,
  warningsMax: 20,
};
