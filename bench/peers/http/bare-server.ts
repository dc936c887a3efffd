/**
 * Fastify with nothing around its handlers. Under `/constant` they answer a body that is there already, under `/pg` they
 * fetch it by the one statement it takes. No authentication, no limits, no log, no checks beyond the body of a POST.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fastify from 'fastify';
import pg from 'pg';
import type { BareBodies, BareEnvironment } from '../../http/bare.js';

const { PORT, DATABASE_URL, WORKSPACE_ID, BODIES_FILE } = process.env as unknown as BareEnvironment;
const bodies = JSON.parse(await readFile(BODIES_FILE, 'utf8')) as BareBodies | null;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const server = fastify();

const DRAFT = {
  name: 'draft',
  text: 'SELECT view FROM bare_views WHERE workspace_id = $1 AND draft_id = $2',
};
const COLUMNS = `product_id AS "productId", sku, name, price::text, stock, category, brand, fields, version,
                 created_at AS "createdAt", updated_at AS "updatedAt"`;
const PRODUCT = {
  name: 'product',
  text: `SELECT ${COLUMNS} FROM products WHERE workspace_id = $1 AND product_id = $2 AND NOT deleted`,
};
const PRODUCTS = {
  name: 'products',
  text: `SELECT ${COLUMNS} FROM products WHERE workspace_id = $1 AND NOT deleted ORDER BY sku LIMIT $2`,
};
const SEARCH = {
  name: 'search',
  text: `SELECT ${COLUMNS} FROM products
          WHERE workspace_id = $1 AND NOT deleted AND name ILIKE '%' || $3 || '%' ORDER BY sku LIMIT $2`,
};
const INSERT = {
  name: 'insert',
  text: 'INSERT INTO bare_drafts (draft_id, workspace_id, prompt, status) VALUES ($1, $2, $3, $4)',
};

async function rows<Row extends pg.QueryResultRow>(statement: pg.QueryConfig, ...values: unknown[]) {
  return (await pool.query<Row>({ ...statement, values: [WORKSPACE_ID, ...values] })).rows;
}

interface ListQuery {
  limit: number;
  q?: string;
}

/** One row more than asked for says whether there is another page; its cursor is the last sku, as in the API. */
async function listed({ limit, q }: ListQuery) {
  const found =
    q === undefined
      ? await rows<{ sku: string }>(PRODUCTS, limit + 1)
      : await rows<{ sku: string }>(SEARCH, limit + 1, q);
  const items = found.slice(0, limit);
  const cursor = JSON.stringify(['sku', items.at(-1)?.sku]);
  return { items, nextCursor: found.length > limit ? Buffer.from(cursor).toString('base64url') : null };
}

const limitAsNumber = {
  querystring: {
    type: 'object',
    properties: { limit: { type: 'integer' }, q: { type: 'string' } },
    required: ['limit'],
  },
};
const draftInput = {
  body: {
    type: 'object',
    properties: {
      prompt: { type: 'string', minLength: 1, maxLength: 2_000 },
      clientRequestId: { type: 'string', minLength: 1, maxLength: 200 },
    },
    required: ['prompt'],
    additionalProperties: false,
  },
};

server.get('/constant/api/v1/ai/drafts/:id', () => bodies?.draft);
server.get('/constant/api/v1/products/:id', () => bodies?.product);
server.get<{ Querystring: ListQuery }>('/constant/api/v1/products', { schema: limitAsNumber }, ({ query }) =>
  query.q === undefined ? bodies?.list : bodies?.search,
);
server.post('/constant/api/v1/ai/drafts', { schema: draftInput }, (_, reply) => {
  void reply.status(202);
  return { draftId: randomUUID(), status: 'pending' };
});

server.get<{ Params: { id: string } }>(
  '/pg/api/v1/ai/drafts/:id',
  async ({ params }) => (await rows<{ view: object }>(DRAFT, params.id))[0]!.view,
);
server.get<{ Params: { id: string } }>(
  '/pg/api/v1/products/:id',
  async ({ params }) => (await rows(PRODUCT, params.id))[0],
);
server.get<{ Querystring: ListQuery }>('/pg/api/v1/products', { schema: limitAsNumber }, ({ query }) =>
  listed(query),
);
server.post<{ Body: { prompt: string } }>(
  '/pg/api/v1/ai/drafts',
  { schema: draftInput },
  async ({ body }, reply) => {
    const draftId = randomUUID();
    await pool.query({ ...INSERT, values: [draftId, WORKSPACE_ID, body.prompt, 'pending'] });
    void reply.status(202);
    return { draftId, status: 'pending' };
  },
);
server.get('/ready', () => ({}));

process.once('SIGTERM', () => {
  void server
    .close()
    .then(() => pool.end())
    .then(() => process.exit(0));
});
// Ours keeps personal texts sealed and a preview's rows apart: whoever does neither keeps a draft as it is shown.
await pool.query(`CREATE TABLE IF NOT EXISTS bare_views
  (workspace_id uuid, draft_id uuid, view jsonb NOT NULL, PRIMARY KEY (workspace_id, draft_id))`);
if (bodies)
  await pool.query(
    `INSERT INTO bare_views SELECT $1, ($2::jsonb->>'draftId')::uuid, $2::jsonb ON CONFLICT DO NOTHING`,
    [WORKSPACE_ID, JSON.stringify(bodies.draft)],
  );
await pool.query(`CREATE TABLE IF NOT EXISTS bare_drafts
  (draft_id uuid PRIMARY KEY, workspace_id uuid NOT NULL, prompt text NOT NULL, status text NOT NULL,
   created_at timestamptz NOT NULL DEFAULT now())`);
await server.listen({ port: Number(PORT), host: '127.0.0.1' });
