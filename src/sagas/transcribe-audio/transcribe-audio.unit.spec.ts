import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import type { Draft } from '../../commands/draft/draft.decider.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { draftStream } from '../../events/streams.js';
import type { ReadEvent } from '../../events/registry.js';
import { TranscriptionError, type AudioToHear, type Heard } from '../../interpreter/audio/transcriber.js';
import { FileStoreError, type FileStore } from '../../platform/files/file-store.js';
import type { JobRequest } from '../../platform/jobs/job.js';
import {
  audioDeleted,
  cancelled,
  CREATED_AT,
  DRAFT_ID,
  draftCreated,
  NOW,
  spoken,
  transcribed,
  transcriptionFailed,
  transcriptionRetried,
  WORKSPACE_ID,
} from '../../../test/support/draft-events.js';
import { interpretPromptSaga } from '../interpret-prompt/interpret-prompt.saga.js';
import { AUDIO_RETRY_MS, deleteAudioRequest } from './delete-audio.js';
import { deleteAudioJob } from './delete-audio.job.js';
import { transcribeAudioJob } from './transcribe-audio.job.js';
import { transcribeAudioSaga } from './transcribe-audio.saga.js';

const HOUR_MS = 3_600_000;
const metadata = { userId: null, commandId: DRAFT_ID, correlationId: 'spec', causationId: null };
const cause = { eventId: DRAFT_ID, workspaceId: WORKSPACE_ID, metadata };
const CONTENT = Buffer.alloc(32_044, 1);

let writer: StreamWriter;
let now: string;
let files: { content: Buffer | Error; deleted: number };
let hear: (audio: AudioToHear, signal: AbortSignal) => Promise<Heard>;
let asked: JobRequest[];
let failures: string[];

beforeEach(() => {
  now = NOW;
  writer = new StreamWriter(new MemoryEventStore(), () => new Date(now));
  files = { content: CONTENT, deleted: 0 };
  hear = async () => ({ text: 'hello', language: null, seconds: null });
  asked = [];
  failures = [];
});

const store = {
  async *open() {
    if (files.content instanceof Error) throw files.content;
    yield files.content;
  },
  delete: async () => void (files.deleted += 1),
} as unknown as FileStore;

let commands = 0;
const given = (...events: DraftEvent[]) =>
  writer.append(
    draftStream(DRAFT_ID),
    events,
    {
      workspaceId: WORKSPACE_ID,
      ...metadata,
      commandId: `0197a000-0000-7000-8000-${String((commands += 1)).padStart(12, '0')}`,
    },
    'any',
  );
const draft = async () => (await writer.load(draftRef(DRAFT_ID, WORKSPACE_ID))).state as Draft;

const transcribe = (over: { number?: number; lastAttempt?: boolean; signal?: AbortSignal } = {}) => {
  const job = transcribeAudioJob({
    writer,
    files: store,
    transcriber: { model: 'whisper-1', hear: (...args) => hear(...args) },
    onFailure: ({ code }) => failures.push(code),
    now: () => new Date(now),
  });
  const attempt = { number: 1, lastAttempt: false, signal: new AbortController().signal, ...over };
  return job.run({ draftId: DRAFT_ID, cause } as never, attempt);
};

describe('the job that hears', () => {
  it('takes the language from the service, else from the letters', async () => {
    await given(spoken());
    hear = async () => ({ text: 'سلام', language: null, seconds: 2 });
    await transcribe();
    expect(await draft()).toMatchObject({ status: 'pending', prompt: 'سلام', language: 'fa' });
  });

  it('gives the whole recording, its kind and the language its speaker named', async () => {
    await given(spoken({ audio: { ...spoken().data.audio!, language: 'fa' } }));
    let given_: AudioToHear | undefined;
    hear = async (audio) => {
      given_ = audio;
      return { text: 'سلام', language: 'fa', seconds: 2 };
    };
    await transcribe();
    expect(given_).toMatchObject({ extension: 'wav', contentType: 'audio/wav', language: 'fa' });
    expect(Buffer.from(given_!.content).equals(CONTENT)).toBe(true);
  });

  it.each([
    ['NOTHING_HEARD', ''],
    ['TRANSCRIPT_TOO_LONG', 'x'.repeat(2_001)],
  ])('fails the draft with %s', async (code, text) => {
    await given(spoken());
    hear = async () => ({ text, language: 'en', seconds: 2 });
    await transcribe();
    expect(await draft()).toMatchObject({ status: 'failed', error: { code } });
  });

  it('takes a text as long as a prompt may be', async () => {
    await given(spoken());
    hear = async () => ({ text: 'x'.repeat(2_000), language: 'en', seconds: 2 });
    await transcribe();
    expect(await draft()).toMatchObject({ status: 'pending' });
  });

  it('fails the draft for now when the service fails, and says which way to whoever operates it', async () => {
    await given(spoken());
    hear = () => Promise.reject(new TranscriptionError('server_error', false));
    await transcribe();
    expect(await draft()).toMatchObject({ status: 'failed', error: { code: 'TRANSCRIPTION_FAILED' } });
    expect(failures).toEqual(['server_error']);
  });

  it('is run again by another process when this one ends', async () => {
    await given(spoken());
    hear = () => Promise.reject(new TranscriptionError('cancelled', true));
    const signal = AbortSignal.abort();
    await expect(transcribe({ signal, number: 10 })).rejects.toThrow(TranscriptionError);
    expect(await draft()).toMatchObject({ status: 'pending' });
  });

  it('is tried again while the files are away, but not for ever', async () => {
    await given(spoken());
    files.content = new Error('connection refused');
    await expect(transcribe({ number: 5 })).rejects.toThrow('connection refused');
    await transcribe({ number: 6 });
    expect(await draft()).toMatchObject({ status: 'failed', error: { code: 'TRANSCRIPTION_FAILED' } });
  });

  it('says that a recording is gone', async () => {
    await given(spoken());
    files.content = new FileStoreError('FILE_NOT_FOUND', 'no file');
    await transcribe();
    expect(await draft()).toMatchObject({ status: 'failed', error: { code: 'AUDIO_GONE' } });
  });

  it.each([
    ['heard', [spoken(), transcribed()]],
    ['cancelled', [spoken(), cancelled()]],
    ['failed', [spoken(), transcriptionFailed()]],
    ['typed', [draftCreated()]],
  ])('leaves a draft alone that was %s', async (_, history) => {
    await given(...(history as DraftEvent[]));
    hear = () => expect.unreachable();
    const before = await draft();
    await transcribe();
    expect(await draft()).toEqual(before);
  });
});

describe('the job that deletes', () => {
  const recording = { draftId: DRAFT_ID, workspaceId: WORKSPACE_ID, since: CREATED_AT, atLeastMs: HOUR_MS };
  const remove = (keepMs: number) => {
    const jobs = { add: async (more: JobRequest[]) => void asked.push(...more) };
    const job = deleteAudioJob({ writer, files: store, jobs, keepMs, now: () => new Date(now) });
    return job.run(recording as never, {
      number: 1,
      lastAttempt: false,
      signal: new AbortController().signal,
    });
  };
  const later = (ms: number) => new Date(Date.parse(CREATED_AT) + ms);

  it('waits until the time is over that the policy gives, or the least there is', async () => {
    await given(spoken(), transcribed());
    await remove(24 * HOUR_MS);
    expect(asked).toEqual([deleteAudioRequest(recording, later(24 * HOUR_MS))]);
    await remove(0);
    expect(asked.at(-1)).toEqual(deleteAudioRequest(recording, later(HOUR_MS)));
    expect(files.deleted).toBe(0);
  });

  it('deletes then, and says so, once', async () => {
    await given(spoken(), transcribed());
    now = later(HOUR_MS).toISOString();
    await remove(0);
    await remove(0);
    expect((await draft()).audio).toMatchObject({ isDeleted: true });
    expect((await writer.load(draftRef(DRAFT_ID, WORKSPACE_ID))).revision).toBe(2);
  });

  it('leaves one alone that waits to be heard, and looks again', async () => {
    await given(spoken(), transcriptionFailed(), transcriptionRetried());
    now = later(HOUR_MS).toISOString();
    await remove(0);
    expect(files.deleted).toBe(0);
    expect(asked).toEqual([deleteAudioRequest(recording, later(2 * HOUR_MS))]);
  });

  it('deletes what no draft ever came of', async () => {
    now = later(HOUR_MS).toISOString();
    await remove(0);
    expect(files.deleted).toBe(1);
    expect(await draft()).toMatchObject({ status: 'absent' });
  });
});

describe('the saga', () => {
  const event = (fact: DraftEvent) =>
    ({
      ...fact,
      eventId: DRAFT_ID,
      workspaceId: WORKSPACE_ID,
      streamId: draftStream(DRAFT_ID),
      metadata,
    }) as unknown as ReadEvent;
  const jobsOf = (fact: DraftEvent) => transcribeAudioSaga.react(event(fact));

  it('has a recording heard, and heard again', () => {
    for (const fact of [spoken(), transcriptionRetried()])
      expect(jobsOf(fact)).toEqual([
        expect.objectContaining({ job: 'transcribe-audio', payload: { draftId: DRAFT_ID, cause } }),
      ]);
    expect(jobsOf(draftCreated())).toEqual([]);
  });

  it('has it deleted in time: at once by the policy, later where it may be tried again', () => {
    expect(jobsOf(transcribed())[0]).toMatchObject({
      job: 'delete-audio',
      payload: { since: CREATED_AT, atLeastMs: 0 },
    });
    expect(jobsOf(transcriptionFailed())[0]).toMatchObject({
      payload: { since: NOW, atLeastMs: AUDIO_RETRY_MS },
    });
    expect(jobsOf(audioDeleted())).toEqual([]);
  });

  it('leaves the reading to the saga that reads: of words, not of recordings', () => {
    expect(interpretPromptSaga.react(event(spoken()))).toEqual([]);
    expect(interpretPromptSaga.react(event(transcribed()))).toHaveLength(1);
    expect(interpretPromptSaga.react(event(draftCreated()))).toHaveLength(1);
  });
});
