/** What a driver is told of a contender, and what it tells back: the messages between the two processes. */

/** Rows every draft changes. */
export const ROWS_PER_DRAFT = 20;

/** A workspace with its catalogue. */
export interface Shop {
  apiKey: string;
  /** Each is the value `group` of ROWS_PER_DRAFT products; one draft at a time works on a group. */
  groups: string[];
}

export interface Target {
  /** Address without `/api/v1`. */
  url: string;
  shops: Shop[];
  /** Whether a GET can hold its answer with `?wait=done`; otherwise the driver asks again and again. */
  waitsForDone: boolean;
}

/** As fast as it goes, with so many drafts under way at once. */
export interface Throughput {
  kind: 'throughput';
  target: Target;
  inFlight: number;
  /** At least; longer until so many drafts as are under way at once were done, within bounds. */
  seconds: number;
}

/** At a steady rate, whatever the contender makes of it. */
export interface SteadyRate {
  kind: 'rate';
  target: Target;
  perSecond: number;
  seconds: number;
}

export type Order = Throughput | SteadyRate;

export interface Outcome {
  /** Drafts that were done within the time that counts. */
  counted: number;
  /** Length of that time. */
  seconds: number;
  /** All drafts done, those that do not count included: what must be found in the contender's tables. */
  done: number;
  /** Of every counted draft, from the moment it was due. */
  previewMs: number[];
  doneMs: number[];
}

export type Answer = { outcome: Outcome } | { error: string };
