import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { StreamWriter } from '../commands/stream-writer.js';
import { MemoryEventStore } from '../event-store/memory/memory-event-store.js';
import { workspaceStream } from '../events/streams.js';
import { Authenticator, CALLER_CACHE_MS } from './authenticator.js';
import { buildIdentity } from './identity.js';
import { PERMISSIONS_OF } from './permissions.js';
import { DEFAULT_OWNER_ID, DEFAULT_WORKSPACE_ID, Workspaces } from './workspaces.js';

let database: TestDatabase;
let store: MemoryEventStore;
const workspaces = () => new Workspaces(database.database, new StreamWriter(store, () => new Date()));
const ownerOf = (ids: { userId: string; workspaceId: string }) => ({
  userId: ids.userId,
  workspaceId: ids.workspaceId,
  role: 'owner',
  permissions: PERMISSIONS_OF.owner,
  credential: { kind: 'api-key', id: expect.any(String) as string },
});
const owner = ownerOf({ userId: DEFAULT_OWNER_ID, workspaceId: DEFAULT_WORKSPACE_ID });
/** Of a process that has just started. */
const identity = () =>
  buildIdentity(database.database, new StreamWriter(store, () => new Date()), () => new Date());
const fresh = () => identity().authenticator;

beforeAll(async () => {
  database = await testDatabase();
  store = new MemoryEventStore();
});
afterAll(() => database?.drop());

describe('the first start', () => {
  it('is refused without a key, since nobody could sign in', async () => {
    await expect(workspaces().bootstrapOwner({ apiKey: null })).rejects.toMatchObject({
      code: 'API_KEY_REQUIRED',
    });
  });

  it('makes the default workspace once, however many processes start at once', async () => {
    const started = await Promise.all(
      Array.from({ length: 8 }, () => workspaces().bootstrapOwner({ apiKey: 'first-key' })),
    );
    expect(started.filter(({ keyChanged }) => keyChanged)).toHaveLength(1);
    const events = await store.readStream(workspaceStream(DEFAULT_WORKSPACE_ID));
    expect(events.map(({ type }) => type)).toEqual(['WorkspaceCreated', 'MemberAdded']);
    expect(await fresh().authenticate('first-key')).toEqual(owner);
  });
});

describe('a later start', () => {
  it('keeps the key when it is told none or the same', async () => {
    expect(await workspaces().bootstrapOwner({ apiKey: null })).toMatchObject({ keyChanged: false });
    expect(await workspaces().bootstrapOwner({ apiKey: 'first-key' })).toMatchObject({ keyChanged: false });
    expect(await fresh().authenticate('first-key')).toEqual(owner);
  });

  it('replaces the key when it is told another', async () => {
    expect(await workspaces().bootstrapOwner({ apiKey: 'second-key' })).toMatchObject({ keyChanged: true });
    expect(await fresh().authenticate('first-key')).toBeNull();
    expect(await fresh().authenticate('second-key')).toEqual(owner);
  });
});

describe('authentication', () => {
  it('knows the workspace of each key', async () => {
    const other = await workspaces().createWorkspaceWithKey('other');
    const { workspaceId, userId } = other;
    expect(await fresh().authenticate(other.apiKey)).toEqual(ownerOf({ workspaceId, userId }));
    expect(await fresh().authenticate('second-key')).toEqual(owner);
  });

  it.each(['', ' ', 'second-key ', 'SECOND-KEY', 'x'.repeat(100_000), "' OR 1=1 --"])(
    'knows nobody by %j',
    async (bearer) => {
      expect(await fresh().authenticate(bearer)).toBeNull();
    },
  );

  it('asks the database once for a burst and then not until the answer is old', async () => {
    let now = 0;
    let asked = 0;
    const { apiKeys } = identity();
    const byApiKey = (hash: Buffer) => {
      asked++;
      return apiKeys.callerOf(hash);
    };
    const authenticator = new Authenticator({ byApiKey, byAccessToken: async () => null }, () => now);
    await Promise.all(Array.from({ length: 20 }, () => authenticator.authenticate('second-key')));
    await authenticator.authenticate('second-key');
    expect(asked).toBe(1);
    now += CALLER_CACHE_MS;
    expect(await authenticator.authenticate('second-key')).toEqual(owner);
    expect(asked).toBe(2);
  });

  it('notes when a key was last used', async () => {
    const { apiKey, workspaceId } = await workspaces().createWorkspaceWithKey('noted');
    const lastUsed = async () => {
      const text = 'SELECT last_used_at FROM api_keys WHERE workspace_id = $1';
      return (await database.database.query<{ last_used_at: Date | null }>(text, [workspaceId])).rows[0]
        ?.last_used_at;
    };
    expect(await lastUsed()).toBeNull();
    await fresh().authenticate(apiKey);
    expect(await lastUsed()).toBeInstanceOf(Date);
  });

  it('stores no key that could be read again', async () => {
    const { apiKey } = await workspaces().createWorkspaceWithKey('secret');
    const { rows } = await database.database.query<{ row: string }>(
      'SELECT api_keys::text AS row FROM api_keys',
    );
    const hex = Buffer.from(apiKey).toString('hex');
    expect(rows.some(({ row }) => row.includes(apiKey) || row.includes(hex))).toBe(false);
  });

  it('says that the database is away rather than that the key is wrong', async () => {
    const away = () => Promise.reject(new Error('connection terminated'));
    const authenticator = new Authenticator({ byApiKey: away, byAccessToken: away });
    await expect(authenticator.authenticate(randomUUID())).rejects.toThrow('connection terminated');
  });
});
