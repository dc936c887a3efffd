import { describe, expect, it, vi } from 'vitest';
import type { WorkspaceEvent } from '../events/workspace.events.js';
import { workspaceStream } from '../events/streams.js';
import { NO_FIELD_RULES } from '../catalogue/custom-field.js';
import { NO_POLICIES } from '../catalogue/policy.js';
import { MemoryEventStore } from '../event-store/memory/memory-event-store.js';
import { READ_EVENTS_MAX, type Append } from '../event-store/event-store.js';
import { accept, refuse } from './decision.js';
import {
  APPEND_ATTEMPTS_MAX,
  contextOfReaction,
  StreamWriter,
  type CommandContext,
} from './stream-writer.js';
import { createWorkspace, defineCustomFields } from './workspace/workspace.decider.js';
import { workspaceRef } from './workspace/workspace-stream.js';

const WORKSPACE = '0197a000-0000-7000-8000-0000000000a1';
const OTHER_WORKSPACE = '0197a000-0000-7000-8000-0000000000a2';
const USER = '0197a000-0000-7000-8000-0000000000b1';
const NOW = '2026-03-01T10:00:00.000Z';
const ref = workspaceRef(WORKSPACE);
const streamId = workspaceStream(WORKSPACE);

const context = (command: number, workspaceId = WORKSPACE): CommandContext => ({
  workspaceId,
  userId: USER,
  commandId: `0197a000-0000-7000-8000-${String(command).padStart(12, '0')}`,
  correlationId: 'request-1',
  causationId: null,
});

/** A store in which somebody else is always a little faster, as often as asked. */
class RacedStore extends MemoryEventStore {
  races = 0;
  rival: (append: Append) => Promise<unknown> = async () => undefined;

  override async append(append: Append) {
    if (this.races > 0) {
      this.races -= 1;
      await this.rival(append);
    }
    return super.append(append);
  }
}

async function openWorkspace(store = new RacedStore()) {
  const writer = new StreamWriter(store, () => new Date(NOW));
  await writer.decide(ref, context(0), (state, now) =>
    createWorkspace({ workspaceId: WORKSPACE, name: 'default', ownerId: USER }, state, now),
  );
  const define = (command: number, ...keys: string[]) =>
    writer.decide(ref, context(command), (state, now) => defineCustomFields(keys, state, now));
  /** The rival's append goes to the store itself, past the race. */
  let rivals = 0;
  const direct = new StreamWriter(store, () => new Date(NOW));
  store.rival = async () => {
    const left = store.races;
    store.races = 0;
    rivals += 1;
    await direct.decide(ref, context(1_000 + rivals), (state, now) =>
      defineCustomFields([`rival ${rivals}`], state, now),
    );
    store.races = left;
  };
  const types = async () => (await store.readStream(streamId)).map(({ type }) => type);
  const fields = async () => {
    const { state } = await writer.load(ref);
    return state.status === 'absent' ? [] : [...state.customFields];
  };
  return { store, writer, define, types, fields };
}

describe('a decision', () => {
  it('is appended, and answered with the state and the position it led to', async () => {
    const { define, store } = await openWorkspace();
    const outcome = await define(1, 'color');
    const [last] = await store.readStream(streamId, { fromRevision: 2 });
    expect(outcome).toEqual({
      accepted: true,
      revision: 2,
      position: last!.position,
      state: {
        status: 'open',
        customFields: new Set(['color']),
        fieldRules: NO_FIELD_RULES,
        policies: NO_POLICIES,
      },
    });
  });

  it('carries who asked and why, and the workspace beside it', async () => {
    const { store } = await openWorkspace();
    const [created] = await store.readStream(streamId);
    const { workspaceId, ...metadata } = context(0);
    expect(created).toMatchObject({ workspaceId, metadata, type: 'WorkspaceCreated', schemaVersion: 1 });
    expect(created!.metadata).not.toHaveProperty('workspaceId');
    expect(created!.data).toMatchObject({ createdAt: NOW });
  });

  it('to do nothing is answered with the position of what is there already', async () => {
    const { define, types } = await openWorkspace();
    const first = await define(1, 'color');
    const second = await define(2, 'color');
    expect(second).toEqual(first);
    expect(await types()).toHaveLength(3);
  });

  it('to do nothing on an absent stream is before everything', async () => {
    const writer = new StreamWriter(new MemoryEventStore(), () => new Date(NOW));
    expect(await writer.decide(ref, context(1), () => accept())).toEqual({
      accepted: true,
      revision: -1,
      position: 0n,
      state: { status: 'absent' },
    });
  });

  it('to refuse writes nothing', async () => {
    const { writer, types } = await openWorkspace();
    const refused = await writer.decide(ref, context(1), () => refuse({ code: 'NO' }));
    expect(refused).toEqual({ accepted: false, refusal: { code: 'NO' } });
    expect(await types()).toHaveLength(2);
  });

  it('outside its contract never reaches the log', async () => {
    const { writer, types } = await openWorkspace();
    const nameless: WorkspaceEvent = {
      type: 'CustomFieldsDefined',
      data: { keys: ['price'], definedAt: NOW },
    };
    await expect(writer.decide(ref, context(1), () => accept(nameless))).rejects.toThrow(/reserved/);
    expect(await types()).toHaveLength(2);
  });

  it('sees a stream of any length', async () => {
    const { writer, store } = await openWorkspace();
    const one = (index: number): WorkspaceEvent => ({
      type: 'CustomFieldsDefined',
      data: { keys: [`field ${index}`], definedAt: NOW },
    });
    const pages = [READ_EVENTS_MAX - 2, 1, READ_EVENTS_MAX];
    for (const [page, count] of pages.entries()) {
      const events = Array.from({ length: count }, (_, index) => one(page * 10_000 + index));
      await writer.append(streamId, events, context(10 + page), 'any');
      const { state, revision } = await writer.load(ref);
      expect(revision).toBe((await store.streamEnd(streamId)).revision);
      expect(state).toMatchObject({ customFields: { size: revision - 1 } });
    }
  });
});

describe('a lost race', () => {
  it('is decided again on what the winner left', async () => {
    const { store, define, fields, types } = await openWorkspace();
    store.races = 1;
    expect(await define(1, 'rival 1', 'color')).toMatchObject({ accepted: true, revision: 3 });
    expect(await fields()).toEqual(['rival 1', 'color']);
    expect((await types()).slice(2)).toEqual(['CustomFieldsDefined', 'CustomFieldsDefined']);
  });

  it('may end in a refusal', async () => {
    const { store, writer } = await openWorkspace();
    store.races = 1;
    const once = await writer.decide(ref, context(1), (state, now) =>
      state.status === 'open' && state.customFields.size > 0
        ? refuse({ code: 'TOO_LATE' as const })
        : accept<WorkspaceEvent>({ type: 'CustomFieldsDefined', data: { keys: ['color'], definedAt: now } }),
    );
    expect(once).toEqual({ accepted: false, refusal: { code: 'TOO_LATE' } });
  });

  it(`is run again up to ${APPEND_ATTEMPTS_MAX} times`, async () => {
    const { store, define, fields } = await openWorkspace();
    store.races = APPEND_ATTEMPTS_MAX - 1;
    expect(await define(1, 'color')).toMatchObject({ accepted: true });
    expect(await fields()).toContain('color');
  });

  it('too often in a row is given up, with nothing written', async () => {
    const { store, define, fields } = await openWorkspace();
    store.races = APPEND_ATTEMPTS_MAX;
    await expect(define(1, 'color')).rejects.toThrow(`lost ${APPEND_ATTEMPTS_MAX} races`);
    expect(await fields()).not.toContain('color');
    expect(await define(1, 'color')).toMatchObject({ accepted: true });
  });
});

describe('an assumed state', () => {
  it('saves a reading where it still holds', async () => {
    const { store, writer } = await openWorkspace();
    const loaded = await writer.load(ref);
    const readings = vi.spyOn(store, 'readStream');
    const decided = await writer.decide(
      ref,
      context(1),
      (state, now) => defineCustomFields(['color'], state, now),
      loaded,
    );
    expect(decided).toMatchObject({ accepted: true, revision: 2 });
    expect(readings).not.toHaveBeenCalled();
  });

  it('that no longer holds is found out by the append', async () => {
    const { writer, define, fields } = await openWorkspace();
    const loaded = await writer.load(ref);
    await define(1, 'color');
    await writer.decide(
      ref,
      context(2),
      (state, now) => defineCustomFields(['color', 'size'], state, now),
      loaded,
    );
    expect(await fields()).toEqual(['color', 'size']);
  });

  it('never refuses by itself, nor says that there is nothing to do', async () => {
    const { writer, define, fields } = await openWorkspace();
    const absent = { state: { status: 'absent' as const }, revision: -1, position: 0n };
    const refusing = await writer.decide(
      ref,
      context(1),
      (state, now) => defineCustomFields(['color'], state, now),
      absent,
    );
    expect(refusing).toMatchObject({ accepted: true, revision: 2 });
    const known = {
      state: {
        status: 'open' as const,
        customFields: new Set(['size']),
        fieldRules: NO_FIELD_RULES,
        policies: NO_POLICIES,
      },
      revision: 1,
      position: 0n,
    };
    await writer.decide(ref, context(2), (state, now) => defineCustomFields(['size'], state, now), known);
    await define(3, 'size');
    expect(await fields()).toEqual(['color', 'size']);
  });
});

describe('a repeated command', () => {
  const always = (...keys: string[]) =>
    accept<WorkspaceEvent>({ type: 'CustomFieldsDefined', data: { keys, definedAt: NOW } });

  it('has no second effect, and is answered with what the stream says now', async () => {
    const { writer, define, types } = await openWorkspace();
    await writer.decide(ref, context(1), () => always('color'));
    await define(2, 'size');
    const repeated = await writer.decide(ref, context(1), () => always('color'));
    expect(repeated).toMatchObject({ accepted: true, revision: 3 });
    expect(repeated).toMatchObject({ state: { customFields: new Set(['color', 'size']) } });
    expect(await types()).toHaveLength(4);
  });

  it('is accepted again when what it did itself would now refuse it', async () => {
    const { writer, types } = await openWorkspace();
    const once = () =>
      writer.decide(ref, context(1), (state) =>
        state.status === 'open' && state.customFields.has('color')
          ? refuse({ code: 'ALREADY' })
          : always('color'),
      );
    const first = await once();
    expect(await once()).toEqual(first);
    expect(await types()).toHaveLength(3);
  });

  it('is another command when it has another id', async () => {
    const { writer } = await openWorkspace();
    const once = (command: number) =>
      writer.decide(ref, context(command), (state) =>
        state.status === 'open' && state.customFields.has('color')
          ? refuse({ code: 'ALREADY' })
          : always('color'),
      );
    await once(1);
    expect(await once(2)).toEqual({ accepted: false, refusal: { code: 'ALREADY' } });
  });
});

describe('another workspace’s stream', () => {
  const theirs = { ...ref, workspaceId: OTHER_WORKSPACE };

  it('reads as absent', async () => {
    const { writer } = await openWorkspace();
    expect(await writer.load(theirs)).toEqual({ state: { status: 'absent' }, revision: -1, position: 0n });
  });

  it('refuses as an absent one does, and is not written', async () => {
    const { writer, types } = await openWorkspace();
    const outcome = await writer.decide(theirs, context(1, OTHER_WORKSPACE), (state, now) =>
      defineCustomFields(['color'], state, now),
    );
    expect(outcome).toEqual({ accepted: false, refusal: { code: 'WORKSPACE_NOT_FOUND' } });
    expect(await types()).toHaveLength(2);
  });

  it('cannot be begun anew', async () => {
    const { writer, types } = await openWorkspace();
    const begun = writer.decide(theirs, context(1, OTHER_WORKSPACE), (state, now) =>
      createWorkspace({ workspaceId: WORKSPACE, name: 'mine', ownerId: USER }, state, now),
    );
    await expect(begun).rejects.toThrow(/lost/);
    expect(await types()).toHaveLength(2);
  });
});

describe('the context of a reaction', () => {
  const event = {
    eventId: '0197a000-0000-5000-8000-000000000001',
    workspaceId: WORKSPACE,
    metadata: { ...context(1), workspaceId: undefined, traceparent: '00-trace' },
  } as unknown as Parameters<typeof contextOfReaction>[0];

  it('names its cause, follows the same request and acts for no user', () =>
    expect(contextOfReaction(event, 'parse')).toMatchObject({
      workspaceId: WORKSPACE,
      userId: null,
      correlationId: 'request-1',
      causationId: event.eventId,
      traceparent: '00-trace',
    }));

  it('is the same command for the same step, and another for another', () => {
    const { commandId } = contextOfReaction(event, 'parse');
    expect(contextOfReaction(event, 'parse').commandId).toBe(commandId);
    expect(contextOfReaction(event, 'preview').commandId).not.toBe(commandId);
  });
});
