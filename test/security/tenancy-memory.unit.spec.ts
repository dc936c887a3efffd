/** What a process remembers between requests, and what a job is told, is of one workspace as well. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDraft } from '../../src/commands/draft/create-draft.js';
import { draftRef } from '../../src/commands/draft/draft-stream.js';
import { StreamWriter } from '../../src/commands/stream-writer.js';
import { MemoryEventStore } from '../../src/event-store/memory/memory-event-store.js';
import { readWorkspaceStream } from '../../src/event-store/workspace-stream.js';
import { draftStream } from '../../src/events/streams.js';
import { replyKey } from '../../src/interpreter/llm/read-with-model.js';
import { expireDraftJob } from '../../src/sagas/expire-drafts/expire-draft.job.js';
import { DraftWork } from '../../src/sagas/draft-work.js';
import { VocabularyCache } from '../../src/sagas/interpret-prompt/vocabulary-cache.js';

const [HOME, OTHER] = [randomUUID(), randomUUID()];

describe('caches', () => {
  it('of vocabularies are by workspace, also where two have come to the same version', async () => {
    const asked: string[] = [];
    const nothing = { categories: [], brands: [], fields: [], nameWords: [], nameOnlyPairs: [] };
    const data = { ...nothing, currency: null };
    const cache = new VocabularyCache({
      version: async () => '1.1',
      load: async (workspaceId) => {
        asked.push(workspaceId);
        return { version: '1.1', data };
      },
    });
    const [home, other] = [await cache.of(HOME), await cache.of(OTHER)];
    expect(home).not.toBe(other);
    expect(await cache.of(HOME)).toBe(home);
    expect(asked).toEqual([HOME, OTHER]);
  });

  it('of models’ answers are by workspace, also where two have asked the same', () => {
    const messages = [{ role: 'user' as const, content: 'cheapest phone?' }];
    expect(replyKey(HOME, 'model', messages)).toBe(replyKey(HOME, 'model', messages));
    expect(replyKey(HOME, 'model', messages)).not.toBe(replyKey(OTHER, 'model', messages));
  });
});

describe('a job', () => {
  it('that names another workspace’s draft finds none, and changes nothing', async () => {
    const store = new MemoryEventStore();
    const writer = new StreamWriter(store, () => new Date('2999-01-01'));
    const draftId = randomUUID();
    const context = { userId: randomUUID(), commandId: randomUUID(), correlationId: 'c', causationId: null };
    const draft = { draftId, workspaceId: HOME, userId: context.userId };
    await writer.decide(draftRef(draftId, HOME), { ...context, workspaceId: HOME }, (state, now) =>
      createDraft({ ...draft, prompt: 'cheapest phone?' }, state, now),
    );
    const written = await store.readStream(draftStream(draftId));
    const metadata = { userId: null, commandId: randomUUID(), correlationId: 'c', causationId: null };
    const cause = { eventId: randomUUID(), workspaceId: OTHER, metadata };

    expect(await DraftWork.open(writer, draftId, { cause, name: 'read', attempt: 1 })).toBeNull();
    const job = expireDraftJob({ writer, jobs: { add: async () => undefined }, now: () => new Date() });
    const attempt = { number: 1, lastAttempt: true, signal: new AbortController().signal };
    await job.run({ draftId, cause } as never, attempt);
    expect(await store.readStream(draftStream(draftId))).toEqual(written);
    expect(written).toHaveLength(1);
  });
});

describe('a stream', () => {
  it('of another workspace reads as one that never was', async () => {
    const store = new MemoryEventStore();
    const event = { eventId: randomUUID(), type: 'X', schemaVersion: 1, data: {} };
    const metadata = { userId: null, commandId: randomUUID(), correlationId: 'c', causationId: null };
    const streamId = draftStream(randomUUID());
    await store.append({ workspaceId: HOME, streamId, expectedRevision: 'none', events: [event], metadata });
    expect(await readWorkspaceStream(store, { streamId, workspaceId: HOME })).toHaveLength(1);
    expect(await readWorkspaceStream(store, { streamId, workspaceId: OTHER })).toEqual([]);
    const never = { streamId: draftStream(randomUUID()), workspaceId: OTHER };
    expect(await readWorkspaceStream(store, never)).toEqual([]);
  });
});
