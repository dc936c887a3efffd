/**
 * Deliveries that a consumer group could not handle, kept until they are re-driven. Only the group's active member
 * adds and removes letters (see delivery.ts); anyone may look, and ask for a re-drive.
 */
import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../events/contract.js';
import type { Topic } from '../events/streams.js';
import type { Database, Queryable } from '../platform/database/database.js';
import type { DeadLetter } from './event-bus.js';

/** One more than a page of the API, which looks whether there is a next. */
export const DEAD_LETTERS_PAGE_MAX = 201;
const ERROR_MESSAGE_LENGTH_MAX = 2_000;

/** A key of a topic as one group sees it. */
export interface KeyRef {
  group: string;
  topic: Topic;
  key: string;
}

export interface RedriveRequest extends KeyRef {
  /** The last letter to deliver; null: all of the key. */
  upTo: bigint | null;
}

export type NewDeadLetter = Omit<DeadLetter, 'id' | 'createdAt'>;

export interface DeadLetterFilter {
  /** Null: of every workspace; for the operator of the installation only. */
  workspaceId: string | null;
  group?: string | undefined;
  key?: string | undefined;
  /** The last letter of the page before. */
  after?: Pick<DeadLetter, 'position' | 'id'> | undefined;
  /** 1 to DEAD_LETTERS_PAGE_MAX. */
  limit: number;
}

interface LetterRow {
  id: string;
  group_name: string;
  topic: Topic;
  partition: number;
  key: string;
  position: string;
  headers: Record<string, string>;
  event: Omit<RecordedEvent, 'position'>;
  reason: DeadLetter['reason'];
  error_class: string;
  error_message: string;
  attempts: number;
  created_at: Date;
}

const COLUMNS = `id, group_name, topic, partition, key, position, headers, event, reason, error_class,
                 error_message, attempts, created_at`;

export class DeadLetters {
  private readonly listeners = new Set<(group: string) => void>();

  constructor(private readonly database: Database) {}

  /** Oldest event first. */
  async list({ workspaceId, group, key, after, limit }: DeadLetterFilter): Promise<DeadLetter[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > DEAD_LETTERS_PAGE_MAX)
      throw new RangeError(`limit must be 1 to ${DEAD_LETTERS_PAGE_MAX}, not ${limit}`);
    const { rows } = await this.database.query<LetterRow>(
      `SELECT ${COLUMNS} FROM dead_letters
        WHERE ($1::uuid IS NULL OR workspace_id = $1) AND ($2::text IS NULL OR group_name = $2)
          AND ($3::text IS NULL OR key = $3) AND (position, id) > ($4, $5::uuid)
        ORDER BY position, id LIMIT $6`,
      [
        workspaceId,
        group ?? null,
        key ?? null,
        after?.position ?? -1n,
        after?.id ?? '00000000-0000-0000-0000-000000000000',
        limit,
      ],
    );
    return rows.map(toLetter);
  }

  /** Null also when the letter belongs to another workspace. */
  async inspect(id: string, workspaceId: string | null): Promise<DeadLetter | null> {
    const { rows } = await this.database.query<LetterRow>(
      `SELECT ${COLUMNS} FROM dead_letters WHERE id = $1 AND ($2::uuid IS NULL OR workspace_id = $2)`,
      [id, workspaceId],
    );
    return rows[0] ? toLetter(rows[0]) : null;
  }

  /** Letters of a key that belong to this workspace: what a re-drive of it, up to a position (null: all), is about. */
  async count({ group, topic, key }: KeyRef, workspaceId: string, upTo: bigint | null): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM dead_letters
        WHERE group_name = $1 AND topic = $2 AND key = $3 AND workspace_id = $4
          AND ($5::bigint IS NULL OR position <= $5)`,
      [group, topic, key, workspaceId, upTo],
    );
    return rows[0]?.count ?? 0;
  }

  /**
   * Asks the group to handle this letter again, after those of the same key before it. It happens soon, in the
   * group's active member; a letter that was handled is gone, one that failed again says so in its error and
   * attempts. False when there is no such letter.
   */
  async redrive(id: string, workspaceId: string | null): Promise<boolean> {
    const letter = await this.inspect(id, workspaceId);
    if (!letter) return false;
    return this.request(letter, letter.position);
  }

  /** `redrive` for all letters of a key, in order, also those that join while it runs. False when it has none. */
  redriveKey(key: KeyRef): Promise<boolean> {
    return this.request(key, null);
  }

  private async request({ group, topic, key }: KeyRef, upTo: bigint | null): Promise<boolean> {
    const { rowCount } = await this.database.query(
      `INSERT INTO redrive_requests AS r (group_name, topic, key, up_to)
       SELECT $1, $2, $3, $4
        WHERE EXISTS (SELECT FROM dead_letters WHERE group_name = $1 AND topic = $2 AND key = $3)
       ON CONFLICT (group_name, topic, key) DO UPDATE SET requested_at = now(), up_to = CASE
         WHEN r.up_to IS NULL OR excluded.up_to IS NULL THEN NULL ELSE greatest(r.up_to, excluded.up_to) END`,
      [group, topic, key, upTo],
    );
    if (rowCount === 0) return false;
    for (const listener of this.listeners) listener(group);
    return true;
  }

  /** Calls back when a re-drive was asked for through this object; others' requests are found by polling. */
  onRedriveRequested(listener: (group: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Keys of the group that have letters, with the position of the first and the count. */
  async quarantine(group: string): Promise<(KeyRef & { first: bigint; count: number })[]> {
    const { rows } = await this.database.query<{ topic: Topic; key: string; first: string; count: number }>(
      `SELECT topic, key, min(position) AS first, count(*)::integer AS count
         FROM dead_letters WHERE group_name = $1 GROUP BY topic, key`,
      [group],
    );
    return rows.map(({ topic, key, first, count }) => ({ group, topic, key, first: BigInt(first), count }));
  }

  /** Idempotent per group and position. Answers how many were new. */
  async setAside(letters: NewDeadLetter[]): Promise<number> {
    if (letters.length === 0) return 0;
    const { rowCount } = await this.database.query(
      `INSERT INTO dead_letters (id, group_name, topic, partition, key, position, workspace_id, headers, event,
                                 reason, error_class, error_message, attempts)
       SELECT id, group_name, topic, partition, key, position, workspace_id, headers::jsonb, event::jsonb,
              reason, error_class, error_message, attempts
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::bigint[], $7::uuid[],
                     $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::integer[])
              AS letter (id, group_name, topic, partition, key, position, workspace_id, headers, event, reason,
                         error_class, error_message, attempts)
       ON CONFLICT ON CONSTRAINT dead_letters_place_key DO NOTHING`,
      [
        letters.map(() => randomUUID()),
        letters.map(({ group }) => group),
        letters.map(({ topic }) => topic),
        letters.map(({ partition }) => partition),
        letters.map(({ key }) => key),
        letters.map(({ position }) => position),
        letters.map(({ event }) => event.workspaceId),
        letters.map(({ headers }) => storableJson(headers)),
        letters.map(({ event }) => storableJson({ ...event, position: undefined })),
        letters.map(({ reason }) => reason),
        letters.map(({ errorClass }) => errorClass),
        letters.map(({ errorMessage }) => storable(errorMessage)),
        letters.map(({ attempts }) => attempts),
      ],
    );
    return rowCount ?? 0;
  }

  async requests(group: string): Promise<RedriveRequest[]> {
    const { rows } = await this.database.query<{ topic: Topic; key: string; up_to: string | null }>(
      'SELECT topic, key, up_to FROM redrive_requests WHERE group_name = $1 ORDER BY requested_at',
      [group],
    );
    return rows.map(({ topic, key, up_to }) => ({
      group,
      topic,
      key,
      upTo: up_to === null ? null : BigInt(up_to),
    }));
  }

  /** Done with it, whether it led anywhere or not. */
  async closeRequest({ group, topic, key }: KeyRef): Promise<void> {
    await this.database.query(
      'DELETE FROM redrive_requests WHERE group_name = $1 AND topic = $2 AND key = $3',
      [group, topic, key],
    );
  }

  async oldest({ group, topic, key }: KeyRef): Promise<DeadLetter | null> {
    const { rows } = await this.database.query<LetterRow>(
      `SELECT ${COLUMNS} FROM dead_letters
        WHERE group_name = $1 AND topic = $2 AND key = $3 ORDER BY position LIMIT 1`,
      [group, topic, key],
    );
    return rows[0] ? toLetter(rows[0]) : null;
  }

  async remove(id: string, queryable: Queryable = this.database): Promise<void> {
    await queryable.query('DELETE FROM dead_letters WHERE id = $1', [id]);
  }

  /** A re-drive failed. */
  async failedAgain(id: string, failure: { errorClass: string; errorMessage: string; attempts: number }) {
    await this.database.query(
      `UPDATE dead_letters SET reason = 'failed', error_class = $2, error_message = $3, attempts = attempts + $4
        WHERE id = $1`,
      [id, failure.errorClass, storable(failure.errorMessage), failure.attempts],
    );
  }
}

/** PostgreSQL's text holds everything but U+0000. */
const storable = (message: string) => message.slice(0, ERROR_MESSAGE_LENGTH_MAX).replaceAll('\0', '\uFFFD');

/** What a broken sender wrote must not keep the letter from being written: jsonb takes no U+0000 nor half a pair. */
const storableJson = (value: unknown) =>
  JSON.stringify(value).replaceAll(/\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '\\ufffd');

function toLetter(row: LetterRow): DeadLetter {
  const position = BigInt(row.position);
  return {
    id: row.id,
    group: row.group_name,
    topic: row.topic,
    partition: row.partition,
    key: row.key,
    position,
    headers: row.headers,
    event: { ...row.event, position },
    reason: row.reason,
    errorClass: row.error_class,
    errorMessage: row.error_message,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
  };
}
