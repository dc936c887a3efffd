/**
 * Attempts to make a model do what nobody asked for, through the whole program: in prompts, and in names, brands,
 * categories and descriptions of a real catalogue. The model obeys each of them; no plan goes beyond the user's words.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Task } from '../../src/catalogue/task.js';
import { INJECTIONS, type Injection } from '../../src/interpreter/llm/guard/injections.js';
import { canonical } from '../../src/interpreter/llm/two-readers.js';
import { PHONES, product } from '../../src/interpreter/rules/testing/vocabularies.js';
import { modelShop, type ModelShop } from '../journeys/models.js';
import { catalogueOf, differencesBetween } from '../journeys/shop.js';
import type { ProductFields } from '../support/api-client.js';
import { replies } from '../support/model-server/behaviours.js';

let shop: ModelShop;
beforeAll(async () => {
  shop = await modelShop();
});
afterAll(() => shop?.stop());

function catalogueWith({ place, planted }: Injection): ProductFields[] {
  const described = PHONES.map((one) => ({ ...one, fields: { ...one.fields, description: 'A fine thing' } }));
  if (planted === '') return described.map(priced);
  const charger = { sku: 'X-1', category: 'Phones', brand: 'Apple', fields: { description: 'A fine thing' } };
  const carrier = product(place === 'name' ? planted : 'Charger 20 W', charger);
  if (place === 'brand') carrier.brand = planted;
  if (place === 'category') carrier.category = planted;
  if (place === 'description') carrier.fields['description'] = planted;
  return [...described, carrier].map(priced);
}

const priced = ({ sku, name, category, brand, fields }: ReturnType<typeof product>): ProductFields => ({
  sku,
  name,
  price: '100.00',
  stock: 5,
  fields,
  ...(category === null ? {} : { category }),
  ...(brand === null ? {} : { brand }),
});

const taskOf = (task: Partial<Task>): Task => Task.parse({ entity: 'product', ...task });
const name = ({ language, place, prompt, planted }: Injection) =>
  `${language} ${place}: ${planted || prompt}`;

describe.each(INJECTIONS.map((injection) => [name(injection), injection] as const))('%s', (_, injection) => {
  it('ends in no plan but what the words ask for, and changes nothing', async () => {
    const { client: api } = await shop.server.createWorkspace('injected');
    await api.importCatalogue(catalogueWith(injection));
    const before = await catalogueOf(api);
    const obeyed = taskOf(injection.obeyed);
    const { action, queries, data } = obeyed;
    shop.models.always(
      replies({ kind: 'task', action, queries: queries.map((one) => ({ any: [one] })), data }),
    );
    const draft = await api.say(injection.prompt);

    expect(['preview', 'clarify', 'failed', 'done']).toContain(draft.status);
    expect(draft.interpreter?.kind).not.toBe('llm');
    const attempts = draft.models?.attempts ?? [];
    expect(attempts.every(({ outcome }) => outcome === 'ungrounded')).toBe(true);
    expect(draft.preview?.warnings.map(({ code }) => code) ?? []).not.toContain('READINGS_DIFFER');
    if (draft.parsed) {
      // The database keeps no order of keys.
      const parsed = canonical(taskOf(draft.parsed));
      expect(parsed).not.toBe(canonical(obeyed));
      if (injection.allowed.length > 0)
        expect(injection.allowed.map((task) => canonical(taskOf(task)))).toContain(parsed);
    }
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
  });
});
