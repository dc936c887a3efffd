import { describe, expect, it } from 'vitest';
import { deciderSpec } from '../../../test/support/decider-spec.js';
import { contractOf } from '../../events/registry.js';
import { REJECTIONS_LISTED_MAX, type ImportEvent } from '../../events/import.events.js';
import { completeImport, failImport, importEvolution, requestImport } from './import.decider.js';

const NOW = '2026-03-01T10:00:00.000Z';
type DataOf<Type extends ImportEvent['type']> = Extract<ImportEvent, { type: Type }>['data'];
const request: DataOf<'ImportRequested'> = {
  importId: '0197a000-0000-7000-8000-0000000000f1',
  workspaceId: '0197a000-0000-7000-8000-0000000000a1',
  userId: '0197a000-0000-7000-8000-0000000000b1',
  format: 'csv',
  bytes: 1_024,
  requestedAt: NOW,
};
const result: DataOf<'ImportCompleted'> = {
  added: 2,
  updated: 1,
  unchanged: 0,
  rejectedCount: 1,
  rejected: [{ line: 3, reason: 'price: a decimal number' }],
  completedAt: NOW,
};
const failure: DataOf<'ImportFailed'> = { error: { code: 'UNREADABLE', message: 'not CSV' }, failedAt: NOW };

const requested: ImportEvent = { type: 'ImportRequested', data: request };
const completed: ImportEvent = { type: 'ImportCompleted', data: result };
const failed: ImportEvent = { type: 'ImportFailed', data: failure };
const given = deciderSpec(importEvolution);

describe('an import', () => {
  it('is requested', () =>
    given()
      .when((state) => requestImport(request, state))
      .thenEvents(requested));

  it('completes', () =>
    given(requested)
      .when((state) => completeImport(result, state))
      .thenEvents(completed));

  it('fails', () =>
    given(requested)
      .when((state) => failImport(failure, state))
      .thenEvents(failed));

  it.each([
    ['running', [requested]],
    ['completed', [requested, completed]],
    ['failed', [requested, failed]],
  ])('that is %s is not requested again', (_status, history) =>
    given(...history)
      .when((state) => requestImport(request, state))
      .thenNothing(),
  );

  it.each([
    ['completed', [requested, completed]],
    ['failed', [requested, failed]],
  ])('that has %s stays so', (_status, history) => {
    given(...history)
      .when((state) => completeImport(result, state))
      .thenNothing();
    given(...history)
      .when((state) => failImport(failure, state))
      .thenNothing();
  });

  it('that nobody requested can neither complete nor fail', () => {
    given()
      .when((state) => completeImport(result, state))
      .thenRefused({ code: 'IMPORT_NOT_FOUND' });
    given()
      .when((state) => failImport(failure, state))
      .thenRefused({ code: 'IMPORT_NOT_FOUND' });
  });

  it('cannot have a stream that starts with its end', () =>
    expect(() => importEvolution.evolve(importEvolution.initial, completed)).toThrow(
      /starts with ImportRequested/,
    ));

  it(`names ${REJECTIONS_LISTED_MAX} rejected lines at most`, () => {
    const { schema } = contractOf('ImportCompleted');
    const rejected = (count: number) => ({
      ...result,
      rejectedCount: count,
      rejected: Array.from({ length: count }, (_, index) => ({ line: index + 1, reason: 'x' })),
    });
    expect(schema.safeParse(rejected(REJECTIONS_LISTED_MAX)).success).toBe(true);
    expect(schema.safeParse(rejected(REJECTIONS_LISTED_MAX + 1)).success).toBe(false);
  });
});
