/**
 * The words a catalogue is described with, and how many products use each: kept by what events take away and bring,
 * so that it costs the same for the first product and the hundred-thousandth.
 */
import { isCoreField, type FieldChanges } from '../../catalogue/product.js';
import type { CatalogueEvent } from '../../events/catalogue.events.js';
import type { ReadEvent } from '../../events/registry.js';
import type { Queryable } from '../../platform/database/database.js';
import { words } from '../../text/fold.js';
import type { Projection } from '../projection.js';

/** Longer values are descriptions: nobody says them in a sentence. */
export const VOCABULARY_VALUE_CHARS_MAX = 100;

export type WordKind = 'category' | 'brand' | 'field' | 'name';

interface WordDelta {
  kind: WordKind;
  /** Key of the custom field; empty for other kinds. */
  field: string;
  value: string;
  delta: number;
}

export const vocabularyProjection: Projection = {
  name: 'vocabulary',
  topics: ['drafthorse.catalogue', 'drafthorse.workspaces'],
  tables: ['vocabulary_words', 'vocabulary_fields', 'vocabulary_heads'],
  async apply(transaction, deliveries) {
    for (const { event } of deliveries) {
      if (event.type === 'ProductsChanged') await applyProducts(transaction, event);
      if (event.type === 'CustomFieldsDefined') await applyFields(transaction, event);
    }
  },
};

/** $1 workspace, $2 keys. */
const DEFINE = `
  INSERT INTO vocabulary_fields (workspace_id, key) SELECT DISTINCT $1::uuid, unnest($2::text[]) ON CONFLICT DO NOTHING`;

async function applyFields(
  transaction: Queryable,
  { workspaceId, revision, data }: Extract<ReadEvent, { type: 'CustomFieldsDefined' }>,
): Promise<void> {
  const { rowCount } = await transaction.query(DEFINE, [workspaceId, data.keys]);
  if (rowCount)
    await transaction.query(
      `INSERT INTO vocabulary_heads (workspace_id, catalogue_revision, workspace_revision) VALUES ($1, -1, $2)
       ON CONFLICT (workspace_id) DO UPDATE SET workspace_revision = excluded.workspace_revision`,
      [workspaceId, revision],
    );
}

/** $1 workspace, $2 deltas. Answers the words that came in, and those that nobody uses any more. */
const MOVE = `
  WITH moved AS (
    INSERT INTO vocabulary_words AS w (workspace_id, kind, field, value, products)
    SELECT $1, d.kind, d.field, d.value, d.delta
      FROM jsonb_to_recordset($2::jsonb) AS d (kind text, field text, value text, delta int)
    ON CONFLICT (workspace_id, kind, field, value) DO UPDATE SET products = w.products + excluded.products
    RETURNING kind, field, value, products, xmax = 0 AS is_new)
  SELECT kind, field, value, products FROM moved WHERE is_new OR products <= 0`;

const FORGET = `
  DELETE FROM vocabulary_words w USING jsonb_to_recordset($2::jsonb) AS d (kind text, field text, value text)
   WHERE w.workspace_id = $1 AND w.kind = d.kind AND w.field = d.field AND w.value = d.value`;

/** Per event, never per batch: the version must not depend on how the log was cut. */
async function applyProducts(
  transaction: Queryable,
  { workspaceId, revision, data }: ReadEvent<CatalogueEvent>,
): Promise<void> {
  const deltas = new Deltas();
  for (const { before, after } of data.changes) {
    deltas.count(before, -1);
    deltas.count(after, 1);
  }
  const moved = deltas.moved();
  if (moved.length === 0) return;
  const { rows } = await transaction.query<WordDelta & { products: number }>(MOVE, [
    workspaceId,
    JSON.stringify(moved),
  ]);
  if (rows.length === 0) return;
  const gone = rows.filter(({ products }) => products === 0);
  const impossible = rows.find(({ products }) => products < 0);
  if (impossible) throw new Error(`fewer than no products use the ${impossible.kind} ${impossible.value}`);
  if (gone.length > 0) await transaction.query(FORGET, [workspaceId, JSON.stringify(gone)]);
  await transaction.query(
    `INSERT INTO vocabulary_heads (workspace_id, catalogue_revision, workspace_revision) VALUES ($1, $2, -1)
     ON CONFLICT (workspace_id) DO UPDATE SET catalogue_revision = excluded.catalogue_revision`,
    [workspaceId, revision],
  );
}

class Deltas {
  private readonly byWord = new Map<string, WordDelta>();

  count(values: FieldChanges | null, delta: number): void {
    for (const [field, value] of Object.entries(values ?? {})) {
      if (field === 'name') for (const word of words(String(value))) this.add('name', '', word, delta);
      else if (field === 'category' || field === 'brand') this.add(field, '', value, delta);
      else if (!isCoreField(field)) this.add('field', field, value, delta);
    }
  }

  /** In one order, so that two writers of one word cannot wait for each other. */
  moved(): WordDelta[] {
    return [...this.byWord]
      .filter(([, { delta }]) => delta !== 0)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, delta]) => delta);
  }

  private add(kind: WordKind, field: string, value: FieldChanges[string], delta: number): void {
    if (value === null) return;
    const text = String(value);
    if (text.trim() === '' || text.length > VOCABULARY_VALUE_CHARS_MAX) return;
    const key = `${kind}\n${field}\n${text}`;
    const counted = this.byWord.get(key);
    if (counted) counted.delta += delta;
    else this.byWord.set(key, { kind, field, value: text, delta });
  }
}
