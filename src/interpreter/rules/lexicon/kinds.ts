/**
 * Nouns for everything that has a certain field: whatever has an author is a book, in whichever category a shop
 * keeps it. Used where the workspace has no category of that name.
 */
import { fold } from '../../../text/fold.js';

export interface ProductKind {
  words: ReadonlySet<string>;
  /** Concepts of custom fields (see `fields.ts`) of which such products carry one. */
  concepts: readonly string[];
}

const KINDS: readonly (readonly [words: string, concepts: readonly string[]])[] = [
  ['کتاب|book|books|کتب', ['author', 'publisher']],
];

export const PRODUCT_KINDS: readonly ProductKind[] = KINDS.map(([words, concepts]) => ({
  words: new Set(words.split('|').map(fold)),
  concepts,
}));
