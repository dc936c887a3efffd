/** Which words of product names look like values and are none there: «چای سبز» beside a colour «سبز». */
import type { VocabularyData } from '../../interpreter/vocabulary.js';
import { NAME_CONNECTORS, NAME_ONLY_PAIRS_MAX } from '../../interpreter/vocabulary.js';
import type { WorkspaceScope } from '../../platform/database/workspace-scope.js';
import { fold } from '../../text/fold.js';
import { valueTerm } from '../products/terms.js';

/** Most used first; a workspace has a few dozen such words (colours, sizes, materials). */
export const CANDIDATE_WORDS_MAX = 500;
/** Read altogether, shared among the words: this is what loading costs, however large the catalogue. */
const NAMES_READ_MAX = 40_000;
/** Also keeps the word a literal in the pattern below. */
const PLAIN_WORD = /^[\p{L}\p{N}]+$/u;

interface Candidate {
  word: string;
  /** Terms of products that carry the word as a value. */
  terms: string[];
}

/**
 * $1 workspace, $2 candidates, $3 names per word. The word with its neighbours, of products that have it in their name
 * and in no field. One index scan per word: 100,000 products with 40 such words take a few hundred milliseconds.
 */
export const SELECT_NAME_PARTS = `
  SELECT DISTINCT c.word, substring(' ' || named.folded_name || ' ' FROM '([^ ]* ' || c.word || ' [^ ]*)') AS part
    FROM jsonb_to_recordset($2::jsonb) AS c (word text, terms text[]),
         LATERAL (SELECT t.folded_name, t.terms FROM product_terms t
                   WHERE t.workspace_id = $1 AND t.terms @> ARRAY['name~' || c.word]
                   LIMIT $3) AS named
   WHERE NOT named.terms && c.terms`;

/** Pairs as `nameOnlyPairs` finds them; of what the products read model knows by now. */
export async function loadNameOnlyPairs(scope: WorkspaceScope, data: VocabularyData): Promise<string[]> {
  const candidates = candidatesOf(data);
  if (candidates.length === 0) return [];
  const rows = await scope.query<{ word: string; part: string | null }>(SELECT_NAME_PARTS, [
    JSON.stringify(candidates),
    Math.floor(NAMES_READ_MAX / candidates.length),
  ]);
  const pairs = new Set<string>();
  for (const { word, part } of rows) {
    const [before, , after] = (part ?? '').split(' ');
    if (before) pairs.add(`${before} ${word}`);
    if (after) pairs.add(`${word} ${after}`);
    if (pairs.size >= NAME_ONLY_PAIRS_MAX) break;
  }
  return [...pairs].toSorted();
}

/** Values of one word that are words of names as well, and the "and" of names. */
export function candidatesOf({ categories, brands, fields, nameWords }: VocabularyData): Candidate[] {
  const names = new Set(nameWords.map(({ value }) => value));
  const connectors = [...NAME_CONNECTORS].filter((word) => names.has(word));
  const termsByWord = new Map(connectors.map((word): [string, string[]] => [word, []]));
  const add = (field: string, value: string): void => {
    const word = fold(value);
    if (!names.has(word) || !PLAIN_WORD.test(word)) return;
    termsByWord.set(word, [...(termsByWord.get(word) ?? []), valueTerm(field, value)]);
  };
  for (const { value } of categories) add('category', value);
  for (const { value } of brands) add('brand', value);
  for (const { key, values } of fields) for (const { value } of values) add(key, value);
  return [...termsByWord].slice(0, CANDIDATE_WORDS_MAX).map(([word, terms]) => ({ word, terms }));
}
