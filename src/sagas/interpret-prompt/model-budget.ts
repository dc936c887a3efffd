/**
 * What models may still cost a workspace today (UTC). The read model of usage is a moment late, so what this process has
 * spent and the read model does not show yet is remembered here. What remains open: readings that begin together see
 * the same rest, here and in other processes, so a budget can be overdrawn by what is under way at once.
 */
import { Decimal } from 'decimal.js';
import type { Draft } from '../../commands/draft/draft.decider.js';

export interface ModelBudgetPorts {
  /** Plain decimal, in the unit of the price table. */
  perDay: string;
  /** As the read model knows it, on the day (UTC) that holds this moment. */
  spentOn(workspaceId: string, day: Date): Promise<string>;
  /** Does the read model show the draft's event at this position? */
  isShown(draftId: string, position: bigint): Promise<boolean>;
  now(): Date;
}

export interface ReadingAccount {
  spent(cost: string): void;
  /** What was spent is in the log, at this position. */
  recorded(position: bigint): void;
}

interface Pending {
  draftId: string;
  day: string;
  cost: Decimal;
  position: bigint | null;
}

/** Readings whose cost a workspace's read model has not shown: more than are ever under way; the oldest are let go. */
export const PENDING_MAX = 1_000;

export class ModelBudget {
  private readonly pending = new Map<string, Pending[]>();

  constructor(private readonly ports: ModelBudgetPorts) {}

  /** Plain decimal; zero or less when nothing is left. */
  async remaining(workspaceId: string): Promise<string> {
    const now = this.ports.now();
    // In this order: what the read model begins to show in between counts twice for a moment, and never not at all.
    await this.forgetShown(workspaceId, dayOf(now));
    const shown = await this.ports.spentOn(workspaceId, now);
    const own = (this.pending.get(workspaceId) ?? []).reduce(
      (sum, { cost }) => sum.plus(cost),
      new Decimal(0),
    );
    return new Decimal(this.ports.perDay).minus(shown).minus(own).toFixed();
  }

  /** Of one reading that begins now. */
  open({ draftId, workspaceId }: Pick<Draft, 'draftId' | 'workspaceId'>): ReadingAccount {
    const entry: Pending = {
      draftId,
      day: dayOf(this.ports.now()),
      cost: new Decimal(0),
      position: null,
    };
    return {
      spent: (cost) => {
        const isFirst = entry.cost.isZero();
        entry.cost = entry.cost.plus(cost);
        if (isFirst && !entry.cost.isZero()) this.add(workspaceId, entry);
      },
      recorded: (position) => {
        entry.position = position;
      },
    };
  }

  private add(workspaceId: string, entry: Pending): void {
    this.pending.set(workspaceId, [...(this.pending.get(workspaceId) ?? []), entry].slice(-PENDING_MAX));
  }

  private async forgetShown(workspaceId: string, today: string): Promise<void> {
    const entries = this.pending.get(workspaceId) ?? [];
    const kept = await Promise.all(
      entries.map(async ({ draftId, day, position }) => {
        if (day !== today) return false;
        return position === null || !(await this.ports.isShown(draftId, position));
      }),
    );
    const forgotten = new Set(entries.filter((_, at) => !kept[at]));
    // Others may have been added while the read model was asked.
    const left = (this.pending.get(workspaceId) ?? []).filter((entry) => !forgotten.has(entry));
    if (left.length > 0) this.pending.set(workspaceId, left);
    else this.pending.delete(workspaceId);
  }
}

const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);
