/** The program dies between the parts of an import, on the way of an undo, and with a plan of many parts. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { crashAt, describePoint, type CrashPoint } from '../support/crash-point.js';
import type { TestServer } from '../support/server.js';
import {
  applyPatiently,
  expectSound,
  importPatiently,
  patiently,
  startMortal,
  throughDeath,
  undoPatiently,
} from './kill-case.js';

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await startMortal();
  api = server.client;
  await api.importCatalogue([
    { sku: 'UNDO-1', name: 'Floor lamp', price: '100.00', stock: 5 },
    // More rows than one event of a plan or of a change set holds.
    ...Array.from({ length: 620 }, (_, index) => ({
      sku: `MANY-${index}`,
      name: `Bulb ${index}`,
      price: '2.00',
      stock: 1,
      category: 'Bulbs',
    })),
  ]);
});
afterAll(() => server?.stop());

const cases = (points: CrashPoint[]) =>
  points.map((point, index) => ({ name: describePoint(point), point, number: index + 1 }));

describe('an import', () => {
  it.each(
    cases([
      crashAt('before', 'append:ImportRequested'),
      crashAt('after', 'append:ImportRequested'),
      crashAt('after', 'append:CustomFieldsDefined'),
      crashAt('before', 'append:ProductsChanged', 1),
      crashAt('after', 'append:ProductsChanged', 1),
      crashAt('before', 'append:ProductsChanged', 2),
      crashAt('after', 'append:ProductsChanged', 3),
      crashAt('before', 'append:ImportCompleted'),
      crashAt('after', 'append:ImportCompleted'),
    ]),
  )(
    'brings each of its rows once, and counts them right, through a death $name',
    async ({ point, number }) => {
      const row = (sku: string, price: string) => ({
        sku: `IMP-${number}-${sku}`,
        name: 'Chair',
        price,
        stock: 1,
      });
      // A sku that comes again starts a new part, which sees what the part before it did.
      const rows = [row('A', '1.00'), row('B', '1.00'), row('A', '2.00'), row('A', '3.00'), row('C', '1.00')];
      const fields = { [`wood-${number}`]: 'oak' };
      const content = [...rows.map((each) => JSON.stringify({ ...each, fields })), 'not a row'].join('\n');
      const done = await throughDeath(server, point, () => importPatiently(api, content, randomUUID()));
      expect(done).toMatchObject({ status: 'done', added: 3, updated: 2, unchanged: 0, rejectedCount: 1 });
      expect(await api.product(`IMP-${number}-A`)).toMatchObject({ price: '3.00', version: 3, fields });
      expect(await api.product(`IMP-${number}-C`)).toMatchObject({ price: '1.00', version: 1, fields });
    },
  );
});

describe('an undo', () => {
  it.each(
    cases([
      crashAt('before', 'append:DraftCreated'),
      crashAt('after', 'append:DraftCreated'),
      crashAt('after', 'append:Confirmed'),
      crashAt('before', 'append:ProductsChanged'),
      crashAt('after', 'append:ProductsChanged'),
      crashAt('before', 'append:Executed'),
      crashAt('before', 'append:Undone'),
      crashAt('after', 'append:Undone'),
    ]),
  )('takes a change back once through a death $name', async ({ point }) => {
    const before = await api.product('UNDO-1');
    const draft = await api.apply('increase the price of sku UNDO-1 by 10');
    const undo = await throughDeath(server, point, async () => {
      const draftId = await undoPatiently(api, draft.draftId, randomUUID());
      await patiently(() => api.until(draft.draftId, 'undone'));
      return draftId;
    });
    expect(await api.draft(draft.draftId)).toMatchObject({ status: 'undone', undoneBy: undo });
    expect(await api.product('UNDO-1')).toMatchObject({ price: before.price, version: before.version + 2 });
  });

  it.each(cases([crashAt('before', 'append:Reinstated'), crashAt('after', 'append:Reinstated')]))(
    'that is undone itself lets the change stand again through a death $name',
    async ({ point }) => {
      const before = await api.product('UNDO-1');
      const draft = await api.apply('increase the price of sku UNDO-1 by 10');
      const undo = await undoPatiently(api, draft.draftId, randomUUID());
      await api.until(draft.draftId, 'undone');
      await throughDeath(server, point, async () => {
        await undoPatiently(api, undo, randomUUID());
        await patiently(() => api.until(undo, 'undone'));
        await patiently(() => api.until(draft.draftId, 'done'));
      });
      expect(await api.draft(draft.draftId)).toMatchObject({ status: 'done', undoneBy: null });
      expect(await api.product('UNDO-1')).toMatchObject({
        price: `${Number(before.price) + 10}.00`,
        version: before.version + 3,
      });
    },
  );
});

describe('a change of more rows than one event holds', () => {
  it.each(
    cases([
      crashAt('before', 'append:PlanRowsFrozen'),
      crashAt('after', 'append:PlanRowsFrozen'),
      crashAt('after', 'append:ProductsChanged'),
    ]),
  )('is applied whole and once through a death $name', async ({ point, number }) => {
    await throughDeath(server, point, () =>
      applyPatiently(api, 'increase the stock of category Bulbs by 1', {
        clientRequestId: randomUUID(),
        secondConfirmation: true,
      }),
    );
    const bulbs = (await api.products()).filter(({ category }) => category === 'Bulbs');
    expect(bulbs).toHaveLength(620);
    expect(new Set(bulbs.map(({ stock, version }) => `${stock} ${version}`))).toEqual(
      new Set([`${1 + number} ${1 + number}`]),
    );
  });
});

describe('what ends a draft otherwise', () => {
  it.each([
    { point: crashAt('before', 'append:Answered'), prompt: 'how many Bulb products are there?', end: 'done' },
    { point: crashAt('after', 'append:Answered'), prompt: 'how many Bulb products are there?', end: 'done' },
    { point: crashAt('before', 'append:Failed'), prompt: 'delete all products', end: 'failed' },
    { point: crashAt('after', 'append:Failed'), prompt: 'delete all products', end: 'failed' },
    { point: crashAt('before', 'append:ClarificationAsked'), prompt: 'delete sku FLOR-9', end: 'clarify' },
    { point: crashAt('after', 'append:ClarificationAsked'), prompt: 'delete sku FLOR-9', end: 'clarify' },
  ])('is said once: $end through a death at $point', async ({ point, prompt, end }) => {
    const draftId = await throughDeath(server, point, async () => {
      const created = await patiently(() => api.create(prompt, { clientRequestId: randomUUID() }));
      await patiently(() => api.parsed(created));
      return created;
    });
    expect(await api.draft(draftId)).toMatchObject({ status: end });
  });

  it('is a cancellation that is repeated after a death', async () => {
    const { draftId } = await api.preview('increase the price of sku UNDO-1 by 10');
    const cancel = () => api.send('POST', `/ai/drafts/${draftId}/cancel`);
    const answer = await throughDeath(server, crashAt('after', 'append:Cancelled'), () => patiently(cancel));
    expect(answer.status).toBe(202);
    expect(await api.until(draftId, 'cancelled')).toMatchObject({ changeSetId: null });
  });
});

it('leaves nothing undone, doubled or unseen after all of these deaths', async () => {
  await server.kill('SIGTERM');
  await server.restart('src/main.ts');
  await expectSound(server);
});
