/** Ways into another workspace that do not lead through the address of a route. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGNED_FILES_PATH } from '../../src/api/audio/signed-files.controller.js';
import { PostgresFileStore } from '../../src/platform/files/postgres-file-store.js';
import { SignedLinks } from '../../src/platform/files/signed-links.js';
import type { ProductView } from '../../src/projections/products/product-row.js';
import { many } from '../journeys/shop.js';
import type { ApiClient, Page } from '../support/api-client.js';
import { TestServer, type SecondWorkspace } from '../support/server.js';
import { People } from './callers.js';

let server: TestServer;
let home: SecondWorkspace;
let other: SecondWorkspace;
let people: { home: People; other: People };

beforeAll(async () => {
  server = await TestServer.start({ entry: 'test/support/watched-main.ts' });
  home = await server.createWorkspace('home');
  other = await server.createWorkspace('other');
  const { database } = server.data;
  people = { home: People.of(database, home), other: People.of(database, other) };
  await Promise.all([people.home.member('viewer'), people.other.member('viewer')]);
  await home.client.importCatalogue(many('Homely', 5));
  await other.client.importCatalogue(many('Strange', 5));
  for (const { client } of [home, other]) {
    const word = client === home.client ? 'Homely' : 'Strange';
    for (const number of [1, 2, 3]) await client.apply(`increase the price of ${word} ${number} by 10%`);
  }
});
afterAll(async () => {
  await Promise.all(Object.values(people ?? {}).map((each) => each.close()));
  await server?.stop();
});

const namesOf = async (api: ApiClient, path: string) =>
  JSON.stringify((await api.get<Page<unknown>>(path)).items);

describe('a cursor of another workspace', () => {
  it.each(['/products', '/ai/drafts', '/change-sets', '/audit', '/workspace/members'])(
    'leads through one’s own %s',
    async (path) => {
      const { nextCursor } = await home.client.get<Page<unknown>>(`${path}?limit=1`);
      expect(nextCursor).toEqual(expect.any(String));
      const own = new Set((await other.client.all<object>(path)).map((item) => JSON.stringify(item)));
      const { items } = await other.client.get<Page<object>>(`${path}?limit=200&cursor=${nextCursor}`);
      for (const item of items) expect(own).toContain(JSON.stringify(item));
      expect(JSON.stringify(items)).not.toContain('Homely');
    },
  );

  it('and one that was made up to begin before everything still shows one’s own alone', async () => {
    const cursor = Buffer.from(JSON.stringify(['sku', ''])).toString('base64url');
    const { items } = await other.client.get<Page<ProductView>>(`/products?cursor=${cursor}`);
    expect(items.map(({ category }) => category)).toEqual(Array.from({ length: 5 }, () => 'Strange'));
  });
});

describe('a position of another workspace', () => {
  it('is nothing to wait for, even where its read model has got stuck', async () => {
    await server.data.database.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = '55P03'; END $$`);
    await server.data.database.query(
      `CREATE TRIGGER refuse BEFORE INSERT ON usage_hours FOR EACH ROW
         WHEN (NEW.workspace_id = '${home.workspaceId}') EXECUTE FUNCTION refuse()`,
    );
    try {
      const created = await home.client.expectStatus(202, 'POST', '/ai/drafts', { prompt: 'cheapest?' });
      const ask = (api: ApiClient) =>
        api.send('GET', '/usage', undefined, { headers: { 'drafthorse-position': created.position! } });
      expect((await ask(home.client)).status).toBe(503);
      expect((await ask(other.client)).status).toBe(200);
    } finally {
      await server.data.database.query('DROP FUNCTION refuse CASCADE');
    }
  });
});

describe('an Idempotency-Key', () => {
  const create = async (api: ApiClient, key: string) => {
    const options = { headers: { 'idempotency-key': key } };
    const { body } = await api.expectStatus<{ draftId: string }>(
      202,
      'POST',
      '/ai/drafts',
      { prompt: 'cheapest?' },
      options,
    );
    return body.draftId;
  };

  it('is its user’s and its workspace’s: the same one of somebody else answers nothing of theirs', async () => {
    const key = randomUUID();
    const colleague = await memberOf(people.home);
    const drafts = [
      await create(home.client, key),
      await create(colleague, key),
      await create(other.client, key),
    ];
    expect(new Set(drafts).size).toBe(3);
    expect(await create(home.client, key)).toBe(drafts[0]);
    await other.client.refused('DRAFT_NOT_FOUND', 'GET', `/ai/drafts/${drafts[0]}`);
    await home.client.refused('DRAFT_NOT_FOUND', 'GET', `/ai/drafts/${drafts[2]}`);
  });

  it('of a member of two workspaces is another one in each', async () => {
    const key = randomUUID();
    const userId = await people.home.member('editor');
    await people.other.join(userId);
    const [here, there] = [await clientOf(people.home, userId), await clientOf(people.other, userId)];
    const drafts = [await create(here, key), await create(there, key)];
    expect(new Set(drafts).size).toBe(2);
    expect((await here.draft(drafts[0]!)).userId).toBe((await there.draft(drafts[1]!)).userId);
    await there.refused('DRAFT_NOT_FOUND', 'GET', `/ai/drafts/${drafts[0]}`);
  });
});

describe('a clientRequestId', () => {
  it('names a draft of its user in its workspace, and nobody else’s', async () => {
    const clientRequestId = randomUUID();
    const colleague = await memberOf(people.home);
    const drafts: string[] = [];
    for (const api of [home.client, colleague, other.client])
      drafts.push(await api.create('cheapest?', { clientRequestId }));
    expect(new Set(drafts).size).toBe(3);
    expect(await home.client.create('cheapest?', { clientRequestId })).toBe(drafts[0]);
  });
});

describe('a link to a file', () => {
  it('leads to the file of the workspace it was signed for, and nothing of it can be changed', async () => {
    const { database } = server.data;
    const fileId = randomUUID();
    const content = Readable.from([Buffer.from('what was said')]);
    const { workspaceId } = home;
    await new PostgresFileStore(database).put({ fileId, workspaceId, content, bytesMax: 100 });
    const links = await SignedLinks.open(database, () => new Date());
    const file = { fileId, contentType: 'audio/mpeg', seconds: 60 };
    const open = (link: string) => fetch(`${server.url}${SIGNED_FILES_PATH}?${link}`);

    const own = links.sign({ ...file, workspaceId });
    expect(await (await open(own)).text()).toBe('what was said');
    // Signed by us, for whoever does not have the file: it is gone, as far as they can tell.
    expect((await open(links.sign({ ...file, workspaceId: other.workspaceId }))).status).toBe(410);
    for (const [name, value] of [
      ['workspaceId', other.workspaceId],
      ['fileId', randomUUID()],
      ['expires', '99999999999'],
      ['contentType', 'text/html'],
    ] as const) {
      const changed = new URLSearchParams(own);
      changed.set(name, value);
      expect((await open(changed.toString())).status).toBe(403);
    }
  });

  it('of a draft is given to nobody of another workspace', async () => {
    const draftId = await home.client.create('cheapest?');
    await other.client.refused('DRAFT_NOT_FOUND', 'GET', `/ai/drafts/${draftId}/audio`);
  });
});

describe('an export', () => {
  it.each(['/products/export?format=csv', '/products/export?format=ndjson', '/audit/export'])(
    'holds what its workspace has: %s',
    async (path) => {
      const { body } = await other.client.expectStatus<string>(200, 'GET', path);
      expect(body).toContain(path.startsWith('/audit') ? other.workspaceId : 'STRANGE-0001');
      for (const name of ['HOMELY', home.workspaceId, home.userId]) expect(body).not.toContain(name);
    },
  );

  it('is no wider for a filter that names another workspace’s values', async () => {
    expect(await namesOf(other.client, '/products?category=Homely')).toBe('[]');
    const { body } = await other.client.expectStatus<string>(
      200,
      'GET',
      '/products/export?format=csv&category=Homely',
    );
    expect(body.trim().split('\r\n')).toHaveLength(1);
  });
});

describe('a sentence', () => {
  it('finds nothing of another workspace, by whatever it names there', async () => {
    const [product] = await home.client.products();
    for (const named of [product!.name, product!.sku, product!.productId]) {
      const draft = await other.client.say(`decrease the price of ${named} by 10%`);
      expect(JSON.stringify({ ...draft, prompt: '', parsed: null, explanation: '' })).not.toContain(
        'Homely 1',
      );
      expect(draft.preview?.rows ?? []).toEqual([]);
    }
  });
});

async function clientOf(who: People, userId: string): Promise<ApiClient> {
  return server.clientWithKey((await who.signIn(userId)).accessToken);
}

const memberOf = async (who: People) => clientOf(who, await who.member('editor'));
