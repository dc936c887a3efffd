import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ApiClient, Page } from '../support/api-client.js';
import type { FieldView } from '../../src/projections/workspace-settings/workspace-settings-view.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { PHONES } from './shop.js';

let server: TestServer;
let api: ApiClient;

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  api = (await server.createWorkspace('fields')).client;
  await api.importCatalogue(PHONES);
});

const specify = (key: string, definition: object) =>
  api.expectStatus(202, 'PUT', `/workspace/fields/${encodeURIComponent(key)}`, definition);
const fields = async (after: string | null) =>
  (await api.get<Page<FieldView>>('/workspace/fields', after)).items;

const COLOURS = { name: 'Colour', type: 'choice', allowedValues: ['Silver', 'black', 'red'] };

it('fields that came with products are known, and take any text until somebody decides', async () => {
  expect(await fields(null)).toEqual([
    { key: 'color', name: 'color', type: 'text', allowedValues: [], specified: false, retired: false },
  ]);
  const { position } = await specify('color', COLOURS);
  expect(await fields(position)).toEqual([{ key: 'color', ...COLOURS, specified: true, retired: false }]);
});

it('a sentence, a hand and an edit of the preview get no value past the field', async () => {
  await specify('color', COLOURS);
  const failed = await api.say('set the color of sku CASE-1 to mauve');
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'INVALID_VALUE' } });
  expect(failed.error!.message).toContain('mauve');

  // As the owner spelled it, however it is asked for.
  await api.apply('set the color of sku CASE-1 to RED');
  expect((await api.product('CASE-1')).fields['color']).toBe('red');

  const { productId, version } = await api.product('CASE-1');
  const options = { headers: { 'if-match': String(version) } };
  const patch = { fields: { color: 'mauve' } };
  await api.refused('INVALID_VALUE', 'PATCH', `/products/${productId}`, patch, options);

  const shown = await api.preview('set the color of sku CASE-1 to black');
  const edit = [{ productId, after: { color: 'mauve' } }];
  await api.refused('CONFIRMATION_INVALID', 'POST', `/ai/drafts/${shown.draftId}/confirm`, {
    planHash: shown.preview.planHash,
    editedPreview: edit,
  });
});

it('values that stand are left alone, and can be taken back to', async () => {
  await specify('color', { name: 'Colour', type: 'number' });
  const { productId, version } = await api.product('IP17-S');
  const options = { headers: { 'if-match': String(version) } };
  await api.expectStatus(
    202,
    'PATCH',
    `/products/${productId}`,
    { stock: 9, fields: { color: 'silver' } },
    options,
  );
  const done = await api.apply('set the color of sku IP17-S to 7');
  const undo = await api.undo(done.draftId);
  await api.confirm(undo);
  await api.until(undo.draftId, 'done');
  expect((await api.product('IP17-S')).fields['color']).toBe('silver');
});

it('a line of an import with such a value is rejected, the others are taken', async () => {
  await specify('weight', { name: 'Weight', type: 'number' });
  const lines = [
    { sku: 'W-1', name: 'One', price: 1, stock: 1, fields: { weight: '۱۲٫۵' } },
    { sku: 'W-2', name: 'Two', price: 1, stock: 1, fields: { weight: 'heavy' } },
  ];
  const { body } = await api.expectStatus<{ importId: string }>(202, 'POST', '/products/import', undefined, {
    raw: lines.map((line) => JSON.stringify(line)).join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const ended = await until('the import ends', async () => {
    const view = await api.get<{ status: string }>(`/imports/${body.importId}`);
    return view.status === 'running' ? null : view;
  });
  expect(ended).toMatchObject({
    status: 'done',
    added: 1,
    unchanged: 0,
    rejectedCount: 1,
    rejected: [{ line: 2, reason: 'weight: “heavy” is not a number' }],
  });
  expect((await api.product('W-1')).fields['weight']).toBe('12.5');
});

it('a retired field keeps its values and takes none, until it is specified again', async () => {
  const { position } = await api.expectStatus(202, 'DELETE', '/workspace/fields/color');
  expect(await fields(position)).toMatchObject([{ key: 'color', retired: true }]);
  const { productId, version, fields: values } = await api.product('IP17-S');
  expect(values['color']).toBe('silver');
  const options = { headers: { 'if-match': String(version) } };
  const patch = { fields: { color: 'black' } };
  await api.refused('INVALID_VALUE', 'PATCH', `/products/${productId}`, patch, options);
  const failed = await api.say('set the color of sku IP17-S to black');
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'FIELD_UNKNOWN' } });
  expect((await api.preview('lower the price of silver phones by 1%')).preview.summary.matched).toBe(4);

  await specify('color', { name: 'Colour', type: 'text' });
  await api.expectStatus(202, 'PATCH', `/products/${productId}`, patch, options);
  await api.refused('FIELD_NOT_FOUND', 'DELETE', '/workspace/fields/flavour');
  await api.refused('INVALID_REQUEST', 'PUT', '/workspace/fields/price', { name: 'x', type: 'text' });
  await api.refused('INVALID_REQUEST', 'PUT', '/workspace/fields/size', { name: 'x', type: 'choice' });
});
