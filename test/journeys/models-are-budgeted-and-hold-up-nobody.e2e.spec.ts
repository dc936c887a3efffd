import { afterEach, describe, expect, it } from 'vitest';
import { neverAnswers } from '../support/model-server/behaviours.js';
import { until } from '../support/until.js';
import { CLEAR, LOWERED_FA, modelShop, OPEN, OPEN_FA, RAISED, reads, type ModelShop } from './models.js';
import { PERSIAN, PHONES } from './shop.js';

/** Jobs are given five seconds before they are interrupted. */
const STOP_MS_MAX = 20_000;

let shop: ModelShop | undefined;
afterEach(async () => {
  await shop?.stop();
  shop = undefined;
});

describe('a budget per day', () => {
  it('that one reading has spent leaves the next to the offline interpreter, at once and for this workspace alone', async () => {
    shop = await modelShop({ LLM_BUDGET_PER_DAY: '0.003' });
    shop.models.always(reads({ [OPEN]: RAISED, [OPEN_FA]: LOWERED_FA, [CLEAR]: RAISED }));
    const { client: api } = await shop.server.createWorkspace('spends');
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    expect((await api.say(OPEN)).status).toBe('preview');
    // Not waiting for any read model: what this process has spent it knows.
    const next = await api.say(CLEAR);
    expect(next).toMatchObject({
      status: 'preview',
      interpreter: { kind: 'rules' },
      models: { degraded: 'budget_spent', asked: 0, cost: '0' },
      warnings: [{ code: 'READ_OFFLINE', message: expect.stringContaining('budget') }],
    });
    const { client: other } = await shop.server.createWorkspace('has its own');
    await other.importCatalogue([...PHONES, ...PERSIAN]);
    expect((await other.say(OPEN)).models).toMatchObject({ degraded: null, cost: '0.003' });
  });

  it('is known again after a restart', async () => {
    shop = await modelShop({ LLM_BUDGET_PER_DAY: '0.003', LLM_WHEN_BUDGET_SPENT: 'refuse' });
    shop.models.always(reads({ [OPEN]: RAISED }));
    const { client: api } = await shop.server.createWorkspace('restarts');
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    expect((await api.say(OPEN)).status).toBe('preview');
    await shop.server.kill('SIGTERM');
    await shop.server.restart();
    const refused = await until('the usage is caught up', async () => {
      const draft = await api.say(OPEN_FA);
      return draft.status === 'failed' && draft;
    });
    expect(refused.error).toMatchObject({ code: 'BUDGET_SPENT', message: expect.stringMatching(/بودجه/) });
  });
});

describe('while every place for models is taken by one that never answers', () => {
  it('sentences that need none are read, and confirmed changes applied', async () => {
    shop = await modelShop({ LLM_ROUTING: 'unsure', LLM_CONCURRENCY: '1' });
    const { models, server } = shop;
    models.always(neverAnswers);
    const { client: api } = await server.createWorkspace('waits');
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    const hanging = await Promise.all(Array.from({ length: 6 }, () => api.create(OPEN)));
    await until('a model is asked', () => models.requests.length > 0);
    const draft = await api.previewOf((await api.say(CLEAR)).draftId);
    await api.confirm(draft);
    await api.until(draft.draftId, 'done');
    const statuses = await Promise.all(hanging.map(async (draftId) => (await api.draft(draftId)).status));
    for (const status of statuses) expect(['pending', 'parsing']).toContain(status);
    for (const draftId of hanging) await api.expectStatus(202, 'POST', `/ai/drafts/${draftId}/cancel`);
  });
});

describe('a process that is asked to stop while a model thinks', () => {
  it('stops in time, and the sentence is read by the next one', async () => {
    shop = await modelShop({ LLM_TIMEOUT_MS: '600000' });
    const { models, server } = shop;
    models.always(neverAnswers);
    const { client: api } = await server.createWorkspace('stops');
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    const draftId = await api.create(OPEN);
    await until('the model is asked', () => models.requests.length === 1);
    const askedToStopAt = performance.now();
    await server.kill('SIGTERM');
    expect(performance.now() - askedToStopAt).toBeLessThan(STOP_MS_MAX);
    models.always(reads({ [OPEN]: RAISED }));
    await server.restart();
    const draft = await api.previewOf(draftId);
    expect(draft.interpreter).toMatchObject({ kind: 'llm' });
    expect(draft.models?.attempts.map(({ outcome }) => outcome)).toEqual(['cancelled', 'read']);
  });
});
