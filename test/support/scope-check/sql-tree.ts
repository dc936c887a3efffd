/** PostgreSQL's parse tree, as far as the check of scopes looks at it: untyped JSON in which a node is `{ Kind: fields }`. */

export interface Tree {
  readonly [field: string]: unknown;
}

export const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** The fields of a node of this kind; null for any other. */
export function nodeOf(node: unknown, kind: string): Tree | null {
  const fields = isTree(node) ? node[kind] : undefined;
  return isTree(fields) ? fields : null;
}

/** A field that holds a list of nodes; absent is empty. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The names of a column reference, `t.workspace_id` as ["t", "workspace_id"]; null for anything else. `*` is a name. */
export function columnOf(node: unknown): string[] | null {
  const reference = nodeOf(node, 'ColumnRef');
  if (!reference) return null;
  return listOf(reference['fields']).map((field) => textOf(nodeOf(field, 'String')?.['sval']) ?? '*');
}

/** The expression below casts: `$1::uuid` compares as `$1` does. */
export function withoutCasts(node: unknown): unknown {
  const cast = nodeOf(node, 'TypeCast');
  return cast ? withoutCasts(cast['arg']) : node;
}

/** The conditions that must all hold. What stands under OR or NOT is one condition, which says nothing by itself. */
export function conjuncts(condition: unknown): readonly unknown[] {
  const expression = nodeOf(condition, 'BoolExpr');
  if (expression?.['boolop'] === 'AND_EXPR') return listOf(expression['args']).flatMap(conjuncts);
  return condition === undefined ? [] : [condition];
}

/** The two sides of `a = b`; also of `(a, b) = (c, d)`, pair by pair. None for any other condition. */
export function equalities(condition: unknown): [unknown, unknown][] {
  const expression = nodeOf(condition, 'A_Expr');
  const operator = textOf(nodeOf(listOf(expression?.['name'])[0], 'String')?.['sval']);
  if (!expression || expression['kind'] !== 'AEXPR_OP' || operator !== '=') return [];
  const [left, right] = [nodeOf(expression['lexpr'], 'RowExpr'), nodeOf(expression['rexpr'], 'RowExpr')];
  if (!left || !right) return [[expression['lexpr'], expression['rexpr']]];
  const rights = listOf(right['args']);
  return listOf(left['args']).map((side, index): [unknown, unknown] => [side, rights[index]]);
}

/** Every node of this kind below a place, but none inside another of the same kind, nor inside one of `closed`. */
export function* outermost(place: unknown, kind: string, closed?: string): Generator<Tree> {
  const found = nodeOf(place, kind);
  if (found) yield found;
  else if (isTree(place))
    for (const [name, part] of Object.entries(place))
      if (name !== closed) yield* outermost(part, kind, closed);
}

/** Every object below a place, the place included. */
export function* everything(place: unknown): Generator<Tree> {
  if (!isTree(place)) return;
  yield place;
  for (const part of Object.values(place)) yield* everything(part);
}
