/** How large a run is: the full form by hand, the short one with the tests. */
import type { Scale } from './model.js';
import type { FaultCounts } from './plan.js';

export interface Size {
  scale: Scale;
  faults: FaultCounts;
  /** Settings of the program that differ from its own. */
  environment: Record<string, string>;
}

export const FULL: Size = {
  scale: { workspaces: 4, users: 16, drafts: 2_000, rows: 20 },
  faults: { kills: 3, rebalances: 2, holds: 2, brokerStops: 1, brokerAwayMs: 20_000 },
  environment: {},
};

export const SHORT: Size = {
  scale: { workspaces: 2, users: 6, drafts: 60, rows: 20 },
  faults: { kills: 1, rebalances: 1, holds: 1, brokerStops: 1, brokerAwayMs: 4_000 },
  // Otherwise half of the run is waiting for the sessions of killed consumers to end.
  environment: { KAFKA_SESSION_SECONDS: '4' },
};
