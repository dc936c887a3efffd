import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiProblem, ServerUnreachable, UnexpectedAnswer, WaitedInVain } from './api-error.js';
import { DrafthorseClient } from './client.js';
import { untilEnded, untilParsed } from './follow.js';
import { inPreview, priceRow, problem, STAND_IN_KEY, StandInServer } from './stand-in/stand-in-server.js';

let server: StandInServer;
let client: DrafthorseClient;

beforeEach(async () => {
  server = await StandInServer.start();
  client = new DrafthorseClient({ url: server.url, apiKey: STAND_IN_KEY });
});
afterEach(() => server.stop());

it('reads with the furthest position a command reached', async () => {
  const { draftId } = await client.createDraft({ prompt: 'one' });
  await client.createDraft({ prompt: 'two' });
  await client.draft(draftId);
  expect(server.seen.at(-1)?.headers['drafthorse-position']).toBe('102');
  expect(server.seen[0]?.headers['drafthorse-position']).toBeUndefined();
});

it('turns a problem document into its code, detail and trace', async () => {
  const error = await client.draft('none').catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ApiProblem);
  expect(error).toMatchObject({ status: 404, code: 'DRAFT_NOT_FOUND', traceId: 'f00d' });
  expect((error as ApiProblem).message).toBe('This workspace has no draft with this id.');
});

it('repeats a command that the server could not take, under the same idempotency key', async () => {
  server.nextAnswers.push({ ...problem(503, 'STORE_UNAVAILABLE', 'Away.'), headers: { 'retry-after': '0' } });
  await client.createDraft({ prompt: 'once' });
  const keys = server.seen.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
  expect(server.drafts.size).toBe(1);
});

it('gives up after a bounded number of tries', async () => {
  const away = { ...problem(503, 'STORE_UNAVAILABLE', 'Away.'), headers: { 'retry-after': '0' } };
  server.nextAnswers.push(away, away, away, away, away);
  await expect(client.createDraft({ prompt: 'x' })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(server.seen).toHaveLength(4);
});

it('does not keep anybody waiting for a limit that ends in a minute', async () => {
  server.nextAnswers.push({ ...problem(429, 'RATE_LIMITED', 'Slowly.'), headers: { 'retry-after': '60' } });
  await expect(client.createDraft({ prompt: 'x' })).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    retryAfterSeconds: 60,
  });
});

it('tells a server that is not there from one that is another program', async () => {
  server.nextAnswers.push({ status: 502, body: '<html>Bad gateway</html>' });
  await expect(client.draft('x')).rejects.toBeInstanceOf(UnexpectedAnswer);
  const { url } = server;
  await server.stop();
  const lonely = new DrafthorseClient({ url, apiKey: STAND_IN_KEY });
  await expect(lonely.drafts()).rejects.toMatchObject({
    name: ServerUnreachable.name,
    reason: 'ECONNREFUSED',
  });
  expect(await lonely.isReady()).toBe(false);
});

it('ends at once when it is interrupted', async () => {
  const interruption = new AbortController();
  const interrupted = new DrafthorseClient({
    url: server.url,
    apiKey: STAND_IN_KEY,
    signal: interruption.signal,
  });
  interruption.abort();
  await expect(interrupted.drafts()).rejects.toMatchObject({ name: 'AbortError' });
});

it('follows a draft through its reading, and no longer than it may', async () => {
  server.reads('lower', inPreview([priceRow(1, 'One', ['2.00', '1.80'])]));
  const { draftId } = await client.createDraft({ prompt: 'lower' });
  const statuses: string[] = [];
  const draft = await untilParsed(client, draftId, {
    timeoutMs: 5_000,
    onSeen: ({ status }) => statuses.push(status),
  });
  expect(draft.preview?.rows).toHaveLength(1);
  expect(statuses).toEqual(['pending', 'parsing', 'preview']);
  expect(server.seen.at(-1)?.path).toContain('wait=preview');
  await expect(untilEnded(client, draftId, { timeoutMs: 50 })).rejects.toBeInstanceOf(WaitedInVain);
});
