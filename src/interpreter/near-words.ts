/**
 * Words one edit (letter added, dropped, changed, or two swapped) from a given one, in microseconds beside 50,000
 * words. Pigeonhole index: one edit leaves the first or the second half of a word untouched, so each word is filed
 * twice, under length + first half and length + second half; a swap across the middle is tried separately. A
 * symmetric-delete index answers the same question with ten times the memory.
 */
export const TYPO_WORD_CHARS_MIN = 4;
const CANDIDATES_MAX = 8;
const HAS_DIGIT = /\d/;

export class NearWords {
  private readonly known: ReadonlySet<string>;
  private readonly byHalf = new Map<string, string[]>();
  /** Beyond the longest known word by more than an edit nothing is near; to try would be quadratic. */
  private readonly charsMax: number;

  constructor(words: Iterable<string>) {
    this.known = new Set(words);
    let longest = 0;
    for (const word of this.known) longest = Math.max(longest, word.length);
    this.charsMax = longest + 1;
    for (const word of this.known) {
      if (word.length < TYPO_WORD_CHARS_MIN || HAS_DIGIT.test(word)) continue;
      const middle = word.length >> 1;
      this.file(`${word.length}<${word.slice(0, middle)}`, word);
      this.file(`${word.length}>${word.slice(middle)}`, word);
    }
  }

  /** At most CANDIDATES_MAX; none for short words and words with digits: model numbers are not typos. */
  to(word: string): string[] {
    if (word.length < TYPO_WORD_CHARS_MIN || word.length > this.charsMax || HAS_DIGIT.test(word)) return [];
    const found = new Set(swaps(word).filter((swapped) => this.known.has(swapped)));
    for (const length of [word.length - 1, word.length, word.length + 1])
      for (const candidate of this.sharingHalf(word, length)) {
        if (found.size >= CANDIDATES_MAX) break;
        if (candidate !== word && oneEditApart(candidate, word)) found.add(candidate);
      }
    return [...found];
  }

  private sharingHalf(word: string, length: number): string[] {
    const middle = length >> 1;
    return [
      ...(this.byHalf.get(`${length}<${word.slice(0, middle)}`) ?? []),
      ...(this.byHalf.get(`${length}>${word.slice(word.length - (length - middle))}`) ?? []),
    ];
  }

  private file(half: string, word: string): void {
    const filed = this.byHalf.get(half);
    if (filed) filed.push(word);
    else this.byHalf.set(half, [word]);
  }
}

function swaps(word: string): string[] {
  return Array.from(
    { length: word.length - 1 },
    (_, at) => word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2),
  );
}

function oneEditApart(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end))
    end++;
  return one.length - start - end <= 1 && other.length - start - end <= 1;
}
