import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { StreamWriter } from '../../commands/stream-writer.js';
import { createWorkspace } from '../../commands/workspace/workspace.decider.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import type { DeadLetters } from '../../event-bus/dead-letters.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { workspaceStream } from '../../events/streams.js';
import { Redrives } from './redrives.js';

const KEY = { group: 'projection.drafts', topic: 'drafthorse.drafts', key: randomUUID() } as const;
const LETTER_ID = randomUUID();

let store: MemoryEventStore;
let letters: number;
let asked: string[];
let isBusAway: boolean;
let redrives: Redrives;
let workspaceId: string;
const contextOf = (commandId: string = randomUUID()) => ({
  workspaceId,
  userId: randomUUID(),
  commandId,
  correlationId: 'c',
  causationId: null,
});

beforeEach(async () => {
  store = new MemoryEventStore();
  const writer = new StreamWriter(store, () => new Date('2026-03-01T10:00:00.000Z'));
  workspaceId = randomUUID();
  const workspace = { workspaceId, name: 'shop', ownerId: randomUUID() };
  await writer.decide(workspaceRef(workspaceId), contextOf(), (state, now) =>
    createWorkspace(workspace, state, now),
  );
  letters = 3;
  asked = [];
  isBusAway = false;
  const ask = async (what: string) => {
    if (isBusAway) throw new Error('away');
    asked.push(what);
    return letters > 0;
  };
  const deadLetters: Partial<DeadLetters> = {
    inspect: async (id) => (letters > 0 && id === LETTER_ID ? ({ ...KEY, id, position: 7n } as never) : null),
    count: async (_key, _workspaceId, upTo) => (upTo === null ? letters : Math.min(letters, 1)),
    redrive: (id) => ask(id),
    redriveKey: ({ key }) => ask(key),
  };
  redrives = new Redrives(deadLetters as DeadLetters, writer, store);
});

const recorded = async () =>
  (await store.readStream(workspaceStream(workspaceId)))
    .filter(({ type }) => type === 'DeadLettersRedriven')
    .map(({ data }) => data);

describe('a re-drive', () => {
  it('is on record with who asked, for what, and how many letters that was', async () => {
    const context = contextOf();
    const { redrive } = await redrives.key(KEY, context);
    expect(redrive).toEqual({ ...KEY, letters: 3 });
    expect(asked).toEqual([KEY.key]);
    expect(await recorded()).toEqual([
      {
        ...KEY,
        letters: 3,
        upToLetterId: null,
        redrivenBy: context.userId,
        redrivenAt: '2026-03-01T10:00:00.000Z',
      },
    ]);
  });

  it('that broke off after it was recorded is made up for by the repeated request, and recorded once', async () => {
    const context = contextOf();
    isBusAway = true;
    await expect(redrives.key(KEY, context)).rejects.toThrow('away');
    expect([asked, (await recorded()).length]).toEqual([[], 1]);
    isBusAway = false;
    letters = 2;
    const { redrive, position } = await redrives.key(KEY, context);
    expect([redrive.letters, asked, (await recorded()).length]).toEqual([3, [KEY.key], 1]);
    expect(position).toBeGreaterThan(0n);
  });

  it('has the same answer when its letters are gone, and none when it was never made', async () => {
    const context = contextOf();
    const first = await redrives.letter(LETTER_ID, context);
    letters = 0;
    expect(await redrives.letter(LETTER_ID, context)).toEqual(first);
    for (const late of [redrives.letter(LETTER_ID, contextOf()), redrives.key(KEY, contextOf())])
      await expect(late).rejects.toMatchObject({ code: 'DEAD_LETTER_NOT_FOUND' });
    expect(await recorded()).toHaveLength(1);
  });

  it('is never made for a workspace that is none', async () => {
    const context = { ...contextOf(), workspaceId: randomUUID() };
    await expect(redrives.key(KEY, context)).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
    expect(asked).toEqual([]);
  });
});
