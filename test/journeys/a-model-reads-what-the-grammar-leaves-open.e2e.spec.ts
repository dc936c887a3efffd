import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UsageNumbers } from '../../src/projections/usage/usage.queries.js';
import type { ApiClient } from '../support/api-client.js';
import { fails, neverAnswers, replies, says } from '../support/model-server/behaviours.js';
import { until } from '../support/until.js';
import {
  changes,
  CLEAR,
  CLEAR_FA,
  KEY,
  LOWERED_FA,
  modelShop,
  OPEN,
  OPEN_FA,
  RAISED,
  reads,
  type ModelShop,
} from './models.js';
import { catalogueOf, differencesBetween, PERSIAN, PHONES } from './shop.js';

let shop: ModelShop;
let api: ApiClient;
beforeAll(async () => {
  shop = await modelShop();
});
afterAll(() => shop?.stop());
beforeEach(async () => {
  shop.models.reset();
  api = (await shop.server.createWorkspace('models')).client;
  await api.importCatalogue([...PHONES, ...PERSIAN]);
});

const accounts = async (draftId: string) =>
  (await api.events(draftId)).filter(({ type }) => type === 'ModelsAsked').map(({ data }) => data as never);
const usageNow = async (): Promise<UsageNumbers> => (await api.get<{ total: UsageNumbers }>('/usage')).total;

describe('a sentence that the grammar cannot follow', () => {
  it.each([
    ['English', OPEN, RAISED, [{ sku: 'IP17-S', after: { price: '1100.00' } }, { sku: 'IP17P-S' }]],
    ['Persian', OPEN_FA, LOWERED_FA, [{ sku: 'FA-2', after: { price: '40500000.00' } }]],
  ])('in %s is read by a model, previewed, and applied as confirmed', async (_, prompt, reply, rows) => {
    shop.models.always(reads({ [prompt]: reply }));
    const before = await catalogueOf(api);
    const draft = await api.previewOf((await api.say(prompt)).draftId);
    expect(draft.interpreter).toEqual({ kind: 'llm', version: '1', model: 'large' });
    expect(draft.preview.rows).toMatchObject(rows);
    expect(draft.warnings).toEqual([]);
    await api.confirm(draft);
    await api.until(draft.draftId, 'done');
    expect(differencesBetween(before, await catalogueOf(api)).map(({ sku }) => sku)).toEqual(
      rows.map(({ sku }) => sku),
    );
  });

  it('is accounted for on its draft, in the usage of its workspace, and in the figures of the process', async () => {
    shop.models.inTurn(says('Sure!'), reads({ [OPEN]: RAISED }));
    const draft = await api.previewOf((await api.say(OPEN)).draftId);
    expect(draft.models).toMatchObject({
      route: { plan: 'best-first', models: ['large'] },
      degraded: null,
      asked: 2,
      promptTokens: 2_000,
      completionTokens: 100,
      cost: '0.006',
      attempts: [
        { model: 'large', outcome: 'invalid', cost: '0.003' },
        { model: 'large', outcome: 'read', cost: '0.003' },
      ],
    });
    await until('the usage', async () => (await usageNow()).models.attempts.read === 1);
    expect((await usageNow()).models).toMatchObject({
      attempts: { read: 1, invalid: 1, timeout: 0 },
      promptTokens: 2_000,
      completionTokens: 100,
      cost: '0.006',
      cached: 0,
    });
    const figures = await (await fetch(`${shop.server.url}/metrics`)).text();
    expect(figures).toMatch(
      /drafthorse_model_attempts_total\{model="large",outcome="invalid",cached="false"\} \d/,
    );
    expect(figures).toMatch(/drafthorse_model_cost_total\{model="large"\} 0\.\d/);
    expect(figures).toContain('drafthorse_model_breaker_state{model="large",state="closed"} 1');
  });

  it('costs nothing when it is said again', async () => {
    shop.models.always(reads({ [OPEN]: RAISED }));
    await api.previewOf((await api.say(OPEN)).draftId);
    const again = await api.previewOf((await api.say(OPEN)).draftId);
    expect(again.models).toMatchObject({ cost: '0', attempts: [{ outcome: 'read', cached: true }] });
    expect(shop.models.requests).toHaveLength(1);
  });
});

describe('an answer that could not be used', () => {
  it('is kept for whoever looks for the reason, and shown to no client', async () => {
    shop.models.always(says(`Sure! ${'x'.repeat(5_000)} ${KEY}`));
    const draft = await api.say(OPEN);
    expect(draft.status).toBe('clarify');
    const shown = JSON.stringify([draft, await api.events(draft.draftId)]);
    expect(shown).not.toContain('Sure!');
    expect(shown).not.toContain(KEY);
    const { rows } = await until('the reply', async () => {
      const found = await shop.server.data.database.query<{ model: string; reply: string }>(
        'SELECT model, reply FROM model_replies WHERE draft_id = $1',
        [draft.draftId],
      );
      return found.rows.length > 0 && found;
    });
    expect(rows).toEqual([{ model: 'large', reply: `Sure! ${'x'.repeat(1_994)}` }]);
  });
});

describe('two readers who are both sure', () => {
  it('and come to different rows are both told, with the rows', async () => {
    const narrower = 'raise the price of iphone 17 silver by 10%';
    shop.models.always(
      reads({
        [narrower]: changes(
          { field: 'price', op: 'increase_percent', value: '10' },
          { field: 'name', op: 'eq', value: 'iPhone 17 Silver' },
        ),
      }),
    );
    const draft = await api.previewOf((await api.say(narrower)).draftId);
    const differ = draft.preview.warnings.filter(({ code }) => code === 'READINGS_DIFFER');
    expect(draft.interpreter?.kind).toBe('rules');
    expect(differ).toHaveLength(1);
    expect(differ[0]?.message).toContain('IP17P-S');
    expect(differ[0]?.message).not.toContain('IP17-S');
  });

  it('and come to the same rows leave nothing to worry about', async () => {
    const prompt = 'raise the price of iphone 17 silver by 10%';
    const inOtherWords = { field: 'name', op: 'contains', value: 'iphone 17 silver' };
    shop.models.always(
      reads({ [prompt]: changes({ field: 'price', op: 'increase_percent', value: '10' }, inOtherWords) }),
    );
    const draft = await api.previewOf((await api.say(prompt)).draftId);
    const parsed = (await api.events(draft.draftId)).find(({ type }) => type === 'Parsed');
    expect(parsed?.data).toHaveProperty('alternative');
    expect(draft.preview.warnings.map(({ code }) => code)).not.toContain('READINGS_DIFFER');
  });

  it('are both told again when the catalogue has moved and the plan is made anew', async () => {
    const prompt = 'raise the price of iphone 17 silver by 10%';
    shop.models.always(
      reads({
        [prompt]: changes(
          { field: 'price', op: 'increase_percent', value: '10' },
          { field: 'name', op: 'eq', value: 'iPhone 17 Silver' },
        ),
      }),
    );
    const draft = await api.previewOf((await api.say(prompt)).draftId);
    const { productId, version } = await api.product('IP17P-S');
    const headers = { 'if-match': String(version) };
    await api.expectStatus(202, 'PATCH', `/products/${productId}`, { price: '1200.00' }, { headers });
    await api.refused('PLAN_CHANGED', 'POST', `/ai/drafts/${draft.draftId}/confirm`, {
      planHash: draft.preview.planHash,
    });
    const again = await api.previewOf(draft.draftId);
    expect(again.preview.planHash).not.toBe(draft.preview.planHash);
    expect(again.preview.warnings.map(({ code }) => code)).toContain('READINGS_DIFFER');
  });
});

describe('while no model answers', () => {
  it.each([
    ['en', CLEAR, /without one/],
    ['fa', CLEAR_FA, /مدل زبانی/],
  ])('a clear sentence (%s) is read offline, and says so', async (_, prompt, message) => {
    shop.models.always(fails(401));
    const draft = await api.previewOf((await api.say(prompt)).draftId);
    expect(draft.interpreter?.kind).toBe('rules');
    const warning = { code: 'READ_OFFLINE', message: expect.stringMatching(message) };
    expect(draft.warnings).toEqual([warning]);
    expect(draft.preview.warnings).toContainEqual(warning);
    expect(draft.models).toMatchObject({ degraded: 'model_unavailable' });
  });

  it('an open sentence becomes the question it was, and says so', async () => {
    shop.models.always(fails(401));
    const draft = await api.say(OPEN);
    expect(draft).toMatchObject({ status: 'clarify', warnings: [{ code: 'READ_OFFLINE' }] });
  });
});

describe('a model’s question', () => {
  it('is answered in a conversation that the model reads whole', async () => {
    const prompt = 'iphone 17, price of, up 10% make it';
    const reply = { kind: 'question', message: 'Which colour?', options: ['Silver', 'Black'] };
    shop.models.always(replies(reply));
    const asked = await api.say(prompt);
    expect(asked).toMatchObject({
      status: 'clarify',
      interpreter: { kind: 'llm', model: 'large' },
      clarification: { question: 'Which colour?', options: ['Silver', 'Black'] },
    });
    shop.models.always(replies(RAISED));
    await api.expectStatus(202, 'POST', `/ai/drafts/${asked.draftId}/answer`, { text: 'silver' });
    await api.previewOf(asked.draftId);
    const said = shop.models.requests.at(-1)?.body.messages.slice(-3) ?? [];
    expect(said.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(said[0]?.content).toContain(prompt);
    expect(said[1]?.content).toContain('Which colour?');
    expect(said[2]?.content).toContain('silver');
    expect(await accounts(asked.draftId)).toHaveLength(2);
  });
});

describe('a draft that is cancelled while a model thinks', () => {
  it('hangs up on the model, and what it took is accounted for', async () => {
    shop.models.inTurn(says('no'), neverAnswers);
    const draftId = await api.create(OPEN);
    await until('the model thinks', () => shop.models.requests.length === 2);
    await api.expectStatus(202, 'POST', `/ai/drafts/${draftId}/cancel`);
    const cancelledAt = performance.now();
    await until('the request is given up', () => shop.models.requests[1]?.aborted === true);
    expect(performance.now() - cancelledAt).toBeLessThan(10_000);
    await until('the account', async () => (await accounts(draftId)).length === 1);
    expect(await accounts(draftId)).toMatchObject([
      { attempts: [{ outcome: 'invalid' }, { outcome: 'cancelled' }] },
    ]);
    expect((await api.draft(draftId)).status).toBe('cancelled');
  });
});

describe('the health of the process', () => {
  it('shows the breaker of every model', async () => {
    const { components } = await api.get<{ components: Record<string, unknown> }>('/health/detailed');
    expect(components['models']).toEqual({ status: 'up', breakers: { large: 'closed' } });
  });
});
