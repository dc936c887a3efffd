/** Put on record that dead letters are delivered again; the bus does it. */
import type { WorkspaceEvent } from '../../events/workspace.events.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { WorkspaceState } from './workspace.decider.js';

export interface RedriveDeadLetters {
  group: string;
  topic: string;
  key: string;
  /** Null: all letters of the key. */
  upToLetterId: string | null;
  /** How many there are, at least 1. */
  letters: number;
  redrivenBy: string;
}

export type RedriveDeadLettersRefusal = { code: 'WORKSPACE_NOT_FOUND' };

export function redriveDeadLetters(
  command: RedriveDeadLetters,
  workspace: WorkspaceState,
  now: string,
): Decision<WorkspaceEvent, RedriveDeadLettersRefusal> {
  if (workspace.status === 'absent') return refuse({ code: 'WORKSPACE_NOT_FOUND' });
  return accept<WorkspaceEvent>({ type: 'DeadLettersRedriven', data: { ...command, redrivenAt: now } });
}
