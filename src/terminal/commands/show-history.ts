/** `history`: the newest drafts. `history <product>`: every change of one product. */
import type { Context } from './context.js';
import type { Draft, DrafthorseClient } from '../client.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { productHistoryLines } from '../render/events.js';
import { quoted } from '../screen.js';
import { shown } from '../text/display.js';
import { tableLines } from '../text/table.js';
import { formatCount, formatTime } from '../text/values.js';

export interface HistoryOptions {
  product: string | undefined;
  limit: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LIST_LIMIT_MAX = 200;

export async function showHistory(context: Context, { product, limit }: HistoryOptions): Promise<ExitCode> {
  if (product !== undefined) return productHistory(context, product);
  const { client, screen, json } = context;
  const { items } = await client.drafts({ limit: Math.min(limit, LIST_LIMIT_MAX) });
  if (json) screen.line(JSON.stringify(items, null, 2));
  else if (items.length === 0) screen.line('No drafts yet.');
  else for (const line of draftLines(items, screen.columns)) screen.line(line);
  return EXIT.done;
}

function draftLines(drafts: readonly Draft[], columnsMax: number): string[] {
  const rows = drafts.map(({ createdAt, status, parsed, preview, prompt, undoOf, draftId }) => [
    formatTime(createdAt),
    status,
    preview ? formatCount(parsed?.action === 'get' ? preview.summary.matched : preview.summary.changed) : '',
    undoOf ? `undo of: ${prompt}` : prompt,
    draftId,
  ]);
  const columns = [
    { title: 'Created' },
    { title: 'Status' },
    { title: 'Rows', align: 'right' as const },
    { title: 'Sentence', shrinks: true },
    { title: 'Draft' },
  ];
  return tableLines({ columns, rows }, columnsMax);
}

async function productHistory({ client, screen, json }: Context, product: string): Promise<ExitCode> {
  const productId = UUID.test(product) ? product : await idOfSku(client, product);
  if (productId === null) {
    screen.note(`There is no product with the sku ${quoted(product)}.`);
    return EXIT.refused;
  }
  const { items } = await client.productHistory(productId);
  if (json) screen.line(JSON.stringify(items, null, 2));
  else {
    screen.heading(shown(product));
    for (const line of productHistoryLines(items, screen.columns)) screen.line(line);
  }
  return EXIT.done;
}

async function idOfSku(client: DrafthorseClient, sku: string): Promise<string | null> {
  const { items } = await client.products({ sku, limit: 1 });
  return items[0]?.productId ?? null;
}
