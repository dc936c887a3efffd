/** The rows of a preview a screen at a time: fetched as far as they are looked at. */
import type { Draft, DrafthorseClient, PlanRow } from './client.js';

type Preview = NonNullable<Draft['preview']>;

/** Largest page the server gives. */
const FETCHED_ROWS_MAX = 500;

export class PreviewPages {
  private readonly rows: PlanRow[];
  private cursor: string | null;
  private lookedAt = 0;

  constructor(
    private readonly client: DrafthorseClient,
    private readonly draftId: string,
    preview: Preview,
  ) {
    this.rows = [...preview.rows];
    this.cursor = preview.nextCursor;
  }

  /** Rows shown so far. */
  get last(): number {
    return this.lookedAt;
  }

  /** The next rows, and the number of the first of them from 1. */
  async next(count: number): Promise<{ rows: PlanRow[]; firstNumber: number }> {
    await this.fetchUpTo(this.lookedAt + count);
    const from = this.lookedAt;
    const rows = this.rows.slice(from, from + count);
    this.lookedAt += rows.length;
    return { rows, firstNumber: from + 1 };
  }

  /** Every row, shown or not. */
  async all(): Promise<readonly PlanRow[]> {
    await this.fetchUpTo(Infinity);
    return this.rows;
  }

  private async fetchUpTo(count: number): Promise<void> {
    while (this.rows.length < count && this.cursor !== null) {
      const query = { cursor: this.cursor, limit: FETCHED_ROWS_MAX };
      const page = await this.client.previewRows(this.draftId, query);
      this.rows.push(...page.items);
      this.cursor = page.items.length > 0 ? page.nextCursor : null;
    }
  }
}
