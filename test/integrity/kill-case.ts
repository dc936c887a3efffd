/** One death of the program at a chosen point, with drafts under way: what every kill test does. */
import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { ImportView } from '../../src/projections/imports/import-view.js';
import { PostgresFileStore } from '../../src/platform/files/postgres-file-store.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { ApiClient, PreviewedDraft } from '../support/api-client.js';
import { describePoint, type CrashPoint } from '../support/crash-point.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { atRest } from './at-rest.js';
import { findings } from './findings.js';

/** The program with places to die; unarmed it is the ordinary one. */
export const CRASHING_MAIN = 'test/support/crashing-main.ts';
/** Until the armed point is passed. */
const DEATH_MS_MAX = 30_000;
const PATIENCE_MS_MAX = 60_000;

export const startMortal = () => TestServer.start({ entry: CRASHING_MAIN });

/** Runs `work` against a program that dies at `point` and is started again while the work goes on. */
export async function throughDeath<T>(
  server: TestServer,
  point: CrashPoint,
  work: () => Promise<T>,
): Promise<T> {
  expect(await server.running.ask(point)).toBe('armed');
  const working = work();
  // Reported where it is awaited; until then it is no unhandled rejection.
  working.catch(() => undefined);
  const exit = await Promise.race([server.exit(DEATH_MS_MAX, describePoint(point)), failureOf(working)]);
  expect(exit).toEqual({ code: null, signal: 'SIGKILL' });
  await server.restart();
  return working;
}

const failureOf = (work: Promise<unknown>) =>
  new Promise<never>((_, reject) => {
    work.catch(reject);
  });

/** Repeats a request that found nobody at home, or its own earlier try still claimed; every other failure is one. */
export async function patiently<T>(request: () => Promise<T>): Promise<T> {
  const answer = await until(
    'a program answers',
    async () => {
      try {
        return { given: await request() };
      } catch (error) {
        if (isNobodyHome(error) || isUnderWay(error)) return null;
        return { failure: error };
      }
    },
    PATIENCE_MS_MAX,
  );
  if ('failure' in answer) throw answer.failure;
  return answer.given as T;
}

/** How `fetch` says that a connection was refused or cut. */
const isNobodyHome = (error: unknown) =>
  error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated');

/** A program that was killed holds the key of its request for some seconds more. */
const isUnderWay = (error: unknown) =>
  inspect((error as { actual?: unknown } | null)?.actual).includes('IDEMPOTENCY_KEY_IN_USE');

/** Says, looks, confirms and waits, as a client does that repeats what was not answered. */
export async function applyPatiently(
  api: ApiClient,
  prompt: string,
  { clientRequestId, secondConfirmation }: { clientRequestId: string; secondConfirmation?: true },
): Promise<string> {
  const draftId = await patiently(() => api.create(prompt, { clientRequestId }));
  const draft = await patiently(() => api.previewOf(draftId));
  await confirmPatiently(api, draft, secondConfirmation);
  return draftId;
}

export async function undoPatiently(api: ApiClient, draftId: string, key: string): Promise<string> {
  const undo = await patiently(() => api.undo(draftId, key));
  await confirmPatiently(api, undo);
  return undo.draftId;
}

export async function importPatiently(api: ApiClient, content: string, key: string): Promise<ImportView> {
  const headers = { 'idempotency-key': key };
  const importId = await patiently(() => api.startImport(content, 'application/x-ndjson', headers));
  return patiently(() => api.finishedImport(importId));
}

async function confirmPatiently(api: ApiClient, draft: PreviewedDraft, secondConfirmation?: true) {
  await patiently(() => api.confirm(draft, secondConfirmation ? { secondConfirmation } : {}));
  await patiently(() => api.until(draft.draftId, 'done'));
}

/** Nothing left to do, and nothing wrong anywhere. */
export async function expectSound({ data: { database } }: TestServer): Promise<void> {
  await atRest(database);
  // What a start does with uploads that nobody ended, a day later.
  await new PostgresFileStore(database).deleteAbandoned(new Date());
  const store = new PostgresEventStore(database);
  try {
    expect(await findings({ database, store })).toEqual([]);
  } finally {
    await store.close();
  }
}
