/** What one query reads from, and which of it is held to the workspace. */
import { columnOf, conjuncts, equalities, nodeOf, withoutCasts, type Tree } from './sql-tree.js';

export const SCOPE_COLUMN = 'workspace_id';
/** The workspace's id: the first parameter of a statement, or of a function in a migration. */
const SCOPE_PARAMETER = 1;
export const SCOPE_ARGUMENT = 'p_workspace_id';

export interface Source {
  /** As the query calls it. */
  name: string;
  /** Null: a derived table, whose own query is looked at by itself. */
  table: string | null;
  /** Its workspace_id is `$1`. */
  isBound: boolean;
}

interface Equality {
  sides: [unknown, unknown];
  /** Sources this equality says something about: of an outer join only those it may leave out. */
  about: ReadonlySet<Source> | 'all';
}

/** The sources of one query, inside those of the queries around it. */
export class Sources {
  readonly own: Source[] = [];
  private readonly said: Equality[] = [];

  constructor(private readonly outer: Sources | null) {}

  add(source: Source): Source {
    this.own.push(source);
    return source;
  }

  require(condition: unknown, about: Equality['about'] = 'all'): void {
    for (const part of conjuncts(condition))
      for (const sides of equalities(part)) this.said.push({ sides, about });
  }

  /** Draws every conclusion the equalities allow. To be called again whenever a source became bound otherwise. */
  conclude(): void {
    for (let learned = true; learned;) {
      learned = false;
      for (const { sides, about } of this.said) {
        const [a, b] = sides;
        for (const [given, told] of [
          [a, b],
          [b, a],
        ]) {
          const source = this.sourceOf(told);
          if (!source || source.isBound || !this.own.includes(source) || !this.isWorkspace(given)) continue;
          if (about !== 'all' && !about.has(source)) continue;
          source.isBound = true;
          learned = true;
        }
      }
    }
  }

  /** Whether an expression is the workspace's id. */
  isWorkspace(expression: unknown): boolean {
    const plain = withoutCasts(expression);
    if (nodeOf(plain, 'ParamRef')?.['number'] === SCOPE_PARAMETER) return true;
    if (columnOf(plain)?.join('.') === SCOPE_ARGUMENT) return true;
    return this.sourceOf(plain)?.isBound ?? false;
  }

  /** The source whose workspace_id an expression is; null for anything else, and where that cannot be told. */
  sourceOf(expression: unknown): Source | null {
    const column = columnOf(withoutCasts(expression));
    if (!column || column.at(-1) !== SCOPE_COLUMN) return null;
    const named = column.at(-2);
    const called = this.own.filter(({ name }) => named === undefined || name === named);
    // Without a name: the table that has the column. PostgreSQL itself refuses where there are two.
    const tables = called.filter(({ table }) => table !== null);
    const candidates = tables.length > 0 ? tables : called;
    if (candidates.length === 0) return this.outer?.sourceOf(expression) ?? null;
    return candidates.length === 1 ? candidates[0]! : null;
  }
}

/** As if it stood there: what USING (workspace_id) says. */
export function sameWorkspace(a: Source, b: Source): Tree {
  const column = ({ name }: Source) => ({
    ColumnRef: { fields: [{ String: { sval: name } }, { String: { sval: SCOPE_COLUMN } }] },
  });
  const name = [{ String: { sval: '=' } }];
  return { A_Expr: { kind: 'AEXPR_OP', name, lexpr: column(a), rexpr: column(b) } };
}
