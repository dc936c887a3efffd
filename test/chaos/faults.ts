/** Makes the planned faults happen, each once enough drafts have ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessRole } from '../../src/platform/config/settings.js';
import { until } from '../support/until.js';
import type { Member } from './member.js';
import type { Fault, PlannedFault } from './plan.js';
import type { Stage } from './stage.js';
import type { Timeline } from './timeline.js';

const TAKEOVER_MS_MAX = 30_000;

export interface FaultsOptions {
  stage: Stage;
  plan: readonly PlannedFault[];
  timeline: Timeline;
}

export class Faults {
  private ended = 0;
  private isOver = false;
  private abandoned = false;
  private moved = Promise.withResolvers<void>();
  private readonly findings: string[] = [];
  private readonly repairs = new Set<Promise<void>>();

  constructor(private readonly options: FaultsOptions) {}

  /** All have happened and were put right again: users who have had their drafts may go. */
  get over(): boolean {
    return this.isOver;
  }

  /** Too much has failed: what has not happened yet does not. */
  abandon(): void {
    this.abandoned = true;
    this.moved.resolve();
  }

  draftEnded(): void {
    this.ended += 1;
    this.options.timeline.drafts = this.ended;
    this.moved.resolve();
    this.moved = Promise.withResolvers();
  }

  /** Resolves with what went wrong when all have happened and everything was put right again. */
  async run(): Promise<string[]> {
    const { plan, timeline } = this.options;
    for (const { afterDrafts, fault, settles } of plan) {
      while (this.ended < afterDrafts && !this.abandoned) await this.moved.promise;
      if (this.abandoned) break;
      // A relay that is killed while it is held still proves nothing about waking up fenced.
      if (fault.kind !== 'kill') await Promise.all(this.repairs);
      const repair = this.cause(fault).catch((error: unknown) => {
        const message = (error as Error).message;
        this.findings.push(`${fault.kind}: ${message}`);
        timeline.note(`${fault.kind}: ${message}`);
      });
      this.repairs.add(repair);
      void repair.finally(() => this.repairs.delete(repair));
      // Only kills may follow each other closely.
      if (settles || fault.kind !== 'kill') await Promise.all(this.repairs);
    }
    await Promise.all(this.repairs);
    await this.options.stage.ready().catch((error: unknown) => this.findings.push((error as Error).message));
    this.isOver = true;
    return this.findings;
  }

  private cause(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return this.kill(fault.role, fault.member, fault.awayMs);
      case 'rebalance':
        return this.rebalance(fault);
      case 'hold':
        return this.holdTheRelay(fault.awayMs);
      case 'broker':
        return this.stopTheBroker(fault);
    }
  }

  private async kill(role: ProcessRole, index: number, awayMs: number): Promise<void> {
    const member = await this.victim(role, index);
    await member.kill();
    this.options.timeline.note(`${member.name} killed, back in ${awayMs} ms`);
    await sleep(awayMs);
    member.start();
    await member.ready();
  }

  /** Of relays the one that relays: the death of the one that stands by changes nothing. */
  private async victim(role: ProcessRole, index: number): Promise<Member> {
    const leader = role === 'relay' ? (await this.options.stage.lease()).member : null;
    return leader ?? this.options.stage.of(role)[index]!;
  }

  private async rebalance({ role, stayMs, leaves }: Extract<Fault, { kind: 'rebalance' }>): Promise<void> {
    const { stage, timeline } = this.options;
    const extra = await stage.extra(role);
    try {
      await extra.ready();
      timeline.note(`${extra.name} has joined, leaves by ${leaves} in ${stayMs} ms`);
      await sleep(stayMs);
      if (leaves === 'SIGKILL') return;
      const how = await extra.stop();
      if (how !== 'code 0') throw new Error(`${extra.name}, asked to leave, ended by ${how}`);
    } finally {
      await extra.kill();
      timeline.note(`${extra.name} has left`);
    }
  }

  private async holdTheRelay(awayMs: number): Promise<void> {
    const { stage, timeline } = this.options;
    const { member, epoch } = await until('a relay leads', async () => {
      const lease = await stage.lease();
      return lease.member ? { ...lease, member: lease.member } : null;
    });
    member.hold();
    timeline.note(`${member.name} held still for ${awayMs} ms in epoch ${epoch}`);
    try {
      await sleep(awayMs);
      await until(
        'another relay takes over',
        async () => (await stage.lease()).epoch > epoch,
        TAKEOVER_MS_MAX,
      );
    } finally {
      member.resume();
    }
    const now = await stage.lease();
    timeline.note(`${member.name} goes on; ${now.member?.name ?? 'another'} relays in epoch ${now.epoch}`);
    if (now.member === member) throw new Error('the relay that was held still was not replaced');
    await member.ready();
  }

  private async stopTheBroker({
    awayMs,
    signal,
    kill,
    member,
  }: Extract<Fault, { kind: 'broker' }>): Promise<void> {
    const { stage, timeline } = this.options;
    await (signal === 'SIGKILL' ? stage.broker.kill() : stage.broker.stop());
    timeline.note(`broker ended by ${signal}, back in ${awayMs} ms`);
    await sleep(awayMs / 2);
    // Comes back to a broker that is away.
    const victim = await this.victim(kill, member);
    await victim.kill();
    victim.start();
    timeline.note(`${victim.name} killed and started meanwhile`);
    await sleep(awayMs / 2);
    await stage.broker.start();
    timeline.note('broker answers again');
    await stage.ready();
    timeline.note('every process is ready again');
  }
}
