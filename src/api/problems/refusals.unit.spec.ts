import { describe, expect, it } from 'vitest';
import { EventStoreError } from '../../event-store/event-store.js';
import { Problem, problemType } from './problem.js';
import { PROBLEM_CODES, type ProblemCode } from './problem-codes.js';
import { problemOf } from './problem-of.js';
import { refusalProblem, type Refusal } from './refusals.js';

const refusals: Refusal[] = [
  { code: 'DRAFT_NOT_FOUND' },
  { code: 'DRAFT_NOT_IN_PREVIEW', status: 'done' },
  { code: 'DRAFT_NOT_IN_CLARIFY', status: 'done' },
  { code: 'DRAFT_NOT_CANCELLABLE', status: 'executing' },
  { code: 'DRAFT_NOT_EXECUTED', status: 'failed' },
  { code: 'PLAN_CHANGED', planHash: 'sha256:0' },
  { code: 'SECOND_CONFIRMATION_REQUIRED', rows: 501 },
  { code: 'NOTHING_TO_CHANGE' },
  { code: 'CONFIRMATION_INVALID', message: 'row x is not in the plan' },
  { code: 'PRODUCT_NOT_FOUND' },
  { code: 'PRODUCT_VERSION_MOVED', currentVersion: 3 },
  { code: 'SKU_TAKEN', sku: 'A', productId: 'p' },
  { code: 'WORKSPACE_NOT_FOUND' },
  { code: 'TOO_MANY_CUSTOM_FIELDS', limit: 500 },
];

describe('a refusal of a command', () => {
  it.each(refusals)('$code keeps its code word for word', (refusal) => {
    const problem = refusalProblem(refusal);
    expect(problem.code).toBe(refusal.code);
    expect(problem.message).not.toBe('');
  });

  it('carries its facts beside the text', () => {
    const { code: _, ...facts } = refusals[6]!;
    expect(refusalProblem(refusals[6]!).document('t')).toMatchObject(facts);
  });

  it('of a lost race is the version that won, or that the product is gone', () => {
    const lost = (actualVersion: number | null) =>
      refusalProblem({
        code: 'VERSION_MISMATCH',
        mismatches: [{ productId: 'p', expectedVersion: 1, actualVersion }],
      });
    expect(lost(2)).toMatchObject({ code: 'PRODUCT_VERSION_MOVED', extensions: { currentVersion: 2 } });
    expect(lost(null)).toMatchObject({ code: 'PRODUCT_NOT_FOUND', status: 404 });
  });
});

describe('an error', () => {
  it.each([
    [new EventStoreError('UNAVAILABLE', 'x', true), 'STORE_UNAVAILABLE'],
    [Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'STORE_UNAVAILABLE'],
    [
      new Error('wrapped', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
      'STORE_UNAVAILABLE',
    ],
    [Object.assign(new Error('x'), { code: 'READ_MODEL_BEHIND' }), 'READ_MODEL_BEHIND'],
    [Object.assign(new Error('x'), { code: 'PASSWORDS_BUSY' }), 'SERVER_BUSY'],
    [Object.assign(new Error('x'), { statusCode: 418 }), 'INVALID_REQUEST'],
    [new EventStoreError('EVENT_ID_REUSED', 'x', false), 'INTERNAL_ERROR'],
    [new TypeError('x is not a function'), 'INTERNAL_ERROR'],
    ['a thrown text', 'INTERNAL_ERROR'],
    [null, 'INTERNAL_ERROR'],
  ])('%s is %s', (error, code) => {
    expect(problemOf(error).code).toBe(code);
  });

  it('that will pass says when to come back', () => {
    expect(problemOf(new EventStoreError('UNAVAILABLE', 'x', true)).headers).toEqual({ 'retry-after': '1' });
  });
});

it('has one address per code', () => {
  const codes = Object.keys(PROBLEM_CODES) as ProblemCode[];
  expect(new Set(codes.map(problemType)).size).toBe(codes.length);
});

it('never shows what caused it', () => {
  const problem = new Problem('INTERNAL_ERROR', { detail: 'ours', cause: new Error('hunter2') });
  expect(JSON.stringify(problem.document('t'))).not.toContain('hunter2');
});
