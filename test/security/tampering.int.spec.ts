/**
 * Whoever can write to the database, past triggers and all, changes one thing; verifying names it. The columns come from
 * the database's own catalogue: one that is added later is tampered with as well, and must be found.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FindingCode } from '../../src/audit-chain/chain-walk.js';
import { registerKey, signEnds, unsignedEnds } from '../../src/audit-chain/checkpoints.js';
import { KeyRing } from '../../src/audit-chain/keys.js';
import { auditProjection } from '../../src/projections/audit/audit.projection.js';
import { rebuild } from '../../src/projections/rebuild.js';
import { linesIn } from '../support/lines.js';
import { verifyExport } from '../../src/audit-chain/offline.js';
import { ChainedLog, newKey } from '../support/chained-log.js';

const TABLES = [
  'events',
  'audit_trail',
  'audit_chain',
  'audit_checkpoints',
  'audit_keys',
  'audit_chain_progress',
];
const OURS = randomUUID();
const THEIRS = randomUUID();

let log: ChainedLog;
let restore: () => Promise<void>;
beforeAll(async () => {
  log = await ChainedLog.open();
  await log.appendAll(OURS);
  await log.appendAll(THEIRS);
  await log.chainAll(7);
  await log.sign();
  await log.appendAll(OURS);
  await log.projectAll();
  await log.chainAll();
  await log.sign();
  restore = await log.keep(TABLES);
});
afterEach(() => restore());
afterAll(() => log?.close());

/** Another value of the type, that the table's constraints allow. `$column` is the column. */
const OTHER_VALUES: Record<string, string> = {
  uuid: `'${randomUUID()}'`,
  bigint: '$column + 5000',
  integer: '$column + 5000',
  text: "$column || 'x'",
  jsonb: `$column || '{"added": 1}'`,
  'timestamp with time zone': "$column + interval '1 millisecond'",
  bytea: 'set_byte($column, 3, get_byte($column, 3) # 1)',
};

async function columnsOf(table: string): Promise<{ column: string; value: string }[]> {
  const { rows } = await log.database.query<{ column: string; type: string }>(
    `SELECT column_name AS column, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );
  return rows.map(({ column, type }) => {
    const value = OTHER_VALUES[type]?.replaceAll('$column', column);
    if (!value) throw new Error(`no other value is known for ${table}.${column} of type ${type}`);
    return { column, value };
  });
}

/** A row in the middle of our chain, none at the end of an append: its neighbours are close. */
async function middle(): Promise<{ position: string; seq: string }> {
  const { rows } = await log.database.query<{ position: string; seq: string }>(
    `SELECT c.position, c.seq FROM audit_chain c JOIN audit_trail t USING (position, workspace_id)
      WHERE c.workspace_id = $1 AND t.user_id IS NULL ORDER BY c.seq OFFSET 30 LIMIT 1`,
    [OURS],
  );
  return rows[0]!;
}

async function firstCheckpoint() {
  const { rows } = await log.database.query<{ seq: string; position: string }>(
    'SELECT seq, position FROM audit_checkpoints WHERE workspace_id = $1 ORDER BY seq LIMIT 1',
    [OURS],
  );
  return rows[0]!;
}

async function expectFound(what: FindingCode | FindingCode[], position: string | null) {
  const { whole, firstBad } = await log.verify(OURS);
  expect({ whole, position: firstBad?.position }).toEqual({ whole: false, position });
  expect([what].flat()).toContain(firstBad?.what);
  return firstBad!;
}

const tamper = async (statement: string, values: unknown[] = [], rows = 1) =>
  expect(await log.tamper(statement, values)).toBe(rows);

describe('a log that nobody touched', () => {
  it('is whole, for both workspaces, with every event of it checked', async () => {
    for (const workspaceId of [OURS, THEIRS]) {
      const { rows } = await log.database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM events WHERE workspace_id = $1',
        [workspaceId],
      );
      expect(await log.verify(workspaceId)).toMatchObject({
        whole: true,
        complete: true,
        firstBad: null,
        checked: { events: rows[0]!.count, upTo: { seq: String(rows[0]!.count) } },
        pending: { events: 0, trailRows: 0 },
        lastCheckpoint: { seq: String(rows[0]!.count), keySource: 'configured' },
      });
    }
  });

  it('is whole from its last checkpoint and from any link on', async () => {
    expect(await log.verify(OURS, 'last-checkpoint')).toMatchObject({ whole: true, checked: { events: 0 } });
    const { events } = (await log.verify(OURS)).checked;
    expect((await log.verify(OURS, 10n)).checked).toMatchObject({
      events: events - 10,
      after: { seq: '10' },
    });
  });

  it('refuses to be changed as long as its triggers are there', async () => {
    for (const table of ['events', 'audit_chain', 'audit_checkpoints'])
      for (const statement of [
        `UPDATE ${table} SET position = 1`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
      ])
        await expect(log.database.query(statement)).rejects.toMatchObject({ code: 'DH002' });
  });

  it('says what it waits for: events without a link, rows that the trail does not have yet', async () => {
    await log.appendAll(OURS);
    const before = await log.verify(OURS);
    expect(before).toMatchObject({ whole: true, pending: { trailRows: 0 } });
    expect(before.pending.events).toBeGreaterThan(20);
    await log.chainAll();
    const after = await log.verify(OURS);
    expect(after).toMatchObject({ whole: true, pending: { events: 0 } });
    expect(after.pending.trailRows).toBeGreaterThan(20);
  });
});

describe('a single column', () => {
  it('of an event is found, whichever it is', async () => {
    for (const { column, value } of await columnsOf('events')) {
      const { position } = await middle();
      await tamper(`UPDATE events SET ${column} = ${value} WHERE position = $1`, [position]);
      const { what } = await expectFound(['EVENT_CHANGED', 'EVENT_MISSING'], position);
      expect({ column, what }).toEqual({
        column,
        what: ['position', 'workspace_id'].includes(column) ? 'EVENT_MISSING' : 'EVENT_CHANGED',
      });
      if (column !== 'workspace_id') expect((await log.verify(THEIRS)).whole).toBe(true);
      await restore();
    }
  });

  it('of a row of the audit trail is found, whichever it is', async () => {
    for (const { column, value } of await columnsOf('audit_trail')) {
      const { position } = await middle();
      const other = ['user_id', 'causation_id'].includes(column) ? `'${randomUUID()}'` : value;
      await tamper(`UPDATE audit_trail SET ${column} = ${other} WHERE position = $1`, [position]);
      const isGone = ['position', 'workspace_id'].includes(column);
      await expectFound(isGone ? 'TRAIL_ROW_MISSING' : 'TRAIL_ROW_CHANGED', position);
      await restore();
    }
  });

  it('of a link is found, whichever it is', async () => {
    for (const { column, value } of await columnsOf('audit_chain')) {
      const { position, seq } = await middle();
      await tamper(`UPDATE audit_chain SET ${column} = ${value} WHERE workspace_id = $1 AND seq = $2`, [
        OURS,
        seq,
      ]);
      const isGone = ['seq', 'workspace_id'].includes(column);
      const finding = await expectFound(isGone ? 'LINK_MISSING' : 'LINK_CHANGED', position);
      expect(finding.seq).toBe(seq);
      await restore();
    }
  });

  it('of a checkpoint is found, whichever it is', async () => {
    const { rows: ends } = await log.database.query<{ position: string }>(
      'SELECT position FROM audit_checkpoints WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1',
      [OURS],
    );
    for (const { column, value } of await columnsOf('audit_checkpoints')) {
      const { seq, position } = await firstCheckpoint();
      // The one before it is none: 0 stands for that, and the table takes nothing below it nor above seq.
      const other = column === 'previous_seq' ? '1' : value;
      await tamper(`UPDATE audit_checkpoints SET ${column} = ${other} WHERE workspace_id = $1 AND seq = $2`, [
        OURS,
        seq,
      ]);
      const isGone = ['seq', 'workspace_id'].includes(column);
      if (isGone) await expectFound('CHECKPOINT_MISSING', ends[0]!.position);
      else
        await expectFound(
          column === 'key_id' ? 'CHECKPOINT_KEY_UNKNOWN' : 'CHECKPOINT_SIGNATURE_WRONG',
          column === 'position' ? String(BigInt(position) + 5_000n) : position,
        );
      await restore();
    }
  });

  it('of jsonb is found even where both values are equal to PostgreSQL, or to a double', async () => {
    const { rows } = await log.database.query<{ position: string }>(
      `SELECT position FROM audit_trail WHERE workspace_id = $1 AND type = 'Executed' LIMIT 1`,
      [OURS],
    );
    const { position } = rows[0]!;
    for (const [table, column, number] of [
      ['events', 'data', '1.0'],
      ['events', 'data', '1.00000000000000000000001'],
      ['audit_trail', 'facts', '1.0'],
    ]) {
      await log.tamper(
        `UPDATE ${table} SET ${column} = jsonb_set(${column}, '{changed}', '${number}') WHERE position = $1`,
        [position],
      );
      await expectFound(table === 'events' ? 'EVENT_CHANGED' : 'TRAIL_ROW_CHANGED', position);
      await restore();
    }
  });
});

describe('a row', () => {
  it('that is taken away is missed', async () => {
    const { position, seq } = await middle();
    await tamper('DELETE FROM events WHERE position = $1', [position]);
    await expectFound('EVENT_MISSING', position);
    await restore();
    await tamper('DELETE FROM audit_trail WHERE position = $1', [position]);
    await expectFound('TRAIL_ROW_MISSING', position);
    await restore();
    await tamper('DELETE FROM audit_chain WHERE position = $1', [position]);
    expect((await expectFound('LINK_MISSING', position)).seq).toBe(seq);
    await restore();
    await tamper('DELETE FROM audit_chain WHERE position = $1', [position]);
    await tamper('DELETE FROM events WHERE position = $1', [position]);
    expect((await log.verify(OURS)).firstBad).toMatchObject({ what: 'LINK_MISSING', seq });
  });

  it('that is put in between is seen', async () => {
    const { position } = await middle();
    const forged = String(BigInt(position) + 5_000n);
    await tamper(
      `INSERT INTO events SELECT $2::bigint, stream_id, revision + 5000, gen_random_uuid(), workspace_id, type, schema_version,
              data, metadata, recorded_at FROM events WHERE position = $1`,
      [position, forged],
    );
    await expectFound('EVENT_INSERTED', forged);
    await restore();
    await tamper(
      `INSERT INTO audit_trail SELECT workspace_id, $2::bigint, gen_random_uuid(), stream_id, revision, type, user_id,
              correlation_id, causation_id, facts, recorded_at FROM audit_trail WHERE position = $1`,
      [position, forged],
    );
    await expectFound('TRAIL_ROW_INSERTED', forged);
  });

  it('that is put in front of the log, or into a stream under the name of another workspace, is seen', async () => {
    const { position } = await middle();
    const copy = (at: string, workspace: string) =>
      `INSERT INTO events SELECT ${at}, stream_id, revision + 5000, gen_random_uuid(), ${workspace}, type, schema_version, data,
              metadata, recorded_at FROM events WHERE position = $1`;
    await tamper(copy('-7', 'workspace_id'), [position]);
    await expectFound('EVENT_INSERTED', '-7');
    await restore();
    const forged = String(BigInt(position) + 5_000n);
    for (const workspace of ['gen_random_uuid()', `'${THEIRS}'`]) {
      await tamper(copy(forged, workspace), [position]);
      await expectFound('EVENT_INSERTED', forged);
      await restore();
    }
  });

  it('of the trail that stands behind the end of the log is seen', async () => {
    const { position } = await middle();
    const forged = String(BigInt(position) + 2n ** 40n);
    await tamper(
      `INSERT INTO audit_trail SELECT workspace_id, $2::bigint, gen_random_uuid(), stream_id, revision, type, user_id,
              correlation_id, causation_id, facts, recorded_at FROM audit_trail WHERE position = $1`,
      [position, forged],
    );
    await expectFound('TRAIL_ROW_INSERTED', forged);
  });

  it('that changes places with another is seen at the first of both', async () => {
    const { position, seq } = await middle();
    const { rows } = await log.database.query<{ position: string }>(
      'SELECT position FROM audit_chain WHERE workspace_id = $1 AND seq = $2',
      [OURS, String(BigInt(seq) + 2n)],
    );
    const other = rows[0]!.position;
    for (const [from, to] of [
      [position, '-1'],
      [other, position],
      ['-1', other],
    ] as const)
      await tamper('UPDATE events SET position = $2 WHERE position = $1', [from, to]);
    const finding = await expectFound('EVENT_REORDERED', position);
    expect(finding.detail).toContain(other);
    await restore();
    await tamper(
      `UPDATE audit_chain a SET event_hash = b.event_hash, chain_hash = b.chain_hash FROM audit_chain b
        WHERE a.workspace_id = $1 AND b.workspace_id = $1 AND a.seq <> b.seq AND a.seq IN ($2, $3) AND b.seq IN ($2, $3)`,
      [OURS, seq, String(BigInt(seq) + 1n)],
      2,
    );
    await expectFound('LINK_CHANGED', position);
  });
});

describe('a chain made anew', () => {
  /** Everything from a position on, with links computed again. */
  async function rewrite(): Promise<string> {
    const { position, seq } = await middle();
    await tamper(`UPDATE events SET data = data || '{"added": 1}' WHERE position = $1`, [position]);
    await log.tamper('DELETE FROM audit_chain WHERE position >= $1', [position]);
    await log.tamper('UPDATE audit_chain_progress SET position = $1::bigint - 1', [position]);
    await log.chainAll();
    return seq;
  }

  it('does not match what was signed', async () => {
    await rewrite();
    const { firstBad } = await log.verify(OURS);
    expect(firstBad).toMatchObject({
      what: 'CHECKPOINT_DOES_NOT_MATCH',
      position: (await firstCheckpoint()).position,
    });
  });

  it('and signed by a key of the forger is told from one that is signed by ours', async () => {
    await rewrite();
    await log.tamper('DELETE FROM audit_checkpoints');
    const forger = newKey();
    await registerKey(log.database, forger);
    await signEnds(log.database, await unsignedEnds(log.database, null), { key: forger, now: new Date() });
    const { whole, lastCheckpoint } = await log.verify(OURS);
    expect({ whole, source: lastCheckpoint?.keySource }).toEqual({ whole: true, source: 'database' });
  });

  it('by the holder of the signing key alone is not found, as the answer says', async () => {
    await rewrite();
    await log.tamper('DELETE FROM audit_checkpoints');
    await log.sign();
    const answer = await log.verify(OURS);
    expect(answer.whole).toBe(true);
    expect(answer.doesNotProve[0]).toContain('signing key');
  });
});

describe('the end of a log', () => {
  async function cut(): Promise<void> {
    const { position } = await middle();
    await log.tamper('DELETE FROM events WHERE position > $1', [position]);
    await log.tamper('DELETE FROM audit_trail WHERE position > $1', [position]);
    await log.tamper('DELETE FROM audit_chain WHERE position > $1', [position]);
    await log.tamper('UPDATE audit_chain_progress SET position = $1', [position]);
  }

  it('that was cut off with its links is missed by the checkpoint behind it', async () => {
    const { seq } = await middle();
    await cut();
    const { firstBad } = await log.verify(OURS);
    expect(firstBad).toMatchObject({ what: 'LINK_MISSING', seq: String(BigInt(seq) + 1n) });
    expect(firstBad?.detail).toContain((await firstCheckpoint()).position);
  });

  it('is missed by nobody where no checkpoint stood, as the answer says', async () => {
    await cut();
    await log.tamper('DELETE FROM audit_checkpoints');
    const answer = await log.verify(OURS);
    expect(answer).toMatchObject({ whole: true, lastCheckpoint: null });
    expect(answer.doesNotProve[1]).toContain('after the last checkpoint');
  });
});

describe('a rebuild of the audit trail', () => {
  const again = () =>
    rebuild({
      database: log.database,
      store: log.store,
      bus: { partitionOf: () => 0 },
      projection: auditProjection,
      switchOver: 'always',
    });

  it('comes to the rows that were proved, and repairs one that was not', async () => {
    expect((await again()).differences).toEqual([{ table: 'audit_trail', onlyLive: 0, onlyRebuilt: 0 }]);
    expect((await log.verify(OURS)).whole).toBe(true);
    const { position } = await middle();
    await tamper(`UPDATE audit_trail SET facts = '{}', type = 'Other' WHERE position = $1`, [position]);
    await expectFound('TRAIL_ROW_CHANGED', position);
    await again();
    expect((await log.verify(OURS)).whole).toBe(true);
  });
});

describe('an export', () => {
  const offline = async () => {
    const text = Buffer.from(await log.export(OURS));
    return verifyExport(linesIn(text), { publicKeys: [], earlier: null });
  };

  it('of a log that nobody touched is whole elsewhere, to the last event', async () => {
    const { checked, lastCheckpoint } = await log.verify(OURS);
    expect(await offline()).toMatchObject({
      whole: true,
      events: checked.events,
      upTo: checked.upTo,
      lastCheckpoint: { seq: lastCheckpoint?.seq },
    });
    expect(await log.export(OURS)).not.toContain(THEIRS);
  });

  it('of one that was meddled with is found at the same place', async () => {
    const { position, seq } = await middle();
    for (const [statement, what] of [
      [`UPDATE events SET metadata = metadata || '{"added": 1}' WHERE position = $1`, 'EVENT_CHANGED'],
      ['DELETE FROM events WHERE position = $1', 'EVENT_MISSING'],
      ['DELETE FROM audit_chain WHERE position = $1', 'LINK_MISSING'],
    ]) {
      await tamper(statement!, [position]);
      expect((await offline()).firstBad).toMatchObject({ what, seq });
      await restore();
    }
  });
});

describe('keys', () => {
  it('of checkpoints signed before the present one are known when they are configured, and said to be from the table when not', async () => {
    const next = newKey();
    const keys = new KeyRing(next, []);
    expect((await log.verify(OURS, 'beginning', keys)).lastCheckpoint?.keySource).toBe('database');
    const both = new KeyRing(next, [log.key]);
    expect((await log.verify(OURS, 'beginning', both)).lastCheckpoint?.keySource).toBe('configured');
  });

  it('that are not what their name says are not taken', async () => {
    await tamper('UPDATE audit_keys SET public_key = set_byte(public_key, 20, get_byte(public_key, 20) # 1)');
    const { firstBad } = await log.verify(OURS, 'beginning', new KeyRing(newKey(), []));
    expect(firstBad?.what).toBe('CHECKPOINT_KEY_UNKNOWN');
  });
});
