/** Our server with the demo catalogue and one draft in preview: what there is to ask for. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { importAll, promptToPreview, type BenchServer } from '../support.js';
import type { BareBodies } from './bare.js';
import type { LoadRequest } from './load.js';

const CATALOGUE = fileURLToPath(new URL('../../examples/catalogues/demo.ndjson', import.meta.url));
const PROMPT = 'lower every silver iPhone 17 by 10 %';
const PAGE = 20;
/** The most that a page holds. */
const PRODUCTS_ASKED_FOR = 200;
const SEARCH_WORDS = ['iphone', 'hoodie', 'black', 'silver', 'phone'];

export interface Shop {
  draftId: string;
  productIds: readonly string[];
}

export async function stockShop(server: BenchServer): Promise<Shop> {
  const client = server.newClient();
  await importAll(client, (await readFile(CATALOGUE, 'utf8')).trim().split('\n'));
  const { draft } = await promptToPreview(client, PROMPT);
  const { items } = await client.products({ limit: PRODUCTS_ASKED_FOR });
  return { draftId: draft.draftId, productIds: items.map(({ productId }) => productId) };
}

export const draftRequest = ({ draftId }: Shop) => get(`/api/v1/ai/drafts/${draftId}`);
export const productRequest = ({ productIds }: Shop, index = 0) =>
  get(`/api/v1/products/${productIds[index % productIds.length]}`);
export const listRequest = () => get(`/api/v1/products?limit=${PAGE}`);
export const searchRequest = (word = SEARCH_WORDS[0]!) => get(`/api/v1/products?limit=${PAGE}&q=${word}`);
export const createRequest = (): LoadRequest => ({
  method: 'POST',
  path: '/api/v1/ai/drafts',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ prompt: PROMPT }),
});

/** What one visitor does: the list, a product of it, a search, the draft. Every visitor looks at other things. */
export function visit(shop: Shop, visitor: number): LoadRequest[] {
  return [
    listRequest(),
    productRequest(shop, visitor * 7),
    searchRequest(SEARCH_WORDS[visitor % SEARCH_WORDS.length]),
    draftRequest(shop),
  ];
}

/** Asks `url` for one of each. */
export async function bodiesOf(
  shop: Shop,
  url: string,
  headers: Record<string, string>,
): Promise<BareBodies> {
  const ask = async ({ path }: LoadRequest): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, { headers });
    if (!answer.ok) throw new Error(`${url}${path} answered ${answer.status}`);
    return answer.json();
  };
  return {
    draft: await ask(draftRequest(shop)),
    product: await ask(productRequest(shop)),
    list: await ask(listRequest()),
    search: await ask(searchRequest()),
  };
}

function get(path: string): LoadRequest {
  return { method: 'GET', path };
}
