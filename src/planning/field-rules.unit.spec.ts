import { describe, expect, it } from 'vitest';
import type { CustomFieldType, FieldRule } from '../catalogue/custom-field.js';
import { fitChange, fitChanges, fitValue } from './field-rules.js';

const rule = (type: CustomFieldType, over: Partial<FieldRule> = {}): FieldRule => ({
  key: 'x',
  name: 'X',
  type,
  allowedValues: [],
  retired: false,
  ...over,
});
const colours = rule('choice', { allowedValues: ['Silver', 'آبی روشن', 'red'] });
const fitted = (of: FieldRule | undefined, text: string) => {
  const fit = fitValue(of, text);
  return 'value' in fit ? fit.value : null;
};

describe('a value of a field', () => {
  it.each<[string, FieldRule | undefined, string, string | null]>([
    ['that nobody decided on', undefined, 'anything', 'anything'],
    ['of text', rule('text'), '  as it is', '  as it is'],
    ['of numbers', rule('number'), '12.50', '12.5'],
    ['of numbers', rule('number'), '۱۲٫۵', '12.5'],
    ['of numbers', rule('number'), '-3', '-3'],
    ['of numbers', rule('number'), '12 kg', null],
    ['of numbers', rule('number'), '1e5', null],
    ['of numbers', rule('number'), 'NaN', null],
    ['of truths', rule('boolean'), 'TRUE', 'true'],
    ['of truths', rule('boolean'), 'No', 'false'],
    ['of truths', rule('boolean'), 'بله', 'true'],
    ['of truths', rule('boolean'), 'خیر', 'false'],
    ['of truths', rule('boolean'), 'maybe', null],
    ['of a choice', colours, 'RED', 'red'],
    ['of a choice', colours, 'آبي روشن', 'آبی روشن'],
    ['of a choice', colours, 'mauve', null],
    ['that is retired', rule('text', { retired: true }), 'x', null],
  ])('%s', (_, of, text, value) => expect(fitted(of, text)).toBe(value));

  it('is the choice that is spelled so, where two differ in their letters only', () => {
    const sizes = rule('choice', { allowedValues: ['m', 'M'] });
    expect([fitted(sizes, 'm'), fitted(sizes, 'M')]).toEqual(['m', 'M']);
  });

  it('that does not fit is told why in both languages, with the first few that would', () => {
    const many = rule('choice', { allowedValues: Array.from({ length: 200 }, (_, at) => `v${at}`) });
    const fit = fitValue(many, 'x'.repeat(2_000));
    expect('problem' in fit && fit.problem.en.length).toBeLessThan(200);
    expect('problem' in fit && fit.problem.fa).toContain('v9');
  });
});

describe('changes of a product', () => {
  const rules = new Map([
    ['weight', rule('number', { key: 'weight' })],
    ['old', rule('text', { key: 'old', retired: true })],
  ]);
  it('are kept as the fields take them, core fields and free ones untouched', () =>
    expect(fitChanges({ name: 'A', weight: '01.50', colour: 'x' }, rules)).toEqual({
      after: { name: 'A', weight: '1.5', colour: 'x' },
    }));

  it('may clear a field, but not a retired one', () => {
    expect(fitChanges({ weight: null }, rules)).toEqual({ after: { weight: null } });
    expect(fitChanges({ old: null }, rules)).toMatchObject({ field: 'old' });
  });

  it('that are only another way to write the same are none', () => {
    const change = { productId: 'p', baseVersion: 1, op: 'update' as const };
    const same = { ...change, before: { weight: '12' }, after: { weight: '12.0' } };
    expect(fitChange(same, rules)).toEqual({ change: null });
    const both = { ...change, before: { weight: '12', name: 'A' }, after: { weight: '12.0', name: 'B' } };
    expect(fitChange(both, rules)).toEqual({
      change: { ...change, before: { name: 'A' }, after: { name: 'B' } },
    });
    const deleted = { ...change, op: 'delete' as const, before: { weight: 'heavy' }, after: null };
    expect(fitChange(deleted, rules)).toEqual({ change: deleted });
  });
});
