/** People's keys, one in use per person and workspace: made when first needed, remembered for a while, destroyed. */
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Database, Prepared } from '../platform/database/database.js';
import { notify } from '../platform/database/notifications.js';
import { open, seal, type PersonalKey } from './sealed-text.js';

/** Where processes tell each other that a key was destroyed: forget what you remember. */
export const ERASURES_CHANNEL = 'drafthorse_erasures';

/** How long a key that was destroyed may at most go on opening texts, where the news of it got lost. */
export const KEYS_REMEMBERED_MS = 60_000;
export const KEYS_REMEMBERED_MAX = 10_000;
const KEY_BYTES = 32;
/** A key that somebody else makes in the same moment is seen at the second look. */
const LOOKS_MAX = 3;

export interface Person {
  workspaceId: string;
  userId: string;
}

export interface Erasure extends Person {
  erasureId: string;
}

/** `erased`: there was such a key. `unknown`: there never was, so a text that names it is none of ours. */
export type FoundKey = PersonalKey | 'erased' | 'unknown';

/** To encrypt under, and when the person was erased last: what was said by then gets no key any more. */
export interface WritingKey extends PersonalKey {
  erasedAt: Date | null;
}

interface KeyRow {
  key_id: string;
  workspace_id: string;
  user_id: string;
  wrapped_key: Buffer | null;
}

const COLUMNS = 'key_id, workspace_id, user_id, wrapped_key';

/**
 * In one snapshot: a key that was made after an erasure never comes without it. The time is rounded as those of events are
 * (`recorded_at`, to the millisecond): what was recorded before it never looks later.
 */
const SELECT_IN_USE: Prepared = {
  name: 'personal-key-in-use',
  quick: true,
  text: `SELECT ${COLUMNS}, (SELECT max(erased_at)::timestamptz(3) FROM personal_erasures e
                              WHERE e.workspace_id = $1 AND e.user_id = $2) AS erased_at
           FROM personal_keys WHERE workspace_id = $1 AND user_id = $2 AND destroyed_at IS NULL`,
};

const SELECT_BY_ID: Prepared = {
  name: 'personal-keys-by-id',
  quick: true,
  text: `SELECT ${COLUMNS} FROM personal_keys WHERE workspace_id = $1 AND key_id = ANY ($2::uuid[])`,
};

const INSERT = `
  INSERT INTO personal_keys (workspace_id, user_id, key_id, wrapped_key) VALUES ($1, $2, $3, $4)
  ON CONFLICT (workspace_id, user_id) WHERE destroyed_at IS NULL DO NOTHING`;

/** `$1` workspace, `$2` user, `$3` erasure. Nothing the second time. */
const DESTROY = `
  WITH first AS (
    INSERT INTO personal_erasures (workspace_id, user_id, erasure_id) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING workspace_id, user_id
  ), destroyed AS (
    UPDATE personal_keys k SET wrapped_key = NULL, destroyed_at = now()
      FROM first
     WHERE k.workspace_id = first.workspace_id AND k.user_id = first.user_id AND k.destroyed_at IS NULL
    RETURNING k.key_id)
  SELECT key_id FROM destroyed`;

/** What an update leaves of a row stays in the table's file until it is vacuumed. */
const VACUUM = 'VACUUM personal_keys';

interface Remembered<Value> {
  value: Value;
  until: number;
}

export class PersonalKeys {
  private readonly inUse = new Map<string, Remembered<Promise<WritingKey>>>();
  private readonly byId = new Map<string, Remembered<PersonalKey | 'erased'>>();
  /** Grows with every forgetting: what was asked before it is not remembered after it. */
  private forgotten = 0;

  constructor(
    private readonly database: Pick<Database, 'query'>,
    private readonly master: KeyObject,
    private readonly now: () => number = Date.now,
  ) {}

  /** The key to encrypt a person's texts under; made where they have none. Lasts, once it is answered. */
  forWriting(person: Person): Promise<WritingKey> {
    const at = `${person.workspaceId}/${person.userId}`;
    const known = this.inUse.get(at);
    if (known && known.until > this.now()) return known.value;
    const key = this.findOrMake(person);
    this.remember(this.inUse, at, key);
    key.catch(() => {
      if (this.inUse.get(at)?.value === key) this.inUse.delete(at);
    });
    return key;
  }

  /** The keys of these ids in this workspace; at most one query for all of them. */
  async forReading(workspaceId: string, keyIds: ReadonlySet<string>): Promise<Map<string, FoundKey>> {
    const found = new Map<string, FoundKey>();
    const missing: string[] = [];
    for (const keyId of keyIds) {
      const known = this.byId.get(`${workspaceId}/${keyId}`);
      if (known && known.until > this.now()) found.set(keyId, known.value);
      else missing.push(keyId);
    }
    if (missing.length === 0) return found;
    const asked = this.forgotten;
    const { rows } = await this.database.query<KeyRow & Record<string, unknown>>(SELECT_BY_ID, [
      workspaceId,
      missing,
    ]);
    for (const keyId of missing) found.set(keyId, 'unknown');
    for (const row of rows) {
      const key = row.wrapped_key === null ? 'erased' : this.unwrapped(row);
      found.set(row.key_id, key);
      if (asked === this.forgotten) this.remember(this.byId, `${workspaceId}/${row.key_id}`, key);
    }
    return found;
  }

  /** Once per erasure, however often it is asked for; other processes are told. */
  async destroy({ erasureId, workspaceId, userId }: Erasure): Promise<void> {
    await this.database.query(DESTROY, [workspaceId, userId, erasureId]);
    this.forget();
    await notify(this.database, ERASURES_CHANNEL, erasureId);
    await this.database.query(VACUUM);
  }

  /** Everything that is remembered: erasures are rare, and asking again is cheap. */
  forget(): void {
    this.forgotten += 1;
    this.inUse.clear();
    this.byId.clear();
  }

  private async findOrMake(person: Person): Promise<WritingKey> {
    const { workspaceId, userId } = person;
    for (let look = 1; look <= LOOKS_MAX; look++) {
      const { rows } = await this.database.query<KeyRow & { erased_at: Date | null }>(SELECT_IN_USE, [
        workspaceId,
        userId,
      ]);
      if (rows[0]) return { ...this.unwrapped(rows[0]), erasedAt: rows[0].erased_at };
      const keyId = uuidv7();
      const wrapped = seal(randomBytes(KEY_BYTES), this.master, boundTo(keyId, person));
      await this.database.query(INSERT, [workspaceId, userId, keyId, wrapped]);
    }
    throw new Error(`the key of user ${userId} was made and destroyed ${LOOKS_MAX} times meanwhile`);
  }

  private unwrapped({
    key_id: keyId,
    workspace_id: workspaceId,
    user_id: userId,
    wrapped_key,
  }: KeyRow): PersonalKey {
    const key = open(wrapped_key!, this.master, boundTo(keyId, { workspaceId, userId }));
    // The master key was checked at the start: this row is not as it was written.
    if (!key) throw new Error(`personal key ${keyId} is damaged`);
    return { keyId, secret: createSecretKey(key) };
  }

  private remember<Value>(map: Map<string, Remembered<Value>>, at: string, value: Value): void {
    map.delete(at);
    if (map.size >= KEYS_REMEMBERED_MAX) map.delete(map.keys().next().value!);
    map.set(at, { value, until: this.now() + KEYS_REMEMBERED_MS });
  }
}

const boundTo = (keyId: string, { workspaceId, userId }: Person) =>
  Buffer.from(`${keyId}\n${workspaceId}\n${userId}`);
