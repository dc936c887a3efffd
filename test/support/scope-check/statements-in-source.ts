/** The SQL that stands in source files as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface StatementInSource {
  /** From the root of the repository, with forward slashes. */
  file: string;
  line: number;
  /** Of the constant it is kept in; null where it stands in the middle of something. */
  name: string | null;
  sql: string;
  /** What stands in it is put in at run time, in place of each NULL in `sql`. */
  hasHoles: boolean;
}

const BEGINS_A_STATEMENT =
  /^\s*(?:--.*\n\s*)*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH [\w]+ (\([\w, ]+\) )?AS|MERGE INTO)\b/;

export function sourceFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => join(root, file).replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .toSorted();
}

export function statementsIn(file: string): StatementInSource[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const constants = constantsOf(source);
  const statements: StatementInSource[] = [];
  const visit = (node: ts.Node, name: string | null): void => {
    const text = textOf(node, constants);
    if (text !== null && BEGINS_A_STATEMENT.test(text.sql)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      statements.push({ file, line: line + 1, name, ...text });
      return;
    }
    const isNamed = ts.isVariableDeclaration(node) && ts.isIdentifier(node.name);
    ts.forEachChild(node, (part) => visit(part, isNamed ? node.name.text : name));
  };
  visit(source, null);
  return statements;
}

type Constants = ReadonlyMap<string, string>;

/** Texts and numbers that a file names once: what its statements are put together from. */
function constantsOf(source: ts.SourceFile): Constants {
  const constants = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const text = initializer && textOf(initializer, constants);
      if (ts.isIdentifier(name) && text && !text.hasHoles) constants.set(name.text, text.sql);
    }
  }
  return constants;
}

function textOf(node: ts.Node, constants: Constants): { sql: string; hasHoles: boolean } | null {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return { sql: node.text, hasHoles: false };
  if (!ts.isTemplateExpression(node)) return null;
  let sql = node.head.text;
  let hasHoles = false;
  for (const { expression, literal } of node.templateSpans) {
    const known = ts.isIdentifier(expression) ? constants.get(expression.text) : undefined;
    hasHoles ||= known === undefined;
    sql += (known ?? 'NULL') + literal.text;
  }
  return { sql, hasHoles };
}
