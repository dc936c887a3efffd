/** Pieces of a sentence that are no words: punctuation, product codes, ids. */
import { isKind, type Item } from './items.js';
import { span, type LexContext } from './lex-context.js';
import { phraseOf } from './lexicon/phrases.js';
import type { Token } from './tokens.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

export function markAt(token: Token, at: number, before: readonly Item[], context: LexContext): Item[] {
  const place = { at, length: 1, text: token.raw };
  const next = context.tokens[at + 1];
  if (/[%٪$€£]/.test(token.raw)) return []; // units are read with their number, see `unitAround`
  if (/[,،;؛\n]/.test(token.raw))
    return isInsideVariantName(before, next, context) ? [] : [{ kind: 'comma', ...place }];
  if (/[.!]/.test(token.raw)) return next ? [{ kind: 'stop', ...place }] : [];
  if (/[?؟]/.test(token.raw)) return [{ kind: 'questionMark', ...place }];
  if (/[=:]/.test(token.raw)) return [{ kind: 'is', ...place }];
  if (token.raw === '&') return [{ kind: 'and', ...place }];
  if (token.raw === '→' || (token.raw === '>' && /[-=–]$/.test(context.prompt.slice(0, token.start))))
    return [{ kind: 'prep', prep: 'to', ...place, text: 'to' }];
  if (/[<>≤≥]/.test(token.raw)) {
    if (isKind(before.at(-1), 'compare') && token.raw === '=') return [];
    const orEqual = next?.raw === '=' || /[≤≥]/.test(token.raw);
    const op = /[<≤]/.test(token.raw) ? (orEqual ? 'lte' : 'lt') : orEqual ? 'gte' : 'gt';
    return [{ kind: 'compare', op, ...place, length: next?.raw === '=' ? 2 : 1 }];
  }
  return [];
}

/** "Road-650 Black, 52": the comma of the name itself. */
function isInsideVariantName(
  before: readonly Item[],
  next: Token | undefined,
  { tokens, vocabulary }: LexContext,
): boolean {
  if (
    next === undefined ||
    next.kind === 'mark' ||
    !isKind(before.at(-1), 'name', 'value') ||
    !vocabulary.names.has(next.text)
  )
    return false;
  const after = tokens[tokens.indexOf(next) + 1];
  return (
    next.kind === 'number' &&
    !(after && /^[%٪]$/.test(after.raw)) &&
    phraseOf([after?.text ?? ''], 'exact')?.meaning.kind !== 'unit'
  );
}

export function codeAt(
  { tokens, prompt, skus }: LexContext,
  at: number,
  before: readonly Item[],
): Item[] | null {
  const token = tokens[at] as Token;
  const rest = prompt.slice(token.start, token.start + 200);
  const uuid = UUID.exec(rest)?.[0];
  if (uuid) return [{ kind: 'id', id: uuid.toLowerCase(), ...span(tokens, at, token.start + uuid.length) }];
  const afterCodeWord =
    isKind(before.at(-1), 'field') &&
    before.at(-1)?.kind === 'field' &&
    (before.at(-1) as { field: string }).field === 'sku';
  const known = skus
    .filter(
      (sku) =>
        rest.toLowerCase().startsWith(sku.toLowerCase()) &&
        !/^[-_\p{L}\p{N}]/u.test(rest.slice(sku.length).replace(/^[\u0600-\u06ff]+/u, '')),
    )
    .toSorted((one, other) => other.length - one.length)
    .find((sku) => afterCodeWord || !/^[\p{Nd}.,]+$/u.test(sku));
  if (known !== undefined)
    return [{ kind: 'sku', sku: known, ...span(tokens, at, token.start + known.length) }];
  if (!afterCodeWord) return null;
  const typed = /^[^\s,،;؛؟?!«»"()[\]]+/u.exec(rest)?.[0] ?? '';
  const isCode = /[\p{Nd}]/u.test(typed) || (/^[A-Z-]+$/.test(typed) && typed.length > 1);
  return isCode
    ? [
        {
          kind: 'sku',
          sku: typed.replace(/(?<![.:])[.:]+$/, ''),
          ...span(tokens, at, token.start + typed.length),
        },
      ]
    : null;
}
