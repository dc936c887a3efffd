/** Which chains are to be signed now. Pure: the time comes in. */

export interface CheckpointRule {
  links: number;
  ms: number;
}

interface Waiting {
  links: number;
  /** When the first of them came. */
  since: number;
}

export class CheckpointSchedule {
  /** Chains with links that no checkpoint covers. */
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly rule: CheckpointRule) {}

  linked(workspaceId: string, now: number): void {
    const entry = this.waiting.get(workspaceId);
    if (entry) entry.links += 1;
    else this.waiting.set(workspaceId, { links: 1, since: now });
  }

  dueNow(workspaceId: string): void {
    this.waiting.set(workspaceId, { links: 0, since: -Infinity });
  }

  /** Takes them off: whoever asks signs them, or begins again with what the database says. */
  due(now: number): string[] {
    const { links, ms } = this.rule;
    const due = [...this.waiting].filter(([, entry]) => entry.links >= links || now - entry.since >= ms);
    for (const [workspaceId] of due) this.waiting.delete(workspaceId);
    return due.map(([workspaceId]) => workspaceId);
  }
}
