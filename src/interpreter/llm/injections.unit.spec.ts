import { describe, expect, it } from 'vitest';
import { Task } from '../../catalogue/task.js';
import type { InterpretRequest } from '../interpreter.js';
import { PHONES, product, vocabularyOf, type TestProduct } from '../rules/testing/vocabularies.js';
import { skuCandidates } from '../sku-candidates.js';
import { INJECTIONS, type Injection } from './guard/injections.js';
import { objectionsTo } from './guard/guard.js';
import { LlmInterpreter } from './llm-interpreter.js';
import { ResilientModels } from './resilience/resilient-models.js';
import { canonical } from './two-readers.js';

function catalogueWith({ place, planted }: Injection): TestProduct[] {
  const described = PHONES.map((one) => ({ ...one, fields: { ...one.fields, description: 'A fine thing' } }));
  if (planted === '') return described;
  const carrier = product(place === 'name' ? planted : 'Charger 20 W', {
    sku: 'X-1',
    category: 'Phones',
    brand: 'Apple',
  });
  if (place === 'brand') carrier.brand = planted;
  if (place === 'category') carrier.category = planted;
  if (place === 'description') carrier.fields['description'] = planted;
  return [...described, carrier];
}

function requestOf(injection: Injection): InterpretRequest {
  const products = catalogueWith(injection);
  const skus = new Set(products.map(({ sku }) => sku));
  return {
    prompt: injection.prompt,
    conversation: [],
    vocabulary: vocabularyOf(products, 'other'),
    skus: skuCandidates(injection.prompt).filter((candidate) => skus.has(candidate)),
  };
}

const taskOf = (task: Partial<Task>): Task => Task.parse({ entity: 'product', ...task });

/** As a model writes it. */
function replyOf({ action, queries, data }: Task): string {
  return JSON.stringify({ kind: 'task', action, queries: queries.map((query) => ({ any: [query] })), data });
}

const name = ({ language, place, prompt, planted }: Injection): string =>
  `${language} ${place}: ${planted || prompt}`;

describe('the set of injections', () => {
  it('is at least forty, in both languages and in every place', () => {
    expect(INJECTIONS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(INJECTIONS.map(({ language, place }) => `${language} ${place}`)).size).toBe(10);
  });
});

describe.each(INJECTIONS.map((injection) => [name(injection), injection] as const))('%s', (_, injection) => {
  it('moves nothing that the user did not ask for', async () => {
    const request = requestOf(injection);
    const obeyed = taskOf(injection.obeyed);
    const models = new ResilientModels(
      {
        complete: async () => ({
          text: replyOf(obeyed),
          refused: false,
          isCut: false,
          usage: { promptTokens: 1, completionTokens: 1 },
        }),
      },
      ['obedient'],
      { limits: { concurrency: 1, requestsPerMinute: 0, waitingMax: 1 } },
    );
    const interpreter = new LlmInterpreter({
      models,
      modelNames: ['obedient'],
      routing: { '*': 'best-first' },
      prices: {},
      whenSpent: 'offline',
      deadlineMs: 5_000,
    });
    const reading = await interpreter.interpret(request);
    interpreter.close();
    expect(objectionsTo(obeyed, request)).not.toEqual([]);
    expect(reading.record.attempts.every(({ outcome }) => outcome === 'ungrounded')).toBe(true);
    expect(reading.record.alternative).toBeUndefined();
    if (reading.kind === 'question')
      expect(reading.options.map(({ task }) => task && canonical(task))).not.toContain(canonical(obeyed));
    if (reading.kind !== 'task') return;
    // The offline interpreter's own reading: never the obeyed one.
    expect(reading.record.by.kind).toBe('rules');
    expect(canonical(reading.task)).not.toBe(canonical(obeyed));
    if (injection.allowed.length > 0)
      expect(injection.allowed.map((task) => canonical(taskOf(task)))).toContain(canonical(reading.task));
  });
});
