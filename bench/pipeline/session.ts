/** One run over all contenders: throughput, latencies, and the proof that each did what it answered. */
import { median, quantile } from '../harness/spread.js';
import type { Aim } from '../harness/contest.js';
import type { Report } from '../harness/report.js';
import { SHOPS, type PipelineContender } from './contender.js';
import type { Driver } from './driver-process.js';
import { ROWS_PER_DRAFT, type Outcome, type Order } from './shop.js';

const STEADY_PER_SECOND = 20;
/** Of the most a contender can do. */
const BUSY_SHARE = 0.7;

export interface SessionOptions {
  driver: Driver;
  report: Report;
  contenders: readonly PipelineContender[];
  /** Of one round. */
  seconds: number;
  rounds: number;
  /** Instead of what each contender does most with. */
  inFlight?: number | undefined;
  aims?: readonly Aim[];
}

export class Session {
  private readonly done = new Map<PipelineContender, number>();
  private readonly maximum = new Map<PipelineContender, number>();

  constructor(private readonly options: SessionOptions) {}

  async throughput(): Promise<void> {
    const one = await this.contest('one workspace', 'one');
    for (const { name, median } of one.figures) {
      const contender = this.options.contenders.find((each) => each.name === name)!;
      this.maximum.set(contender, median);
    }
    await this.contest(`${SHOPS} workspaces`, 'many');
  }

  /** In one workspace, where drafts queue for each other. */
  async latencies(): Promise<void> {
    for (const contender of this.options.contenders) {
      const maximum = this.maximum.get(contender)!;
      const busy = Math.max(1, Math.round(maximum * BUSY_SHARE));
      if (maximum > STEADY_PER_SECOND)
        await this.latency(contender, STEADY_PER_SECOND, `${STEADY_PER_SECOND}/s`);
      else
        console.log(
          `${contender.name}: ${STEADY_PER_SECOND}/s is more than it can do now (${maximum.toFixed(1)}/s)`,
        );
      await this.latency(contender, busy, `${BUSY_SHARE * 100} % of its maximum (${busy}/s)`);
    }
  }

  /** Throws when tables do not hold what was answered. */
  async proofs(): Promise<void> {
    for (const contender of this.options.contenders) {
      const proof = await contender.proof();
      const wanted = {
        changeSets: this.done.get(contender) ?? 0,
        rowsMin: ROWS_PER_DRAFT,
        rowsMax: ROWS_PER_DRAFT,
        wrongProducts: 0,
      };
      if (JSON.stringify(proof) !== JSON.stringify(wanted))
        throw new Error(`${contender.name} holds ${JSON.stringify(proof)}, not ${JSON.stringify(wanted)}`);
      console.log(
        `${contender.name}: ${proof.changeSets} change sets of ${ROWS_PER_DRAFT} rows found in its tables`,
      );
    }
  }

  async memory(): Promise<void> {
    for (const contender of this.options.contenders)
      for (const { name, peakMiB } of await contender.memory())
        this.options.report.figure({
          title: `${contender.name}: peak memory of ${name}`,
          unit: 'MiB',
          value: peakMiB,
        });
  }

  private contest(where: string, which: 'one' | 'many') {
    const { report, contenders, rounds, seconds, inFlight, aims } = this.options;
    return report.contest({
      title: `create to done, ${ROWS_PER_DRAFT} rows, ${where}`,
      unit: 'drafts/s',
      rounds,
      ...(aims && { aims }),
      contenders: contenders.map((contender) => ({
        name: contender.name,
        round: async () => {
          const {
            counted,
            seconds: ran,
            previewMs,
            doneMs,
          } = await this.run(contender, {
            kind: 'throughput',
            target: contender[which],
            inFlight: inFlight ?? contender.inFlight[which],
            seconds,
          });
          const [preview, done] = [previewMs, doneMs].map((samples) => median(samples).toFixed(0));
          const perSecond = counted / ran;
          console.log(
            `${contender.name}, ${where}: ${perSecond.toFixed(1)}/s, preview after ${preview} ms, done after ${done} ms`,
          );
          return perSecond;
        },
      })),
    });
  }

  private async latency(contender: PipelineContender, perSecond: number, at: string): Promise<void> {
    const { seconds, report } = this.options;
    const order = { kind: 'rate', target: contender.one, perSecond, seconds: seconds * 2 } as const;
    const { previewMs, doneMs } = await this.run(contender, order);
    const figure = (title: string, value: number) =>
      report.figure({ title: `${contender.name} at ${at}: ${title}`, unit: 'ms', value });
    figure('create to preview, p50', median(previewMs));
    figure('create to preview, p99', quantile(previewMs, 0.99));
    figure('create to done, p50', median(doneMs));
    figure('create to done, p99', quantile(doneMs, 0.99));
  }

  private async run(contender: PipelineContender, order: Order): Promise<Outcome> {
    const outcome = await this.options.driver.run(order);
    this.done.set(contender, (this.done.get(contender) ?? 0) + outcome.done);
    return outcome;
  }
}
