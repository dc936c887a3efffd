/** «کتاب‌های …» where no category is called so: what has an author, is filed under books or is named a book. */
import type { Query } from '../../catalogue/task.js';
import { stems } from '../../text/stems.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Item } from './items.js';
import { PRODUCT_KINDS } from './lexicon/kinds.js';
import { fieldOfConcept } from './synonyms.js';

/** Null where the word is no such noun, or the workspace has none of the fields that tell. */
export function productKindAt(vocabulary: Vocabulary, sentence: readonly string[], at: number): Item | null {
  const word = sentence[at] ?? '';
  const kind = PRODUCT_KINDS.find(({ words }) => stems(word).some((form) => words.has(form)));
  if (!kind) return null;
  const fields = kind.concepts
    .map((concept) => fieldOfConcept(concept, vocabulary))
    .filter((field) => field !== null);
  if (fields.length === 0) return null;
  const evidence: Query[] = [
    ...fields.map((field): Query => ({ not: { field, op: 'missing' } })),
    ...vocabulary.categoriesWith(word).map(({ value }): Query => ({ field: 'category', op: 'eq', value })),
  ];
  const named = vocabulary.names.formOf(word);
  if (named !== null) evidence.push({ field: 'name', op: 'contains', value: named });
  return { kind: 'condition', query: { any: evidence }, noun: fields, at, length: 1, text: word };
}
