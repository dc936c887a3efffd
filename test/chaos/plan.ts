/** Which faults happen, and when, drawn from the seed. When is counted in ended drafts, not seconds: a slow machine meets the same faults. */
import { ROLES, type ProcessRole } from '../../src/platform/config/settings.js';
import { randomOf, type Random } from './random.js';

export type Fault =
  /** SIGKILL, and another start after `awayMs`. `member` of the role; of relays always the one that relays. */
  | { kind: 'kill'; role: ProcessRole; member: number; awayMs: number }
  /** A further process joins the groups of the role and leaves them again, on request or by SIGKILL. */
  | { kind: 'rebalance'; role: 'sagas' | 'projections'; stayMs: number; leaves: 'SIGTERM' | 'SIGKILL' }
  /** SIGSTOP of the process that relays, for longer than its lease: another takes over, and the old one wakes up fenced. */
  | { kind: 'hold'; awayMs: number }
  /** The broker ends, a process dies meanwhile, and it comes back on the same port and log. */
  | { kind: 'broker'; awayMs: number; signal: 'SIGTERM' | 'SIGKILL'; kill: ProcessRole; member: number };

export interface PlannedFault {
  /** Happens once so many drafts have ended. */
  afterDrafts: number;
  fault: Fault;
  /** Whether the next one waits until everything stands again. */
  settles: boolean;
}

export interface FaultCounts {
  /** Of each role. */
  kills: number;
  /** Of sagas and of projections. */
  rebalances: number;
  holds: number;
  brokerStops: number;
  brokerAwayMs: number;
}

export const PROCESSES_PER_ROLE = 2;
/** Before the first and after the last fault: some drafts that nothing disturbs. */
const QUIET_SHARE = 0.05;
const AWAY_MS_MAX = 2_000;
/** Above the relay's lease of 4 s and its standby's poll. */
const HOLD_MS_MIN = 6_000;
const HOLD_MS_RANGE = 3_000;
const STAY_MS_MIN = 2_000;
const STAY_MS_RANGE = 4_000;

export function plannedFaults(seed: number, drafts: number, counts: FaultCounts): PlannedFault[] {
  const random = randomOf(seed, 2);
  const faults = random.shuffled(allFaults(random, counts));
  const quiet = drafts * QUIET_SHARE;
  const step = (drafts - 2 * quiet) / faults.length;
  return faults.map((fault, index) => ({
    afterDrafts: Math.floor(quiet + step * (index + random.below(100) / 100)),
    fault,
    settles: random.chance(0.5),
  }));
}

function allFaults(random: Random, counts: FaultCounts): Fault[] {
  const times = <Item>(count: number, make: (index: number) => Item) =>
    Array.from({ length: count }, (_, at) => make(at));
  return [
    ...ROLES.flatMap((role) =>
      times(counts.kills, (index): Fault => ({
        kind: 'kill',
        role,
        // Each process of a role gets its turn.
        member: index % PROCESSES_PER_ROLE,
        awayMs: random.below(AWAY_MS_MAX),
      })),
    ),
    ...(['sagas', 'projections'] as const).flatMap((role) =>
      times(counts.rebalances, (): Fault => ({
        kind: 'rebalance',
        role,
        stayMs: STAY_MS_MIN + random.below(STAY_MS_RANGE),
        leaves: random.pick(['SIGTERM', 'SIGKILL']),
      })),
    ),
    ...times(counts.holds, (): Fault => ({
      kind: 'hold',
      awayMs: HOLD_MS_MIN + random.below(HOLD_MS_RANGE),
    })),
    ...times(counts.brokerStops, (): Fault => ({
      kind: 'broker',
      awayMs: counts.brokerAwayMs,
      signal: random.pick(['SIGTERM', 'SIGKILL']),
      kill: random.pick(ROLES),
      member: random.below(PROCESSES_PER_ROLE),
    })),
  ];
}
