/**
 * Whether a statement keeps to one workspace, by PostgreSQL's own grammar: every table that has a workspace_id is bound
 * to `$1`, or joined by equality to one that is, in every query inside the statement; what is inserted names it.
 */
import { loadModule, parseSync } from 'libpg-query';
import { bothOf, givesWorkspace, NOTHING, renamed, type Output } from './output.js';
import { sameWorkspace, SCOPE_COLUMN, Sources, type Source } from './sources.js';
import { columnOf, everything, isTree, listOf, nodeOf, outermost, textOf, type Tree } from './sql-tree.js';

await loadModule();

type Derived = ReadonlyMap<string, Output>;

const WRITES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt'] as const;

/** What there is to keep apart. */
export interface ScopedSchema {
  /** Tables that have a workspace_id. */
  tables: ReadonlySet<string>;
  /** Functions whose first argument is the workspace. */
  functions: ReadonlySet<string>;
}

/** One line per forgotten scope; empty for a statement that keeps to its workspace. Throws on what is no SQL. */
export function forgottenScopes(sql: string, schema: ScopedSchema): string[] {
  const check = new ScopeCheck(schema.tables);
  const { stmts } = parseSync(sql);
  for (const statement of listOf(stmts))
    check.statement(isTree(statement) ? statement['stmt'] : null, null, new Map());
  return [...check.forgotten, ...forgottenArguments(stmts, schema)];
}

function forgottenArguments(statements: unknown, { functions }: ScopedSchema): string[] {
  const none = new Sources(null);
  return [...everything(statements)].flatMap((place) => {
    const call = nodeOf(place, 'FuncCall');
    const name = String(nodeOf(listOf(call?.['funcname']).at(-1), 'String')?.['sval']);
    if (!call || !functions.has(name) || none.isWorkspace(listOf(call['args'])[0])) return [];
    return [`${name}(): not of the workspace`];
  });
}

class ScopeCheck {
  readonly forgotten: string[] = [];

  constructor(private readonly scopedTables: ReadonlySet<string>) {}

  statement(node: unknown, outer: Sources | null, known: Derived): Output {
    const select = nodeOf(node, 'SelectStmt');
    if (select) return this.select(select, outer, known);
    for (const kind of WRITES) {
      const write = nodeOf(node, kind);
      if (write) return this.write(kind, write, outer, known);
    }
    // MERGE, COPY, TRUNCATE …: nobody uses them for a workspace, so nobody checks them.
    for (const { relname } of everything(node))
      if (this.scopedTables.has(String(relname)))
        this.forgotten.push(`${String(relname)}: in a statement of another kind`);
    return NOTHING;
  }

  private select(select: Tree, outer: Sources | null, before: Derived): Output {
    const known = this.withDerived(select, outer, before);
    if (select['op'] !== 'SETOP_NONE') {
      const sides = [select['larg'], select['rarg']].map((side) => this.select(side as Tree, outer, known));
      const behind = [select['sortClause'], select['limitCount'], select['limitOffset']];
      for (const inside of subqueries(behind)) this.statement(inside, outer, known);
      return bothOf(sides[0]!, sides[1]!);
    }
    const sources = new Sources(outer);
    this.read(listOf(select['fromClause']), sources, known);
    this.settle(select, sources, known, listOf(select['fromClause']));
    return this.output(listOf(select['targetList']), sources);
  }

  private write(kind: (typeof WRITES)[number], write: Tree, outer: Sources | null, before: Derived): Output {
    const known = this.withDerived(write, outer, before);
    const sources = new Sources(outer);
    const target = this.table(write['relation'] as Tree, sources, new Map());
    if (kind === 'InsertStmt') this.insert(write, target, sources, known);
    const others = listOf(write['fromClause'] ?? write['usingClause']);
    this.read(others, sources, known);
    if (kind === 'UpdateStmt') this.refuseMoves(write, target);
    const { selectStmt: _, ...rest } = write;
    this.settle(rest, sources, known, others);
    const returning = write['returningClause'];
    return this.output(listOf(isTree(returning) ? returning['exprs'] : write['returningList']), sources);
  }

  private withDerived(statement: Tree, outer: Sources | null, before: Derived): Derived {
    const clause = statement['withClause'];
    const derived = new Map(before);
    for (const item of listOf(isTree(clause) ? clause['ctes'] : [])) {
      const { ctename, ctequery, aliascolnames } = nodeOf(item, 'CommonTableExpr')!;
      const name = String(ctename);
      // Of a recursive one: what holds for its first rows holds for those made from them, if the step keeps it.
      if (isTree(clause) && clause['recursive'] === true) derived.set(name, { columns: [], star: true });
      derived.set(name, renamed(this.statement(ctequery, outer, derived), aliascolnames));
    }
    return derived;
  }

  /** The sources of a FROM list, with what its joins say about them. Answers those that one item brought. */
  private read(items: readonly unknown[], sources: Sources, known: Derived): Source[] {
    return items.flatMap((item) => {
      const table = nodeOf(item, 'RangeVar');
      if (table) return [this.table(table, sources, known)];
      const join = nodeOf(item, 'JoinExpr');
      if (join) return this.join(join, sources, known);
      const derived = nodeOf(item, 'RangeSubselect') ?? nodeOf(item, 'RangeFunction');
      if (!derived) {
        for (const { relname } of everything(item))
          if (typeof relname === 'string') this.forgotten.push(`${relname}: read in an unknown way`);
        return [];
      }
      return [sources.add({ name: aliasOf(derived) ?? '', table: null, isBound: false })];
    });
  }

  private join(join: Tree, sources: Sources, known: Derived): Source[] {
    const left = this.read([join['larg']], sources, known);
    const right = this.read([join['rarg']], sources, known);
    const about = {
      JOIN_INNER: 'all' as const,
      JOIN_LEFT: new Set(right),
      JOIN_RIGHT: new Set(left),
      JOIN_FULL: new Set<Source>(),
    }[String(join['jointype'])];
    sources.require(join['quals'], about);
    const using = listOf(join['usingClause']).map((name) => nodeOf(name, 'String')?.['sval']);
    if (using.includes(SCOPE_COLUMN))
      for (const a of left) for (const b of right) sources.require(sameWorkspace(a, b), about);
    return [...left, ...right];
  }

  private table(table: Tree, sources: Sources, known: Derived): Source {
    const relation = String(table['relname']);
    const name = aliasOf(table) ?? relation;
    const derived = table['schemaname'] === undefined ? known.get(relation) : undefined;
    const names = columnNamesOf(table);
    if (derived) return sources.add({ name, table: null, isBound: givesWorkspace(renamed(derived, names)) });
    if (listOf(names).length > 0 && this.scopedTables.has(relation))
      this.forgotten.push(`${relation}: its columns are called otherwise`);
    return sources.add({ name, table: this.scopedTables.has(relation) ? relation : null, isBound: false });
  }

  /** Draws the conclusions of a query, then looks into the queries inside it, then names what is not bound. */
  private settle(query: Tree, sources: Sources, known: Derived, from: readonly unknown[]): void {
    sources.require(query['whereClause']);
    sources.conclude();
    for (const derived of outermost(from, 'RangeSubselect', 'SubLink')) {
      const output = this.statement(derived['subquery'], sources, known);
      const source = sources.own.find(({ name }) => name === aliasOf(derived));
      if (source) source.isBound = givesWorkspace(renamed(output, columnNamesOf(derived)));
      sources.conclude();
    }
    const { withClause: _, fromClause: __, usingClause: ___, ...expressions } = query;
    for (const inside of subqueries([expressions, from])) this.statement(inside, sources, known);
    for (const { table, name, isBound } of sources.own)
      if (table !== null && !isBound) this.forgotten.push(name === table ? table : `${table} ${name}`);
  }

  private insert(insert: Tree, target: Source, sources: Sources, known: Derived): void {
    const given = nodeOf(insert['selectStmt'], 'SelectStmt');
    const rows = given ? listOf(given['valuesLists']) : [];
    const output = given ? this.select(given, sources, known) : NOTHING;
    const columns = listOf(insert['cols']).map((column) => nodeOf(column, 'ResTarget')?.['name']);
    const place = columns.indexOf(SCOPE_COLUMN);
    const isGiven =
      rows.length > 0
        ? rows.every((row) => sources.isWorkspace(listOf(nodeOf(row, 'List')?.['items'])[place]))
        : (output.columns[place]?.isBound ?? false);
    target.isBound = place >= 0 && isGiven;
    const conflict = insert['onConflictClause'];
    if (target.table !== null && isTree(conflict) && conflict['action'] === 'ONCONFLICT_UPDATE')
      this.overwrite(conflict, target);
  }

  /** ON CONFLICT DO UPDATE writes whatever row is in the way, unless the workspace is part of what made the conflict. */
  private overwrite(conflict: Tree, target: Source): void {
    const infer = conflict['infer'];
    const keys = listOf(isTree(infer) ? infer['indexElems'] : []).map(
      (key) => nodeOf(key, 'IndexElem')?.['name'],
    );
    const sources = new Sources(null);
    const row = sources.add({ ...target, isBound: keys.includes(SCOPE_COLUMN) });
    sources.add({ name: 'excluded', table: null, isBound: target.isBound });
    sources.require(conflict['whereClause']);
    sources.conclude();
    if (!row.isBound)
      this.forgotten.push(`${target.table}: a conflict may be with a row of another workspace`);
    this.refuseMoves(conflict, target);
  }

  private refuseMoves(write: Tree, { table }: Source): void {
    const names = listOf(write['targetList']).map((column) => nodeOf(column, 'ResTarget')?.['name']);
    if (table !== null && names.includes(SCOPE_COLUMN))
      this.forgotten.push(`${table}: ${SCOPE_COLUMN} is set`);
  }

  private output(targets: readonly unknown[], sources: Sources): Output {
    const columns = targets.map((target) => {
      const { name, val } = nodeOf(target, 'ResTarget') ?? {};
      const column = columnOf(val);
      return { name: textOf(name) ?? column?.at(-1) ?? null, isBound: sources.isWorkspace(val) };
    });
    return { columns, star: sources.own.length > 0 && sources.own.every(({ isBound }) => isBound) };
  }
}

const columnNamesOf = (item: Tree): unknown => (isTree(item['alias']) ? item['alias']['colnames'] : null);

const aliasOf = (item: Tree): string | null =>
  isTree(item['alias']) ? textOf(item['alias']['aliasname']) : null;

/** Queries inside expressions. Those that are tables of a FROM list are looked at with what they may see. */
function* subqueries(place: unknown): Generator<unknown> {
  for (const { subselect, testexpr } of outermost(place, 'SubLink', 'RangeSubselect')) {
    yield subselect;
    yield* subqueries(testexpr);
  }
}
