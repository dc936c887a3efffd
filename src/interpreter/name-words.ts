/** The words of product names, found again however the user inflects them. */
import { lightStems, stems } from '../text/stems.js';
import type { VocabularyValue } from './vocabulary.js';

export class NameWords {
  private readonly counts: ReadonlyMap<string, number>;
  /** Name words by their singular: a user's "potato" finds the catalogue's "potatoes". */
  private readonly bySingular = new Map<string, string>();

  constructor(nameWords: readonly VocabularyValue[]) {
    this.counts = new Map(nameWords.map(({ value, count }) => [value, count]));
    for (const { value } of nameWords)
      for (const singular of lightStems(value).slice(1))
        if (!this.bySingular.has(singular)) this.bySingular.set(singular, value);
  }

  has(word: string): boolean {
    return this.counts.has(word);
  }

  count(word: string): number {
    return this.counts.get(word) ?? 0;
  }

  all(): IterableIterator<string> {
    return this.counts.keys() as IterableIterator<string>;
  }

  /** The name word meant by a folded word: itself, else its dictionary form, else the catalogue's plural of it. */
  formOf(word: string): string | null {
    if (this.counts.has(word)) return word;
    const forms = stems(word);
    return forms.find((form) => this.counts.has(form)) ?? this.pluralOf(forms);
  }

  private pluralOf(forms: readonly string[]): string | null {
    const singular = forms.find((form) => this.bySingular.has(form));
    return singular === undefined ? null : (this.bySingular.get(singular) ?? null);
  }
}
