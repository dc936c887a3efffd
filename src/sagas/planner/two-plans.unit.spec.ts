import { describe, expect, it } from 'vitest';
import type { Task } from '../../catalogue/task.js';
import type { PlanRow } from '../../events/draft.events.js';
import { planHash } from '../../planning/plan-hash.js';
import type { Plan } from '../../planning/plan.js';
import { differenceOf, DIFFERING_SKUS_NAMED_MAX, type Planned } from './two-plans.js';

const task: Task = { entity: 'product', action: 'update', queries: [], data: [] };

const row = (at: number, price: string): PlanRow => ({
  productId: `0197a000-0000-7000-8000-${String(at).padStart(12, '0')}`,
  sku: `S-${at}`,
  name: `Thing ${at}`,
  version: 1,
  before: { price: '1.00' },
  after: { price },
});

const planned = (explanation: string, rows: PlanRow[], over: Partial<Planned> = {}): Planned => ({
  task,
  explanation,
  plan: {
    kind: 'plan',
    rows,
    summary: { matched: rows.length, changed: rows.length, unchanged: 0 },
    hash: planHash(rows),
    warnings: [],
    requires: ['confirmation'],
    approvalReasons: [],
  } satisfies Plan,
  ...over,
});

describe('two readings of one sentence', () => {
  it('that come to the same rows are no reason to worry', () =>
    expect(
      differenceOf(planned('one', [row(1, '2.00')]), planned('other', [row(1, '2.00')]), 'en'),
    ).toBeNull());

  it('that come to different rows are both told, in the user’s language, with the rows', () => {
    const [shown, other] = [
      planned('یک', [row(1, '2.00'), row(2, '2.00')]),
      planned('دو', [row(1, '2.00'), row(3, '2.00')]),
    ];
    const warning = differenceOf(shown, other, 'fa');
    expect(warning?.code).toBe('READINGS_DIFFER');
    for (const part of ['«یک»', '«دو»', 'S-2', 'S-3']) expect(warning?.message).toContain(part);
    expect(warning?.message).not.toContain('S-1');
  });

  it('differ where the same product gets another value', () =>
    expect(
      differenceOf(planned('one', [row(1, '2.00')]), planned('other', [row(1, '3.00')]), 'en')?.message,
    ).toContain('They differ on S-1.'));

  it('name a few skus and count the rest', () => {
    const rows = (price: string) =>
      Array.from({ length: DIFFERING_SKUS_NAMED_MAX + 3 }, (_, at) => row(at, price));
    const warning = differenceOf(planned('one', rows('2.00')), planned('other', rows('3.00')), 'en');
    expect(warning?.message).toContain(`S-${DIFFERING_SKUS_NAMED_MAX - 1} and 3 more`);
    expect(warning?.message).not.toContain(`S-${DIFFERING_SKUS_NAMED_MAX},`);
  });

  it('differ where the other one cannot be planned', () => {
    const refused = planned('other', [], {
      plan: { kind: 'refusal', code: 'NOTHING_FOUND', message: 'No product matches.' },
    });
    expect(differenceOf(planned('one', [row(1, '2.00')]), refused, 'en')?.message).toContain(
      'No product matches.',
    );
  });

  it('differ in kind where no row tells them apart', () => {
    const counted = planned('how many', [], { task: { ...task, action: 'get', count: true } });
    const shown = planned('which', [], { task: { ...task, action: 'get' } });
    expect(differenceOf(shown, counted, 'en')?.message).toContain('different things');
  });
});
