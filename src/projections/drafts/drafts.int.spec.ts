import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  confirmed,
  DRAFT_ID,
  draftCreated,
  NOW,
  OTHER_PRODUCT_ID,
  parsed,
  parsingStarted,
  planRow,
  previewBuilt,
  WORKSPACE_ID,
} from '../../../test/support/draft-events.js';
import type { Delivery } from '../../event-bus/event-bus.js';
import { derivedId } from '../../events/event-ids.js';
import { draftStream } from '../../events/streams.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { project } from '../projection.js';
import { draftsProjection } from './drafts.projection.js';
import { withRows, type DraftRow } from './preview-rows.js';
import type { StoredDraft } from './archived-draft.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());
beforeEach(() => test.database.query('TRUNCATE drafts, projection_streams, projection_checkpoints'));

/** A batch per list of events. */
async function happen(...batches: DraftEvent[][]): Promise<void> {
  let revision = -1;
  for (const events of batches)
    await project(
      test.database,
      draftsProjection,
      events.map((event): Delivery => {
        revision += 1;
        const streamId = draftStream(DRAFT_ID);
        const metadata = { userId: null, commandId: DRAFT_ID, correlationId: DRAFT_ID, causationId: null };
        const place = { streamId, revision, position: BigInt(revision + 1), workspaceId: WORKSPACE_ID };
        const recorded = { eventId: derivedId('spec', `${revision}`), recordedAt: NOW, metadata };
        return {
          topic: 'drafthorse.drafts',
          partition: 0,
          key: DRAFT_ID,
          headers: {},
          event: { ...event, ...place, ...recorded, schemaVersion: 1 } as Delivery['event'],
        };
      }),
    );
}

async function stored() {
  const { rows } = await test.database.query<DraftRow<StoredDraft> & { versions: string }>(
    `SELECT view, preview_rows AS "previewRows" FROM drafts`,
  );
  return rows[0]!;
}

const shown = async () => withRows(await stored());
const rows = [planRow(), planRow(OTHER_PRODUCT_ID)];
const read = [parsingStarted(), parsed(), previewBuilt({ rows })];

describe("a preview's rows", () => {
  it('are kept beside the view, and stay while the draft goes on', async () => {
    await happen([draftCreated()], read, [confirmed()]);
    expect((await stored()).view).not.toHaveProperty('preview.rows');
    expect(await shown()).toMatchObject({ status: 'confirmed', preview: { rows } });
  });

  it('are those of the newest preview', async () => {
    await happen([draftCreated()], read, [previewBuilt({ rows: [planRow(OTHER_PRODUCT_ID)] })]);
    expect(await shown()).toMatchObject({ preview: { rows: [planRow(OTHER_PRODUCT_ID)] } });
  });

  it('are there when the draft was made and previewed in one batch, and there are none before', async () => {
    await happen([draftCreated()]);
    expect(await stored()).toMatchObject({ view: { preview: null }, previewRows: null });
    await test.database.query('TRUNCATE drafts, projection_streams');
    await happen([draftCreated(), ...read]);
    expect(await shown()).toMatchObject({ status: 'preview', preview: { rows } });
  });

  it('go with the draft when it is archived', async () => {
    const archived = { type: 'DraftArchived', data: { archiveId: DRAFT_ID } } as DraftEvent;
    await happen([draftCreated()], read, [archived]);
    expect(await stored()).toMatchObject({ view: { status: 'archived' }, previewRows: null });
  });
});
