/** What the API needs of the rest of the program beside commands, queries and authentication. */

/** Read models a route can wait for; named as their folders under `src/projections`. */
export type ReadModel =
  'drafts' | 'products' | 'imports' | 'change-sets' | 'audit' | 'usage' | 'workspace-settings' | 'archives';

export interface Wait {
  timeoutMs: number;
  /** Aborted when the client has gone; the wait then ends at once. */
  signal: AbortSignal;
}

export interface WorkspaceWait extends Wait {
  workspaceId: string;
}

export interface ReadModelGate {
  /**
   * Whether the read model shows everything of the workspace up to `position`, waiting for it at most `timeoutMs`. For a
   * position that another workspace's event has there is nothing to wait for.
   */
  waitFor(readModel: ReadModel, position: bigint, wait: WorkspaceWait): Promise<boolean>;
}
export const READ_MODEL_GATE = Symbol('ReadModelGate');

export interface DraftWatch extends Wait {
  /** Whether an event of this type may end the wait. */
  wokenBy(type: string): boolean;
}

export interface DraftWatcher {
  /** Looks now and whenever the drafts read model shows an event that may end the wait, until told true or the wait is over. */
  watch(draftId: string, look: () => Promise<boolean>, wait: DraftWatch): Promise<void>;
}
export const DRAFT_WATCHER = Symbol('DraftWatcher');

export interface ComponentHealth {
  status: 'up' | 'degraded' | 'down';
  /** Figures worth seeing, e.g. lag per consumer group. */
  [fact: string]: unknown;
}

export interface HealthReporter {
  /** Whether this process can serve: its store answers and its consumers run. Cheap; asked every few seconds. */
  ready(): Promise<{ ready: boolean; reason: string | null }>;
  /** Every dependency by name. */
  components(): Promise<Record<string, ComponentHealth>>;
}
export const HEALTH_REPORTER = Symbol('HealthReporter');

/** Sees to it that an upload that is about to be stored is deleted one day, should no import come of it. */
export interface UploadKeeper {
  /** Lasts, once it is answered. */
  watch(upload: { importId: string; workspaceId: string }): Promise<void>;
}
export const UPLOAD_KEEPER = Symbol('UploadKeeper');

/** Sees to it that a recording that is about to be stored is deleted one day, whatever becomes of its draft. */
export interface RecordingKeeper {
  /** Lasts, once it is answered. */
  watch(recording: { draftId: string; workspaceId: string }): Promise<void>;
}
export const RECORDING_KEEPER = Symbol('RecordingKeeper');

export interface QueueLengths {
  /** Drafts and jobs that wait to be begun. */
  waiting: number;
  /** How long the oldest of them has waited. */
  oldestSeconds: number;
}

export interface QueueGauge {
  /** One cheap look. Throws when nobody can tell. */
  lengths(): Promise<QueueLengths>;
}
export const QUEUE_GAUGE = Symbol('QueueGauge');
