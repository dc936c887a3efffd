/** A shop where everything is old at once, and the night comes when it is called. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { ArchiveView } from '../../src/projections/archives/archives.queries.js';
import { differencesFromARebuild } from '../integrity/findings.js';
import { PHONES } from '../journeys/shop.js';
import type { ApiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

/** A line of an archive. */
interface Line {
  streamId: string;
  type: string;
  revision: number;
}

/** How long drafts and change sets are kept, in days, as the settings say it. */
export interface Keeping {
  drafts: string;
  changeSets: string;
}
export const AT_ONCE = '0.000001';
const OLD_MS = Number(AT_ONCE) * 24 * 3_600_000;
export const NEVER = '0';

const environmentOf = ({ drafts, changeSets }: Keeping) => ({
  DRAFTS_KEPT_DAYS: drafts,
  CHANGE_SETS_KEPT_DAYS: changeSets,
});

export class AgeingShop {
  private constructor(
    readonly server: TestServer,
    /** Read at every start of the program. */
    private readonly environment: Record<string, string>,
  ) {}

  static async open(keeping: Keeping): Promise<AgeingShop> {
    const environment = environmentOf(keeping);
    const server = await TestServer.start({ entry: 'test/support/old-at-once-main.ts', environment });
    const shop = new AgeingShop(server, environment);
    await shop.api.importCatalogue(PHONES);
    return shop;
  }

  get api(): ApiClient {
    return this.server.client;
  }

  async keep(keeping: Keeping): Promise<void> {
    await this.server.kill('SIGTERM');
    Object.assign(this.environment, environmentOf(keeping));
    await this.server.restart();
  }

  /** As the clock does it. */
  night() {
    return this.server.data.database.query(
      `SELECT graphile_worker.add_job('retention', '{}'::json, job_key => 'cron:retention')`,
    );
  }

  /** No run is under way or to be tried again: what is done next is old only for the next one. */
  untilMorning() {
    return until('every run has ended', async () => {
      const { rows } = await this.server.data.database.query(
        `SELECT FROM graphile_worker.jobs WHERE task_identifier IN ('retention', 'archive-workspace')`,
      );
      return rows.length === 0;
    });
  }

  /** What happened at these times (ISO 8601) is long enough ago for AT_ONCE. */
  untilOld(...times: string[]) {
    const newest = Math.max(...times.map((time) => Date.parse(time)));
    return until('it is long ago', async () => Date.now() > newest + 2 * OLD_MS);
  }

  archives() {
    return this.api.all<ArchiveView>('/archives');
  }

  async isArchived(draftId: string): Promise<boolean> {
    return (
      (await this.api.send<{ code: string }>('GET', `/ai/drafts/${draftId}`)).body.code === 'DRAFT_ARCHIVED'
    );
  }

  /** The archive, known again by its hash. */
  async opened({ archiveId, sha256, bytes }: ArchiveView): Promise<Line[]> {
    const { body } = await this.api.expectStatus<string>(200, 'GET', `/archives/${archiveId}`);
    expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    expect(Buffer.byteLength(body)).toBe(bytes);
    return body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }

  /** Between the read models and what the log makes of them. */
  async differences(): Promise<string[]> {
    const { database } = this.server.data;
    const store = new PostgresEventStore(database);
    try {
      return await differencesFromARebuild({ database, store });
    } finally {
      await store.close();
    }
  }
}
