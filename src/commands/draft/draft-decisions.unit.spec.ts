/** What the draft commands record, in full. When they may is in `draft-lifecycle.unit.spec.ts`. */
import { describe, expect, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import {
  answered,
  cancelled,
  CHANGE_SET_ID,
  clarificationAnswered,
  clarificationAsked,
  DRAFT_ID,
  draftCreated,
  executed,
  executionQueued,
  executionStarted,
  expired,
  EXPIRES_AT,
  failed,
  HISTORIES,
  LATER,
  NOW,
  OTHER_PLAN_HASH,
  parsed,
  parsingStarted,
  previewBuilt,
  reinstated,
  UNDO_DRAFT_ID,
  undone,
  USER_ID,
  WORKSPACE_ID,
} from '../../../test/support/draft-events.js';
import type { DraftEvent } from '../../events/draft.events.js';
import { answerClarification, AnswerClarificationInput } from './answer-clarification.js';
import {
  CLIENT_REQUEST_ID_CHARS_MAX,
  createDraft,
  CreateDraftInput,
  PROMPT_CHARS_MAX,
} from './create-draft.js';
import { draftEvolution } from './draft.decider.js';
import { cancelDraft, expireDraft, failDraft } from './end-draft.js';
import { queueExecution, recordExecuted, startExecution } from './execute-draft.js';
import { askClarification, recordParsed, startParsing } from './interpret-draft.js';
import { recordAnswer, recordPreview, refreshPreview } from './preview-draft.js';
import { markUndone, openUndo, reinstate, undoable, undoExplanation } from './undo-draft.js';

const given = deciderSpec(draftEvolution);

describe('creating a draft', () => {
  const command = { draftId: DRAFT_ID, workspaceId: WORKSPACE_ID, userId: USER_ID, prompt: 'قیمت‌ها' };

  it('records the prompt as it was said', () =>
    given()
      .when((draft) => createDraft(command, draft, NOW))
      .thenEvents(draftCreated({ prompt: 'قیمت‌ها', createdAt: NOW })));

  it('keeps the client’s own id of the request', () =>
    given()
      .when((draft) => createDraft({ ...command, clientRequestId: 'phone-1' }, draft, NOW))
      .thenEvents(draftCreated({ prompt: 'قیمت‌ها', clientRequestId: 'phone-1', createdAt: NOW })));

  it('is the first request’s draft, whatever a repeated one says', () =>
    given(draftCreated())
      .when((draft) => createDraft({ ...command, prompt: 'delete everything' }, draft, NOW))
      .thenNothing());

  const parses = (input: unknown) => CreateDraftInput.safeParse(input).success;
  it('takes a prompt up to its limit', () => {
    expect(parses({ prompt: 'x'.repeat(PROMPT_CHARS_MAX) })).toBe(true);
    expect(parses({ prompt: 'x'.repeat(PROMPT_CHARS_MAX + 1) })).toBe(false);
    expect(parses({ prompt: 'x', clientRequestId: 'y'.repeat(CLIENT_REQUEST_ID_CHARS_MAX) })).toBe(true);
    expect(parses({ prompt: 'x', clientRequestId: 'y'.repeat(CLIENT_REQUEST_ID_CHARS_MAX + 1) })).toBe(false);
  });
  it.each([
    ['only spaces', { prompt: ' \n ' }],
    ['an unknown key', { prompt: 'x', model: 'gpt' }],
    ['a NUL, which the log cannot hold', { prompt: 'a\u0000b' }],
    ['half a surrogate pair, which the log cannot hold', { prompt: 'a\ud83d' }],
    ['a request id with a NUL', { prompt: 'x', clientRequestId: '\u0000' }],
  ])('refuses %s', (_what, input) => expect(parses(input)).toBe(false));
});

describe('reading the prompt', () => {
  it('numbers its attempts', () =>
    given(draftCreated(), parsingStarted({ attempt: 1 }))
      .when((draft) => startParsing(draft, NOW))
      .thenEvents(parsingStarted({ attempt: 2, startedAt: NOW })));

  it('goes on numbering them after an answer', () =>
    given(...HISTORIES.replied, parsingStarted({ attempt: 2 }))
      .when((draft) => startParsing(draft, NOW))
      .thenEvents(parsingStarted({ attempt: 3, startedAt: NOW })));

  it('ends in the first task that was read', () =>
    given(...HISTORIES.parsing)
      .when((draft) => recordParsed(parsed().data, draft))
      .thenEvents(parsed()));

  it('ends in a question', () =>
    given(...HISTORIES.parsing)
      .when((draft) => askClarification(clarificationAsked().data, draft))
      .thenEvents(clarificationAsked()));

  it('begins again after a question about a task that found nothing', () =>
    given(...HISTORIES.read, clarificationAsked(), clarificationAnswered())
      .when((draft) => recordParsed(parsed({ explanation: 'the second reading' }).data, draft))
      .thenEvents(parsed({ explanation: 'the second reading' })));
});

describe('answering a question', () => {
  it('records the words and who said them', () =>
    given(...HISTORIES.clarify)
      .when((draft) => answerClarification({ text: 'the silver one', userId: USER_ID }, draft, NOW))
      .thenEvents(clarificationAnswered({ text: 'the silver one' })));

  it('counts for the last question only', () => {
    const twice = [
      ...HISTORIES.replied,
      clarificationAsked({ question: 'Which colour?' }),
      clarificationAnswered({ text: 'silver' }),
    ];
    const state = twice.reduce(draftEvolution.evolve, draftEvolution.initial);
    expect(state).toMatchObject({
      conversation: [
        { question: 'Which phones?', answer: 'iPhone 17' },
        { question: 'Which colour?', answer: 'silver' },
      ],
    });
  });

  it('takes an answer up to the length of a prompt', () => {
    const parses = (text: string) => AnswerClarificationInput.safeParse({ text }).success;
    expect(parses('x'.repeat(PROMPT_CHARS_MAX))).toBe(true);
    expect(parses('x'.repeat(PROMPT_CHARS_MAX + 1))).toBe(false);
    expect(parses('  ')).toBe(false);
    expect(parses('a\u0000')).toBe(false);
  });
});

describe('the language of a draft', () => {
  const languageOf = (...events: DraftEvent[]) => {
    const state = events.reduce(draftEvolution.evolve, draftEvolution.initial);
    return state.status === 'absent' ? null : [state.language, state.explanation];
  };

  it('is guessed from the letters of its prompt until it is read', () => {
    expect(languageOf(draftCreated())).toEqual(['en', null]);
    expect(languageOf(draftCreated({ prompt: 'قیمت iPhone رو کم کن' }))).toEqual(['fa', null]);
  });

  it('is the one it was read or asked back in', () => {
    const finglish = draftCreated({ prompt: 'gheymat ro kam kon' });
    expect(languageOf(finglish, parsed({ language: 'fa', explanation: 'کاهش قیمت' }))).toEqual([
      'fa',
      'کاهش قیمت',
    ]);
    expect(languageOf(finglish, clarificationAsked({ language: 'fa' }))).toEqual(['fa', null]);
  });

  it('of an undo is given', () =>
    expect(languageOf(draftCreated({ language: 'fa', explanation: 'برگرداندن: x' }))).toEqual([
      'fa',
      'برگرداندن: x',
    ]));
});

describe('previewing', () => {
  it('seals the rows of the task', () =>
    given(...HISTORIES.read)
      .when((draft) => recordPreview(previewBuilt().data, draft))
      .thenEvents(previewBuilt()));

  it('replaces a difference that no longer holds', () =>
    given(...HISTORIES.preview)
      .when((draft) => refreshPreview(previewBuilt({ planHash: OTHER_PLAN_HASH }).data, draft))
      .thenEvents(previewBuilt({ planHash: OTHER_PLAN_HASH })));

  it('leaves a difference that came out the same', () =>
    given(...HISTORIES.preview)
      .when((draft) => refreshPreview(previewBuilt({ catalogueRevision: 99 }).data, draft))
      .thenNothing());

  it('answers a question about the catalogue', () =>
    given(...HISTORIES.read)
      .when((draft) => recordAnswer(answered().data, draft))
      .thenEvents(answered()));
});

describe('executing', () => {
  it('is queued once', () =>
    given(...HISTORIES.confirmed)
      .when((draft) => queueExecution(draft, NOW))
      .thenEvents(executionQueued()));

  it('names the change set before anything is changed', () =>
    given(...HISTORIES.queued)
      .when((draft) => startExecution(CHANGE_SET_ID, draft, NOW))
      .thenEvents(executionStarted()));

  it('need not have been queued', () =>
    given(...HISTORIES.confirmed)
      .when((draft) => startExecution(CHANGE_SET_ID, draft, NOW))
      .thenEvents(executionStarted()));

  it('records what was done', () =>
    given(...HISTORIES.executing)
      .when((draft) => recordExecuted(executed().data, draft))
      .thenEvents(executed()));

  it('may fail after it started', () =>
    given(...HISTORIES.executing)
      .when((draft) => failDraft(failed().data.error, draft, NOW))
      .thenEvents(failed()));

  it('has no change set to undo where it failed', () =>
    expect(undoable(HISTORIES.failedExecuting.reduce(draftEvolution.evolve, draftEvolution.initial))).toEqual(
      { accepted: false, refusal: { code: 'DRAFT_NOT_EXECUTED', status: 'failed' } },
    ));
});

describe('cancelling', () => {
  it('records who did', () =>
    given(...HISTORIES.queued)
      .when((draft) => cancelDraft(USER_ID, draft, NOW))
      .thenEvents(cancelled()));

  it('stops an execution that was queued but had not begun', () =>
    given(...HISTORIES.queued, cancelled())
      .when((draft) => startExecution(CHANGE_SET_ID, draft, NOW))
      .thenRefused({ code: 'DRAFT_NOT_EXECUTABLE', status: 'cancelled' }));

  it('comes too late once it has begun', () =>
    given(...HISTORIES.executing)
      .when((draft) => cancelDraft(USER_ID, draft, NOW))
      .thenRefused({ code: 'DRAFT_NOT_CANCELLABLE', status: 'executing' }));
});

describe('expiring', () => {
  it('happens at the deadline', () =>
    given(...HISTORIES.preview)
      .when((draft) => expireDraft(draft, EXPIRES_AT))
      .thenEvents(expired(EXPIRES_AT)));

  it('does not happen before it', () =>
    given(...HISTORIES.preview)
      .when((draft) => expireDraft(draft, NOW))
      .thenNothing());

  it('waits for a deadline that moved with a refreshed preview', () =>
    given(...HISTORIES.preview, previewBuilt({ planHash: OTHER_PLAN_HASH, expiresAt: LATER }))
      .when((draft) => expireDraft(draft, EXPIRES_AT))
      .thenNothing());

  it('ends a question that nobody answered', () =>
    given(...HISTORIES.clarify)
      .when((draft) => expireDraft(draft, LATER))
      .thenEvents(expired()));

  it('leaves a draft alone that was answered or confirmed in time', () => {
    given(...HISTORIES.replied)
      .when((draft) => expireDraft(draft, LATER))
      .thenNothing();
    given(...HISTORIES.confirmed)
      .when((draft) => expireDraft(draft, LATER))
      .thenNothing();
  });
});

describe('what is told of a draft', () => {
  const told = (events: DraftEvent[]) => events.reduce(draftEvolution.evolve, draftEvolution.initial);

  it('names a deadline only while it waits for the user', () => {
    expect(told(HISTORIES.clarify)).toMatchObject({ expiresAt: EXPIRES_AT });
    expect(told(HISTORIES.replied)).toMatchObject({ expiresAt: null });
    expect(told(HISTORIES.preview)).toMatchObject({ expiresAt: EXPIRES_AT });
    expect(told(HISTORIES.confirmed)).toMatchObject({ expiresAt: null });
  });

  it('names no change set where the execution failed', () => {
    expect(told(HISTORIES.executing)).toMatchObject({ changeSetId: CHANGE_SET_ID });
    expect(told(HISTORIES.failedExecuting)).toMatchObject({ changeSetId: null });
  });
});

describe('undoing', () => {
  const undoOf = { changeSetId: CHANGE_SET_ID, draftId: DRAFT_ID };
  const undoCreated = draftCreated({ draftId: UNDO_DRAFT_ID, undoOf });
  const fold = (events: Parameters<typeof given>) =>
    events.reduce(draftEvolution.evolve, draftEvolution.initial);

  it('takes back the change set of an executed draft', () =>
    expect(undoable(fold(HISTORIES.done))).toMatchObject({
      accepted: true,
      original: { changeSetId: CHANGE_SET_ID },
    }));

  it('is possible again once the change stands again', () =>
    expect(undoable(fold(HISTORIES.reinstated))).toMatchObject({
      accepted: true,
      original: { changeSetId: CHANGE_SET_ID },
    }));

  it('opens as a draft of its own, in preview from the first moment', () =>
    given()
      .when((draft) => openUndo(undoCreated.data, previewBuilt().data, draft))
      .thenEvents(undoCreated, previewBuilt()));

  it('says what it takes back, and the undo of an undo what it does again, however often', () => {
    const undoOf = { changeSetId: CHANGE_SET_ID, draftId: DRAFT_ID };
    const original = { changeSetId: CHANGE_SET_ID, prompt: 'x', language: 'en' as const, undoOf: null };
    const takenBack = undoExplanation({ ...original, explanation: 'Lower price by 10 %' });
    const doneAgain = undoExplanation({ ...original, undoOf, explanation: takenBack });
    expect([takenBack, doneAgain]).toEqual([
      'Take back: Lower price by 10 %',
      'Do again: Lower price by 10 %',
    ]);
    expect(undoExplanation({ ...original, undoOf, explanation: doneAgain })).toBe(takenBack);
  });

  it('of a draft nobody explained takes back its prompt', () =>
    expect(
      undoExplanation({
        changeSetId: CHANGE_SET_ID,
        prompt: 'قیمت‌ها را کم کن',
        language: 'fa',
        explanation: null,
        undoOf: null,
      }),
    ).toBe('برگرداندن: قیمت‌ها را کم کن'));

  it('marks the original by the draft that took it back', () =>
    given(...HISTORIES.done)
      .when((draft) => markUndone(undone().data, draft))
      .thenEvents(undone()));

  it('is marked once', () =>
    given(...HISTORIES.undone)
      .when((draft) => markUndone(undone().data, draft))
      .thenNothing());

  it('has nothing to take back from a draft that only answered', () =>
    given(...HISTORIES.answered)
      .when((draft) => markUndone(undone().data, draft))
      .thenNothing());

  it('can be undone, which lets the original stand again', () =>
    given(...HISTORIES.undone)
      .when((draft) => reinstate(reinstated().data, draft))
      .thenEvents(reinstated()));

  it('can be taken back a second time', () =>
    given(...HISTORIES.reinstated)
      .when((draft) => markUndone(undone().data, draft))
      .thenEvents(undone()));
});
