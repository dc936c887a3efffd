/**
 * Every route × everybody, against the real program. Whoever may is answered by the route itself; nobody else learns or
 * changes anything, and what belongs to another workspace does not exist.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProblemBody } from '../support/api-client.js';
import { TestServer, type SecondWorkspace } from '../support/server.js';
import { until } from '../support/until.js';
import type { RegisteredRoute } from '../support/watched-main.js';
import { People, type CallerUnderTest } from './callers.js';
import { DOCUMENTATION, ROUTES, type Route } from './routes.js';
import { fingerprint, makeThings, thingsOfNowhere, type Things } from './things.js';

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

let server: TestServer;
let home: SecondWorkspace;
let things: Things;
/** Owns another workspace, with things of the same kinds in it. */
let stranger: CallerUnderTest;
let strangersThings: Things;
let callers: CallerUnderTest[];
let people: People[] = [];
let combinations = 0;

beforeAll(async () => {
  server = await TestServer.start({
    entry: 'test/support/watched-main.ts',
    // Checkpoints of the audit chain come with time: not while changes are looked for.
    environment: { AUDIT_CHECKPOINT_SECONDS: '86400' },
  });
  const { database } = server.data;
  home = await server.createWorkspace('home');
  const elsewhere = await server.createWorkspace('elsewhere');
  people = [People.of(database, home), People.of(database, elsewhere)];
  [things, strangersThings] = await Promise.all([
    makeThings(home, people[0]!, database),
    makeThings(elsewhere, people[1]!, database),
  ]);
  callers = await people[0]!.everybody();
  stranger = { ...(await people[1]!.everybody())[0]!, name: 'the owner of another workspace' };
});
afterAll(async () => {
  const routes = new Set(ROUTES.map(({ method, path }) => `${method} ${path}`));
  await Promise.all(people.map((each) => each.close()));
  await server?.stop();
  // oxlint-disable-next-line no-console -- what the matrix covered is its result
  console.log(
    `matrix: ${routes.size} routes asked in ${ROUTES.length} ways by ${callers?.length + 1} callers: ${combinations} combinations`,
  );
});

/** With `path` for the thing in the address and `rest` for those beside it. */
async function call(
  route: Route,
  caller: CallerUnderTest,
  { path, rest, method = route.method }: { path: Things; rest: Things; method?: string },
): Promise<Answer> {
  combinations++;
  const { query = {}, headers = {}, body, raw } = route.send?.(rest) ?? {};
  const inAddress: Record<string, string> = { ...route.words, ...(route.id && { id: path[route.id] }) };
  const address = route.path.replaceAll(/:(\w+)/g, (_, name: string) => inAddress[name] ?? name);
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const isJson = raw === undefined && body !== undefined;
  const answer = await fetch(`${server.url}${address}?${new URLSearchParams(query)}`, {
    method,
    headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers, ...caller.headers },
    ...(content !== undefined && method !== 'GET' && method !== 'HEAD' && { body: content }),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const mayCall = ({ needs }: Route, { permissions }: CallerUnderTest) =>
  needs === 'public' || (permissions?.has(needs) ?? false);
const methodsOf = ({ method }: Route) => (method === 'GET' ? ['GET', 'HEAD'] : [method]);
const own = () => ({ path: things, rest: things });

/** What nobody did meanwhile: read models may still be catching up with what was done before. */
async function settled(): Promise<Record<string, string>> {
  let before = await fingerprint(server.data.database, things.workspaceId);
  return until('the workspace is at rest', async () => {
    const now = await fingerprint(server.data.database, things.workspaceId);
    const isAtRest = JSON.stringify(now) === JSON.stringify(before);
    before = now;
    return isAtRest ? now : null;
  });
}

async function changesNothing(work: () => Promise<void>): Promise<void> {
  const before = await settled();
  await work();
  expect(await settled()).toEqual(before);
}

/** A refusal as a problem document, without what is each request's own. */
function problemOf({ status, headers, text }: Answer): Omit<ProblemBody, 'traceId'> {
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { traceId, ...problem } = JSON.parse(text) as ProblemBody;
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(problem.status).toBe(status);
  return problem;
}

describe('the table of routes', () => {
  it('has every route that the server registered, and no other, each with the permission it names itself', async () => {
    const registered = (await server.running.ask({})) as RegisteredRoute[];
    const line = ({ method, path, needs }: RegisteredRoute) => `${method} ${path}: ${needs}`;
    const listed = ROUTES.flatMap((route) => methodsOf(route).map((method) => line({ ...route, method })));
    const served = registered.filter(({ path }) => !DOCUMENTATION.test(path)).map(line);
    expect(served.length).toBeGreaterThan(40);
    expect(served.toSorted()).toEqual([...new Set(listed)].toSorted());
    // The documentation describes the installation, and nobody's data.
    for (const { path, needs } of registered)
      if (DOCUMENTATION.test(path)) expect(`${path}: ${needs}`).toBe(`${path}: public`);
  });
});

describe('whoever may not', () => {
  it('is told so, route by route, learns nothing and changes nothing', () =>
    changesNothing(async () => {
      for (const route of ROUTES)
        for (const caller of callers)
          for (const method of methodsOf(route))
            if (!mayCall(route, caller)) await isRefused(route, caller, method);
    }));

  async function isRefused(route: Route, caller: CallerUnderTest, method: string): Promise<void> {
    const what = `${method} ${route.path} by ${caller.name}`;
    const answer = await call(route, caller, { ...own(), method });
    const [status, code] = caller.permissions === null ? [401, 'UNAUTHENTICATED'] : [403, 'FORBIDDEN'];
    expect(answer.status, what).toBe(status);
    if (status === 401) expect(answer.headers.get('www-authenticate'), what).toMatch(/^Bearer /);
    if (method === 'HEAD') return;
    expect(problemOf(answer), what).toMatchObject({ code });
    // The refusal comes before anything is looked for: it is the same for what is there and what is not.
    const nowhere = thingsOfNowhere();
    const elsewhere = await call(route, caller, { path: nowhere, rest: nowhere, method });
    expect(problemOf(elsewhere), what).toEqual(problemOf(answer));
  }
});

describe('the owner of another workspace', () => {
  const withIds = ROUTES.filter(({ id }) => id !== undefined);
  const withThings = ROUTES.filter(({ send }) => (send?.length ?? 0) > 0);

  it('finds nothing by an address of this one: the answer is that for an address of nothing, and nothing changes', () =>
    changesNothing(async () => {
      for (const route of withIds)
        for (const method of methodsOf(route)) {
          const what = `${method} ${route.path}`;
          const foreign = await call(route, stranger, { path: things, rest: strangersThings, method });
          const never = await call(route, stranger, {
            path: thingsOfNowhere(),
            rest: strangersThings,
            method,
          });
          expect(foreign.status, what).toBe(404);
          expect(foreign.text.length === 0, what).toBe(method === 'HEAD');
          if (method !== 'HEAD') expect(problemOf(foreign), what).toEqual(problemOf(never));
          // With everything else of this workspace as well, as somebody would who had seen it all.
          const whole = await call(route, stranger, { ...own(), method });
          expect(whole.status, what).toBe(404);
        }
    }));

  it('learns nothing by naming things of this one beside the address, and nothing changes', () =>
    changesNothing(async () => {
      for (const route of withThings) {
        const nowhere = thingsOfNowhere();
        const foreign = await call(route, stranger, { path: strangersThings, rest: things });
        const never = await call(route, stranger, { path: strangersThings, rest: nowhere });
        expect(anonymous(foreign, things), route.path).toEqual(anonymous(never, nowhere));
      }
    }));

  /** The answer without what it only repeats, and without what is new each time. */
  function anonymous({ status, text }: Answer, named: Things): { status: number; body: unknown } {
    let body = text;
    for (const name of Object.values(named) as string[]) body = body.replaceAll(name, '<named>');
    if (status < 300 && body.includes('"draftId"'))
      body = body.replaceAll(/"draftId":"[^"]+"/g, '"draftId":"<new>"');
    return { status, body: body.replace(/"traceId":"[0-9a-f]{32}"/, '"traceId":"<own>"') };
  }
});

describe('whoever may', () => {
  it('is answered by the route itself, and never by the guards before it', async () => {
    for (const route of ROUTES)
      for (const caller of callers)
        for (const method of methodsOf(route)) {
          if (!mayCall(route, caller)) continue;
          const what = `${method} ${route.path} by ${caller.name}`;
          const comes = route.ends && caller.anew ? await caller.anew() : caller;
          const { status, text } = await call(route, comes, { ...own(), method });
          expect(route.answers, `${what}: ${status} ${text.slice(0, 300)}`).toContain(status);
          // A route may have reasons of its own to say 401 or 403; the guards say `needs`, or that nobody is known.
          expect(text, what).not.toMatch(/"code":"UNAUTHENTICATED"|"needs":/);
        }
  });

  it('is nobody who names no workspace of theirs: a header or a query cannot choose one', async () => {
    const [list] = ROUTES.filter(({ method, path }) => method === 'GET' && path === '/api/v1/products');
    const { workspaceId } = things;
    for (const name of [
      'workspace',
      'workspace-id',
      'x-workspace-id',
      'x-tenant-id',
      'x-user-id',
      'x-role',
    ]) {
      const caller = { ...stranger, headers: { ...stranger.headers, [name]: workspaceId } };
      const { status, text } = await call({ ...list!, send: () => ({}) }, caller, own());
      expect(status).toBe(200);
      expect(text).not.toContain(things.productId);
    }
    const asked = { query: { workspaceId, [randomUUID()]: workspaceId } };
    expect((await call({ ...list!, send: () => asked }, stranger, own())).status).toBe(400);
  });
});
