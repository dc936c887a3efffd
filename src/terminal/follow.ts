/** Waiting for a draft or an import to get somewhere: bounded, and telling what is seen on the way. */
import { setTimeout as delay } from 'node:timers/promises';
import { WaitedInVain } from './api-error.js';
import type { Draft, DrafthorseClient, ImportView } from './client.js';

export interface Following<Seen> {
  timeoutMs: number;
  onSeen?: ((seen: Seen) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export const READING_TIMEOUT_MS = 60_000;
export const APPLYING_TIMEOUT_MS = 300_000;
export const IMPORT_TIMEOUT_MS = 600_000;

const POLL_MS_MIN = 25;
const POLL_MS_MAX = 500;
/** How often the steps are looked at while the server holds the answer to `?wait=preview`. */
const STEP_MS = 200;

/** Asks again and again, sooner at first, until `settled`. Throws WaitedInVain. */
async function poll<Seen>(
  what: string,
  ask: () => Promise<Seen>,
  settled: (seen: Seen) => boolean,
  { timeoutMs, onSeen, signal }: Following<Seen>,
): Promise<Seen> {
  const deadline = performance.now() + timeoutMs;
  for (let waitMs = POLL_MS_MIN; ; waitMs = Math.min(waitMs * 1.5, POLL_MS_MAX)) {
    const seen = await ask();
    onSeen?.(seen);
    if (settled(seen)) return seen;
    if (performance.now() + waitMs > deadline) throw new WaitedInVain(what, timeoutMs);
    await delay(waitMs, undefined, { signal });
  }
}

const isParsed = ({ status }: Draft): boolean => status !== 'pending' && status !== 'parsing';

/** The draft once its sentence has been read: in `preview`, `clarify`, `done` or ended. */
export async function untilParsed(
  client: DrafthorseClient,
  draftId: string,
  following: Following<Draft>,
): Promise<Draft> {
  const { onSeen, signal } = following;
  const held = new AbortController();
  const steps = watchSteps(client, draftId, {
    onSeen,
    signal: signal ? AbortSignal.any([signal, held.signal]) : held.signal,
  });
  try {
    return await poll('the preview', () => client.draft(draftId, { wait: 'preview' }), isParsed, following);
  } finally {
    held.abort();
    await steps;
  }
}

/** The held request is the one that counts: whatever becomes of a look in between is not an error. */
async function watchSteps(
  client: DrafthorseClient,
  draftId: string,
  { onSeen, signal }: { onSeen: Following<Draft>['onSeen']; signal: AbortSignal },
): Promise<void> {
  if (!onSeen) return;
  try {
    for (;;) {
      await delay(STEP_MS, undefined, { signal });
      const draft = await client.draft(draftId);
      if (signal.aborted) return;
      onSeen(draft);
    }
  } catch {
    return;
  }
}

const ENDED = new Set(['done', 'failed', 'cancelled', 'expired', 'undone']);

/** Confirmed, and waiting for a second person or for its time: that may take days. */
export const isHeld = ({ status, approval, schedule }: Draft): boolean =>
  status === 'confirmed' &&
  (approval?.state === 'requested' || (schedule !== null && Date.parse(schedule.runAt) > Date.now()));

/** A confirmed draft once it is over, or is held. */
export function untilSettled(
  client: DrafthorseClient,
  draftId: string,
  { held = isHeld, ...following }: Partial<Following<Draft>> & { held?: (draft: Draft) => boolean },
): Promise<Draft> {
  return poll(
    'the change to be applied',
    () => client.draft(draftId),
    (draft) => ENDED.has(draft.status) || held(draft),
    { timeoutMs: APPLYING_TIMEOUT_MS, ...following },
  );
}

/** A confirmed draft once it is over. */
export function untilEnded(
  client: DrafthorseClient,
  draftId: string,
  following: Following<Draft>,
): Promise<Draft> {
  return poll(
    'the change to be applied',
    () => client.draft(draftId),
    ({ status }) => ENDED.has(status),
    following,
  );
}

export function untilStatus(
  client: DrafthorseClient,
  draftId: string,
  { status: wanted, ...following }: Following<Draft> & { status: string },
): Promise<Draft> {
  return poll(
    `the draft to be ${wanted}`,
    () => client.draft(draftId),
    ({ status }) => status === wanted,
    following,
  );
}

export function untilImported(
  client: DrafthorseClient,
  importId: string,
  following: Following<ImportView>,
): Promise<ImportView> {
  return poll(
    'the import',
    () => client.importState(importId),
    ({ status }) => status !== 'running',
    following,
  );
}
