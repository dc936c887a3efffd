/** A spoken draft: heard, read, not heard, heard again, its recording deleted. */
import { describe, expect, it } from 'vitest';
import {
  audioDeleted,
  cancelled,
  clarificationAsked,
  DRAFT_ID,
  draftCreated,
  failed,
  FILE_ID,
  HISTORIES,
  NOW,
  parsed,
  parsingStarted,
  spoken,
  transcribed,
  transcriptionFailed,
  transcriptionRetried,
  USER_ID,
  WORKSPACE_ID,
} from '../../../test/support/draft-events.js';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { createVoiceDraft } from './create-voice-draft.js';
import { draftEvolution, type Draft } from './draft.decider.js';
import { askClarification, recordParsed, startParsing } from './interpret-draft.js';
import {
  failTranscription,
  mayDeleteAudio,
  recordAudioDeleted,
  recordTranscribed,
  retryTranscription,
} from './transcribe-draft.js';

const given = deciderSpec(draftEvolution);
const fold = (...events: DraftEvent[]) =>
  events.reduce(draftEvolution.evolve, draftEvolution.initial) as Draft;
const error = { code: 'TRANSCRIPTION_FAILED', message: 'not heard' };
const voice = { draftId: DRAFT_ID, workspaceId: WORKSPACE_ID, userId: USER_ID, clientRequestId: null };
const audio = spoken().data.audio!;

describe('a spoken draft', () => {
  it('is created with its recording and no words, once', () => {
    given()
      .when((draft) => createVoiceDraft({ ...voice, audio }, draft, NOW))
      .thenEvents(spoken({ createdAt: NOW }));
    given(spoken())
      .when((draft) => createVoiceDraft({ ...voice, audio }, draft, NOW))
      .thenNothing();
    given(draftCreated())
      .when((draft) => createVoiceDraft({ ...voice, audio }, draft, NOW))
      .thenNothing();
  });

  it('is not read, and asks nothing, before it is heard', () => {
    for (const history of [[spoken()], [spoken(), transcriptionFailed(), transcriptionRetried()]]) {
      given(...history)
        .when((draft) => startParsing(draft, NOW))
        .thenNothing();
      given(...history)
        .when((draft) => recordParsed(parsed().data, draft))
        .thenNothing();
      given(...history)
        .when((draft) => askClarification(clarificationAsked().data, draft))
        .thenNothing();
    }
  });

  it('has what was said as its prompt, in its language, and is read like any other', () => {
    const said = { text: 'قیمت را ده درصد کم کن', language: 'fa' as const };
    expect(fold(spoken(), transcribed(said))).toMatchObject({
      status: 'pending',
      prompt: said.text,
      language: 'fa',
    });
    given(spoken(), transcribed())
      .when((draft) => startParsing(draft, NOW))
      .thenEvents(parsingStarted({ startedAt: NOW }));
  });

  it('speaks the language that its speaker named, before it is heard', () =>
    expect(fold(spoken({ audio: { ...audio, language: 'fa' } }))).toMatchObject({ language: 'fa' }));

  it('is heard once, and not after it was cancelled', () => {
    const hear = (draft: Parameters<typeof recordTranscribed>[1]) =>
      recordTranscribed(transcribed().data, draft);
    given(spoken()).when(hear).thenEvents(transcribed());
    given(spoken(), transcribed()).when(hear).thenNothing();
    given(spoken(), cancelled()).when(hear).thenNothing();
    given(spoken(), transcriptionFailed()).when(hear).thenNothing();
    given(spoken(), transcriptionFailed(), transcriptionRetried()).when(hear).thenEvents(transcribed());
    given(draftCreated()).when(hear).thenNothing();
  });

  it('fails when it cannot be heard, unless it has been', () => {
    const fail = (draft: Parameters<typeof failTranscription>[1]) => failTranscription(error, draft, NOW);
    given(spoken()).when(fail).thenEvents(transcriptionFailed());
    given(spoken(), transcribed()).when(fail).thenNothing();
    expect(fold(spoken(), transcriptionFailed())).toMatchObject({ status: 'failed', error });
  });
});

describe('hearing again', () => {
  const retry = (draft: Parameters<typeof retryTranscription>[1]) => retryTranscription(USER_ID, draft, NOW);

  it('makes a failed draft pending, and repeated changes nothing', () => {
    given(spoken(), transcriptionFailed()).when(retry).thenEvents(transcriptionRetried());
    given(spoken(), transcriptionFailed(), transcriptionRetried()).when(retry).thenNothing();
    expect(fold(spoken(), transcriptionFailed(), transcriptionRetried())).toMatchObject({
      status: 'pending',
      error: null,
    });
  });

  it('is refused once the recording is gone', () =>
    given(spoken(), transcriptionFailed(), audioDeleted()).when(retry).thenRefused({ code: 'AUDIO_GONE' }));

  it.each([
    ['was typed', HISTORIES.failed, 'failed'],
    ['was heard and failed later', [spoken(), transcribed(), failed()], 'failed'],
    ['was heard', [spoken(), transcribed()], 'pending'],
    ['was cancelled', [spoken(), cancelled()], 'cancelled'],
  ] as const)('is refused for a draft that %s', (_, history, status) =>
    given(...history)
      .when(retry)
      .thenRefused({ code: 'DRAFT_NOT_RETRIABLE', status }),
  );

  it('is refused for no draft', () => given().when(retry).thenRefused({ code: 'DRAFT_NOT_FOUND' }));
});

describe('a recording', () => {
  it('is deleted once, whatever has become of its draft', () => {
    for (const history of [[transcribed()], [transcriptionFailed()], [cancelled()]])
      given(spoken(), ...history)
        .when((draft) => recordAudioDeleted(draft, NOW))
        .thenEvents({ type: 'AudioDeleted', data: { fileId: FILE_ID, deletedAt: NOW } });
    given(spoken(), transcribed(), audioDeleted())
      .when((draft) => recordAudioDeleted(draft, NOW))
      .thenNothing();
    given(draftCreated())
      .when((draft) => recordAudioDeleted(draft, NOW))
      .thenNothing();
  });

  it('may go as soon as nobody waits for its words', () => {
    expect(mayDeleteAudio(fold(spoken()))).toBe(false);
    expect(mayDeleteAudio(fold(spoken(), transcriptionFailed(), transcriptionRetried()))).toBe(false);
    expect(mayDeleteAudio(fold(spoken(), transcribed()))).toBe(true);
    expect(mayDeleteAudio(fold(spoken(), transcriptionFailed()))).toBe(true);
    expect(mayDeleteAudio(fold(spoken(), cancelled()))).toBe(true);
    expect(mayDeleteAudio(fold(spoken(), transcribed(), audioDeleted()))).toBe(false);
    expect(mayDeleteAudio(fold(draftCreated()))).toBe(false);
  });
});
