import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, FakeApi } from '../../../test/support/fake-api.js';
import type { RequestImport } from '../../commands/import/import.handlers.js';

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => api.reset());

describe('imports', () => {
  const imported = async (payload: string, type?: string) => {
    let format: string | undefined;
    api.command = (command) => {
      format = (command as RequestImport).upload.format;
      return { accepted: true, position: 5n, state: { status: 'running' } };
    };
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await api.post('/api/v1/products/import', payload, headers as Record<string, string>);
    return { answer, format };
  };

  it.each([
    ['{"sku":"a"}\n', 'application/x-ndjson', 'ndjson'],
    ['sku,name\n', 'text/csv; charset=utf-8', 'csv'],
    ['[{"sku":"a"}]', 'application/json', 'json'],
    ['\ufeff\n {"sku":"a"}\n{"sku":"b"}', 'application/json', 'ndjson'],
    ['[{"sku":"a"}]', 'text/plain', 'json'],
    ['sku,name\n', 'text/plain', 'csv'],
    ['{"sku":"a"}', 'application/x-www-form-urlencoded', 'ndjson'],
    ['{"sku":"a"}', undefined, 'ndjson'],
  ])('read %j sent as %s as %s', async (payload, type, expected) => {
    const { answer, format } = await imported(payload, type);
    expect([answer.statusCode, format]).toEqual([202, expected]);
    expect(answer.headers['drafthorse-position']).toBe('5');
    expect(answer.json()).toEqual({ importId: expect.any(String) });
    expect(api.uploads).toEqual([payload]);
  });

  it.each(['', ' \n\t\n'])('refuse the empty upload %j', async (payload) => {
    await expectProblem(
      api.post('/api/v1/products/import', payload, { 'content-type': 'text/csv' }),
      400,
      'EMPTY_BODY',
    );
  });

  it('refuse what is no product list', async () => {
    const sent = api.post('/api/v1/products/import', 'x', { 'content-type': 'application/pdf' });
    await expectProblem(sent, 415, 'UNSUPPORTED_MEDIA_TYPE');
    const prose = api.post('/api/v1/products/import', 'hello', { 'content-type': 'application/json' });
    await expectProblem(prose, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('take as many bytes as allowed and not one more', async () => {
    const csv = { 'content-type': 'text/csv' };
    expect((await api.post('/api/v1/products/import', 'x'.repeat(20_000), csv)).statusCode).toBe(202);
    await expectProblem(api.post('/api/v1/products/import', 'x'.repeat(20_001), csv), 413, 'BODY_TOO_LARGE');
  });
});
