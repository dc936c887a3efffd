/** Which pieces of a sentence might be a product's code, for the shell to look up before interpreting. */
export const SKU_CANDIDATES_MAX = 50;
const SKU_CHARS_MAX = 200;
/** Looks back first: from the middle of a long run of marks there is nothing to be found. */
const EDGE_PUNCTUATION =
  /^[\s«»“”"'()[\]{}<>,،؛;:.!?؟]+|(?<![\s«»“”"'()[\]{}<>,،؛;:.!?؟])[\s«»“”"'()[\]{}<>,،؛;:.!?؟]+$/g;
const LIKE_A_CODE = /[\p{Nd}_\-./]|^[A-Z]{2,}$/u;
/** Persian endings and words written against a code: "MH09رو". */
const GLUED_PERSIAN = /(?<![\u0600-\u06ff\u200c])[\u0600-\u06ff\u200c]+$/u;

/**
 * Distinct pieces with a digit, an inner `-`, `_`, `.` or `/`, or all capitals, as typed; at most
 * SKU_CANDIDATES_MAX, in order of appearance. Plain numbers are included: codes may be nothing else.
 */
export function skuCandidates(prompt: string): string[] {
  const found = new Set<string>();
  for (const piece of prompt.split(/\s+/)) {
    if (found.size >= SKU_CANDIDATES_MAX) break;
    const trimmed = piece.slice(0, SKU_CHARS_MAX).replace(EDGE_PUNCTUATION, '');
    const bare = trimmed.replace(GLUED_PERSIAN, '');
    for (const candidate of [trimmed, bare])
      if (candidate.length > 1 && LIKE_A_CODE.test(candidate) && found.size < SKU_CANDIDATES_MAX)
        found.add(candidate);
  }
  return [...found];
}
