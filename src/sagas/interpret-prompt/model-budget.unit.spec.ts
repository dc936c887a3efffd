import { beforeEach, describe, expect, it } from 'vitest';
import { ModelBudget } from './model-budget.js';

const draft = (draftId: string, workspaceId = 'shop') => ({ draftId, workspaceId });

let now: Date;
let shown: Map<string, string>;
let reached: bigint;
let budget: ModelBudget;
beforeEach(() => {
  now = new Date('2026-03-01T10:00:00Z');
  shown = new Map();
  reached = 0n;
  budget = new ModelBudget({
    perDay: '1',
    spentOn: async (workspaceId) => shown.get(workspaceId) ?? '0',
    isShown: async (_, position) => position <= reached,
    now: () => now,
  });
});

describe('what is left of a budget', () => {
  it('is what the read model leaves', async () => {
    shown.set('shop', '0.25');
    expect(await budget.remaining('shop')).toBe('0.75');
    expect(await budget.remaining('other')).toBe('1');
  });

  it('knows what this process has spent before any read model does, exactly', async () => {
    const account = budget.open(draft('d1'));
    account.spent('0.1');
    account.spent('0.2');
    expect(await budget.remaining('shop')).toBe('0.7');
    expect(await budget.remaining('other')).toBe('1');
  });

  it('counts nothing twice once the read model shows it', async () => {
    const account = budget.open(draft('d1'));
    account.spent('0.3');
    account.recorded(7n);
    expect(await budget.remaining('shop')).toBe('0.7');
    shown.set('shop', '0.3');
    reached = 7n;
    expect(await budget.remaining('shop')).toBe('0.7');
  });

  it('still counts what was spent and could not be recorded', async () => {
    budget.open(draft('d1')).spent('0.4');
    reached = 1_000n;
    expect(await budget.remaining('shop')).toBe('0.6');
  });

  it('goes below zero when several readings began together', async () => {
    for (const draftId of ['d1', 'd2', 'd3']) budget.open(draft(draftId)).spent('0.5');
    expect(await budget.remaining('shop')).toBe('-0.5');
  });

  it('is whole again the next day', async () => {
    budget.open(draft('d1')).spent('0.5');
    now = new Date('2026-03-02T00:00:00Z');
    expect(await budget.remaining('shop')).toBe('1');
  });
});
