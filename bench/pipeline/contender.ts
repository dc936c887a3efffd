/** A system that takes drafts, whoever wrote it. */
import type { Memory } from '../program.js';
import type { Target } from './shop.js';

/** What it holds after its drafts: counted in its own tables, beside its API. */
export interface Proof {
  changeSets: number;
  /** Of the smallest and the largest change set. */
  rowsMin: number;
  rowsMax: number;
  /** Products whose stock is not what the newest change set that touched them says. */
  wrongProducts: number;
}

export interface PipelineContender {
  name: string;
  /** With catalogues in one workspace, and with catalogues in SHOPS workspaces. */
  one: Target;
  many: Target;
  /** Drafts under way at once with which it does most. */
  inFlight: { one: number; many: number };
  proof(): Promise<Proof>;
  memory(): Promise<Memory[]>;
  stop(): Promise<void>;
}

export const SHOPS = 16;
/** More than drafts in flight, so that a group rests between two drafts. */
export const GROUPS_ONE = 200;
/** In each of SHOPS workspaces. */
export const GROUPS_EACH = 40;
