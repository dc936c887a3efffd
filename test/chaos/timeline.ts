/** What happened when, as a run tells it. */

export class Timeline {
  readonly lines: string[] = [];
  private readonly startedAt = performance.now();
  /** Shown with each line. */
  drafts = 0;

  constructor(private readonly say: (line: string) => void) {}

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  note(what: string): void {
    const line = `${(this.elapsedMs / 1_000).toFixed(1).padStart(7)} s  ${String(this.drafts).padStart(5)} drafts  ${what}`;
    this.lines.push(line);
    this.say(line);
  }
}
