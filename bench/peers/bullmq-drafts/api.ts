/** The HTTP surface: the routes and shapes of a draft that the benchmark's driver uses. */
import { createHash, randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { confirmDraft, insertDraft, selectDraft, type DraftRow } from './drafts.js';
import { addJob, executeQueue, parseQueue, type JobEnds } from './queues.js';

const WAIT_MS_MAX = 10_000;
const KEY_CACHE_MS = 10_000;
const BEING_READ: ReadonlySet<string> = new Set(['pending']);
const UNDER_WAY: ReadonlySet<string> = new Set(['pending', 'preview', 'confirmed']);

const id = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' } },
  required: ['id'],
} as const;
const accepted = {
  type: 'object',
  properties: { draftId: { type: 'string' }, status: { type: 'string' } },
} as const;
const newDraft = {
  type: 'object',
  properties: {
    prompt: { type: 'string', minLength: 1, maxLength: 4_000 },
    clientRequestId: { type: 'string', minLength: 1, maxLength: 200 },
  },
  required: ['prompt'],
  additionalProperties: false,
} as const;
const reading = { type: 'object', properties: { wait: { enum: ['preview', 'done'] } } } as const;

export interface ApiParts {
  pool: Pool;
  parsed: JobEnds;
  executed: JobEnds;
}

export function createApi({ pool, parsed, executed }: ApiParts): FastifyInstance {
  const app = Fastify({ logger: false });
  const workspaces = new WeakMap<FastifyRequest, string>();
  const callerOf = callers(pool);

  app.get('/health/ready', async () => {
    await pool.query('SELECT 1');
    return { status: 'ok' };
  });

  app.register(
    async (routes) => {
      routes.addHook('onRequest', async (request, reply) => {
        const workspaceId = await callerOf(request.headers.authorization ?? '');
        if (workspaceId === null) return reply.code(401).send({ code: 'UNAUTHENTICATED' });
        workspaces.set(request, workspaceId);
      });

      routes.post<{ Body: { prompt: string; clientRequestId?: string } }>(
        '/',
        { schema: { body: newDraft, response: { 202: accepted } } },
        async (request, reply) => {
          const { prompt, clientRequestId = null } = request.body;
          const workspaceId = workspaces.get(request)!;
          const asked = { draftId: randomUUID(), workspaceId, prompt, clientRequestId };
          const { draftId, fresh } = await insertDraft(pool, asked);
          if (fresh) await addJob(parseQueue, draftId);
          return reply.code(202).send({ draftId, status: 'pending' });
        },
      );

      routes.get<{ Params: { id: string }; Querystring: { wait?: 'preview' | 'done' } }>(
        '/:id',
        { schema: { params: id, querystring: reading } },
        async (request, reply) => {
          const { wait } = request.query;
          const find = () => selectDraft(pool, workspaces.get(request)!, request.params.id);
          const draft = await (wait === undefined
            ? find()
            : wait === 'preview'
              ? held(find, parsed.listen(request.params.id), BEING_READ)
              : held(find, executed.listen(request.params.id), UNDER_WAY));
          return draft ? answerOf(draft) : reply.code(404).send({ code: 'DRAFT_NOT_FOUND' });
        },
      );

      routes.post<{ Params: { id: string } }>(
        '/:id/confirm',
        { schema: { params: id, response: { 202: accepted } } },
        async (request, reply) => {
          const draftId = request.params.id;
          if (!(await confirmDraft(pool, workspaces.get(request)!, draftId)))
            return reply.code(409).send({ code: 'DRAFT_NOT_IN_PREVIEW' });
          await addJob(executeQueue, draftId);
          return reply.code(202).send({ draftId, status: 'confirmed' });
        },
      );
    },
    { prefix: '/api/v1/ai/drafts' },
  );
  return app;
}

/** Looks, waits for the end of the job when there is something to wait for, and looks again. */
async function held(
  find: () => Promise<DraftRow | null>,
  job: ReturnType<JobEnds['listen']>,
  waitsIn: ReadonlySet<string>,
): Promise<DraftRow | null> {
  try {
    const draft = await find();
    if (!draft || !waitsIn.has(draft.status)) return draft;
    await job.wait(WAIT_MS_MAX);
    return await find();
  } finally {
    job.end();
  }
}

function answerOf(draft: DraftRow) {
  return {
    draftId: draft.draft_id,
    status: draft.status,
    prompt: draft.prompt,
    preview: draft.preview,
    changeSetId: draft.change_set_id,
    error: draft.error,
    createdAt: draft.created_at,
    updatedAt: draft.updated_at,
  };
}

/** From the header to the workspace, without a query per request; null: nobody's key. */
function callers(pool: Pool): (authorization: string) => Promise<string | null> {
  const known = new Map<string, { workspaceId: string; until: number }>();
  return async (authorization) => {
    const key = /^Bearer (\S+)$/.exec(authorization)?.[1];
    if (!key) return null;
    const hash = createHash('sha256').update(key).digest();
    const name = hash.toString('hex');
    const cached = known.get(name);
    if (cached && cached.until > Date.now()) return cached.workspaceId;
    const { rows } = await pool.query<{ workspace_id: string }>(
      'SELECT workspace_id FROM api_keys WHERE key_hash = $1',
      [hash],
    );
    const workspaceId = rows[0]?.workspace_id;
    if (workspaceId === undefined) return null;
    known.set(name, { workspaceId, until: Date.now() + KEY_CACHE_MS });
    return workspaceId;
  };
}
