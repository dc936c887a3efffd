/** Safety rules of a workspace's previews. Nothing a sentence or a model says can widen them. */
export interface PlanRules {
  /** More matched rows than this need a second, explicit confirmation. */
  secondConfirmationRows: number;
  /** More matched rows than this are refused. */
  rowsMax: number;
  /** More changed rows than this need a second person's approval; null: none does. */
  approvalRows: number | null;
  /** A price that moves by more than this share, up or down, is remarked on. */
  largeChangePercent: number;
  warningsMax: number;
}

export const DEFAULT_PLAN_RULES: PlanRules = {
  secondConfirmationRows: 500,
  rowsMax: 100_000,
  approvalRows: null,
  largeChangePercent: 50,
  warningsMax: 20,
};
