import { describe, expect, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import {
  cancelled,
  confirmed,
  draftCreated,
  EXPIRES_AT,
  HISTORIES,
  LATER,
  NOW,
  OTHER_PLAN_HASH,
  OTHER_PRODUCT_ID,
  parsed,
  PLAN_HASH,
  previewBuilt,
  PRODUCT_ID,
  USER_ID,
} from '../../../test/support/draft-events.js';
import { confirmDraft, ConfirmDraftInput, EDITED_ROWS_MAX, EXCLUDED_ROWS_MAX } from './confirm-draft.js';
import { draftEvolution, type DraftState } from './draft.decider.js';

const given = deciderSpec(draftEvolution);
const OTHER_USER_ID = '0197a000-0000-7000-8000-0000000000b2';
const HOUR_MS = 3_600_000;
type Command = Parameters<typeof confirmDraft>[0];

const confirm =
  (over: Partial<Command> = {}, now = NOW) =>
  (draft: DraftState) =>
    confirmDraft(
      {
        planHash: PLAN_HASH,
        exclude: [],
        editedPreview: [],
        userId: USER_ID,
        approval: null,
        approvalTtlMs: HOUR_MS,
        ...over,
      },
      draft,
      now,
    );
const opened = [draftCreated(), parsed()];
const edit = { productId: PRODUCT_ID, after: { price: '950.00', color: 'red' } };

describe('confirming what was seen', () => {
  it('records who confirmed which plan and when', () =>
    given(...HISTORIES.preview)
      .when(confirm())
      .thenEvents(confirmed()));

  it('keeps the excluded rows and the edits', () =>
    given(...HISTORIES.preview)
      .when(confirm({ exclude: [OTHER_PRODUCT_ID], editedPreview: [edit] }))
      .thenEvents(confirmed({ exclude: [OTHER_PRODUCT_ID], edits: [edit] })));

  it('refuses a plan that changed after it was shown, and names the new one', () =>
    given(...HISTORIES.preview, previewBuilt({ planHash: OTHER_PLAN_HASH }))
      .when(confirm({ planHash: PLAN_HASH }))
      .thenRefused({ code: 'PLAN_CHANGED', planHash: OTHER_PLAN_HASH }));

  it('accepts the refreshed plan', () =>
    given(...HISTORIES.preview, previewBuilt({ planHash: OTHER_PLAN_HASH }))
      .when(confirm({ planHash: OTHER_PLAN_HASH }))
      .thenEvents(confirmed({ planHash: OTHER_PLAN_HASH })));
});

describe('a preview past its time', () => {
  it('can be confirmed until the last millisecond', () =>
    given(...HISTORIES.preview)
      .when(confirm({}, '2026-03-01T10:59:59.999Z'))
      .thenEvents(confirmed({ confirmedAt: '2026-03-01T10:59:59.999Z' })));

  it('is refused as expired from then on, before anybody recorded it', () =>
    given(...HISTORIES.preview)
      .when(confirm({}, EXPIRES_AT))
      .thenRefused({ code: 'DRAFT_NOT_IN_PREVIEW', status: 'expired' }));

  it('has the time of its newest difference', () =>
    given(...HISTORIES.preview, previewBuilt({ planHash: OTHER_PLAN_HASH, expiresAt: LATER }))
      .when(confirm({ planHash: OTHER_PLAN_HASH }, EXPIRES_AT))
      .thenEvents(confirmed({ planHash: OTHER_PLAN_HASH, confirmedAt: EXPIRES_AT })));
});

describe('a plan of many rows', () => {
  const large = previewBuilt({
    summary: { matched: 501, changed: 500, unchanged: 1 },
    requires: ['confirmation', 'second_confirmation'],
  });

  it('asks for a second confirmation and says how many rows matched', () =>
    given(...opened, large)
      .when(confirm())
      .thenRefused({ code: 'SECOND_CONFIRMATION_REQUIRED', rows: 501 }));

  it('is confirmed with it', () =>
    given(...opened, large)
      .when(confirm({ secondConfirmation: true }))
      .thenEvents(confirmed()));

  it('is not asked about again once it was confirmed', () =>
    given(...opened, large, confirmed())
      .when(confirm())
      .thenNothing());

  it('says that the plan changed before it asks anything else', () =>
    given(...opened, large)
      .when(confirm({ planHash: OTHER_PLAN_HASH }))
      .thenRefused({ code: 'PLAN_CHANGED', planHash: PLAN_HASH }));
});

describe('a confirmation that leaves nothing', () => {
  it('is refused when all rows are excluded', () =>
    given(...HISTORIES.preview)
      .when(confirm({ exclude: [PRODUCT_ID, OTHER_PRODUCT_ID] }))
      .thenRefused({ code: 'NOTHING_TO_CHANGE' }));

  it('is refused when the plan changes nothing', () =>
    given(...opened, previewBuilt({ summary: { matched: 2, changed: 0, unchanged: 2 }, rows: [] }))
      .when(confirm())
      .thenRefused({ code: 'NOTHING_TO_CHANGE' }));

  it('counts a row that is excluded twice once', () =>
    given(...HISTORIES.preview)
      .when(confirm({ exclude: [PRODUCT_ID, PRODUCT_ID] }))
      .thenEvents(confirmed({ exclude: [PRODUCT_ID, PRODUCT_ID] })));
});

describe('a repeated confirmation', () => {
  const withEdits = { exclude: [OTHER_PRODUCT_ID], editedPreview: [edit] };
  const confirmedWithEdits = [
    ...HISTORIES.preview,
    confirmed({ exclude: [OTHER_PRODUCT_ID], edits: [edit] }),
  ];

  it('with the same content has no second effect', () =>
    given(...confirmedWithEdits)
      .when(confirm(withEdits))
      .thenNothing());

  it('is the same whatever order its rows and keys come in', () =>
    given(...HISTORIES.preview, confirmed({ exclude: [PRODUCT_ID, OTHER_PRODUCT_ID], edits: [edit] }))
      .when(
        confirm({
          exclude: [OTHER_PRODUCT_ID, PRODUCT_ID],
          editedPreview: [{ after: { color: 'red', price: '950.00' }, productId: PRODUCT_ID }],
        }),
      )
      .thenNothing());

  it('is accepted from another user too: the draft is confirmed', () =>
    given(...confirmedWithEdits)
      .when(confirm({ ...withEdits, userId: OTHER_USER_ID }))
      .thenNothing());

  it.each<[string, Partial<Command>]>([
    ['other excluded rows', { exclude: [PRODUCT_ID], editedPreview: [edit] }],
    ['no edits', { exclude: [OTHER_PRODUCT_ID] }],
    [
      'another edited value',
      { ...withEdits, editedPreview: [{ ...edit, after: { price: '1.00', color: 'red' } }] },
    ],
    ['another plan', { ...withEdits, planHash: OTHER_PLAN_HASH }],
  ])('with %s is refused: only one confirmation counts', (_what, over) =>
    given(...confirmedWithEdits)
      .when(confirm(over))
      .thenRefused({ code: 'DRAFT_NOT_IN_PREVIEW', status: 'confirmed' }),
  );

  it('after a cancellation is refused, so that nobody believes it will happen', () =>
    given(...HISTORIES.confirmed, cancelled())
      .when(confirm())
      .thenRefused({ code: 'DRAFT_NOT_IN_PREVIEW', status: 'cancelled' }));

  it('after the time of the preview has passed is still accepted', () =>
    given(...HISTORIES.confirmed)
      .when(confirm({}, LATER))
      .thenNothing());
});

describe('the confirm input', () => {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, i) => `0197a000-0000-7000-8000-${String(i).padStart(12, '0')}`);
  const parses = (input: unknown) => ConfirmDraftInput.safeParse(input).success;

  it('needs nothing but the plan hash', () =>
    expect(ConfirmDraftInput.parse({ planHash: PLAN_HASH })).toEqual({
      planHash: PLAN_HASH,
      exclude: [],
      editedPreview: [],
    }));

  it(`excludes up to ${EXCLUDED_ROWS_MAX} rows`, () => {
    expect(parses({ planHash: PLAN_HASH, exclude: ids(EXCLUDED_ROWS_MAX) })).toBe(true);
    expect(parses({ planHash: PLAN_HASH, exclude: ids(EXCLUDED_ROWS_MAX + 1) })).toBe(false);
  });

  it(`edits up to ${EDITED_ROWS_MAX} rows`, () => {
    const edits = (count: number) => ids(count).map((productId) => ({ productId, after: { stock: 1 } }));
    expect(parses({ planHash: PLAN_HASH, editedPreview: edits(EDITED_ROWS_MAX) })).toBe(true);
    expect(parses({ planHash: PLAN_HASH, editedPreview: edits(EDITED_ROWS_MAX + 1) })).toBe(false);
  });

  it.each([
    ['a hash in upper case', { planHash: PLAN_HASH.toUpperCase() }],
    ['a hash without its algorithm', { planHash: 'a'.repeat(64) }],
    ['an unknown key', { planHash: PLAN_HASH, force: true }],
    ['a second confirmation that is not one', { planHash: PLAN_HASH, secondConfirmation: false }],
    ['a row that is no id', { planHash: PLAN_HASH, exclude: ['IP17-S'] }],
  ])('refuses %s', (_what, input) => expect(parses(input)).toBe(false));
});
