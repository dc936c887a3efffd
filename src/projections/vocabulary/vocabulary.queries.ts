/** The words of a workspace, as the interpreter takes them. */
import {
  NAME_WORDS_MAX,
  VALUES_PER_FIELD_MAX,
  type VocabularyData,
  type VocabularyValue,
} from '../../interpreter/vocabulary.js';
import type { Prepared, WorkspaceScope } from '../../platform/database/workspace-scope.js';
import { loadNameOnlyPairs } from './name-pairs.queries.js';
import type { WordKind } from './vocabulary.projection.js';

export interface LoadedVocabulary {
  /** Moves only when words come or go, not with their counts: the key under which a vocabulary is kept. */
  version: string;
  data: VocabularyData;
  /** Keys of the workspace's custom fields: those defined, and those that products carry. */
  knownFields: ReadonlySet<string>;
}

/** Version of a workspace without words or fields. */
const NO_WORDS = '-1.-1';

const SELECT_VERSION: Prepared = {
  name: 'vocabulary-version',
  text: `SELECT catalogue_revision || '.' || workspace_revision AS version
           FROM vocabulary_heads WHERE workspace_id = $1`,
  quick: true,
};

/** Most used first. $2 the most values of one kind and field, $3 the most words of names. */
const SELECT_WORDS = `
  SELECT kind, field, value, products
    FROM (SELECT kind, field, value, products,
                 row_number() OVER (PARTITION BY kind, field ORDER BY products DESC, value) AS place
            FROM vocabulary_words WHERE workspace_id = $1) AS ranked
   WHERE place <= CASE kind WHEN 'name' THEN $3::int ELSE $2::int END
   ORDER BY kind, field, place`;

const SELECT_FIELDS = `
  SELECT key FROM vocabulary_fields WHERE workspace_id = $1
   UNION
  SELECT DISTINCT field FROM vocabulary_words WHERE workspace_id = $1 AND kind = 'field'`;

export async function vocabularyVersion(scope: WorkspaceScope): Promise<string> {
  const rows = await scope.query<{ version: string }>(SELECT_VERSION);
  return rows[0]?.version ?? NO_WORDS;
}

/** The words are at least as new as the version says, so a vocabulary kept under it is never older. */
export async function loadVocabulary(scope: WorkspaceScope): Promise<LoadedVocabulary> {
  const version = await vocabularyVersion(scope);
  const rows = await scope.query<{ kind: WordKind; field: string; value: string; products: number }>(
    SELECT_WORDS,
    [VALUES_PER_FIELD_MAX, NAME_WORDS_MAX],
  );
  const knownFields = await loadKnownFields(scope);
  const byPlace = Map.groupBy(rows, ({ kind, field }) => `${kind} ${field}`);
  const values = (kind: WordKind, field = ''): VocabularyValue[] =>
    (byPlace.get(`${kind} ${field}`) ?? []).map(({ value, products }) => ({ value, count: products }));
  const data: VocabularyData = {
    currency: null,
    categories: values('category'),
    brands: values('brand'),
    fields: [...knownFields].sort().map((key) => ({ key, values: values('field', key) })),
    nameWords: values('name'),
  };
  return { version, data: { ...data, nameOnlyPairs: await loadNameOnlyPairs(scope, data) }, knownFields };
}

export async function loadKnownFields(scope: WorkspaceScope): Promise<ReadonlySet<string>> {
  const rows = await scope.query<{ key: string }>(SELECT_FIELDS);
  return new Set(rows.map(({ key }) => key));
}
