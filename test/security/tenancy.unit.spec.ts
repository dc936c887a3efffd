/**
 * Workspaces are kept apart in what is written down: every statement in the source, every function of the schema, every
 * reader of the log. What is put together at run time is checked where it runs, see scoped-statements.setup.ts.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchStatement } from '../../src/projections/products/match-products.js';
import { listStatement } from '../../src/projections/products/products.queries.js';
import { order, query } from '../support/arbitrary-catalogue.js';
import { forgottenScopes } from '../support/scope-check/scope-check.js';
import { scopedSchema, sqlFunctions } from '../support/scope-check/scoped-schema.js';
import {
  sourceFiles,
  statementsIn,
  type StatementInSource,
} from '../support/scope-check/statements-in-source.js';

interface Exception {
  path: string;
  name?: string;
  why: string;
}
const exceptions = createRequire(import.meta.url)('../../.cross-workspace.cjs') as {
  scopedRooms: string[];
  files: Exception[];
  statements: Exception[];
  streams: Exception[];
};
const schema = scopedSchema();
const files = sourceFiles('src');
const isCrossing = ({ file, name }: StatementInSource) =>
  [...exceptions.files, ...exceptions.statements].some(
    (exception) =>
      new RegExp(exception.path).test(file) && (exception.name === undefined || exception.name === name),
  );
const statements = files.flatMap(statementsIn);

/** Put together from parts: what they become is checked below and where they run. */
const ASSEMBLED = [
  'src/projections/products/match-products.ts',
  'src/projections/products/products.queries.ts',
];

function problemsOf({ file, line, sql }: StatementInSource): string[] {
  try {
    return forgottenScopes(sql, schema).map((problem) => `${file}:${line} ${problem}`);
  } catch (error) {
    return [`${file}:${line} ${(error as Error).message}`];
  }
}

describe('statements', () => {
  it('keep to one workspace, wherever nobody has a reason to cross', () => {
    const scoped = statements.filter((statement) => !isCrossing(statement));
    expect(scoped.length).toBeGreaterThan(20);
    const fixed = scoped.filter(({ file, hasHoles }) => !hasHoles || !ASSEMBLED.includes(file));
    expect(fixed.flatMap(problemsOf)).toEqual([]);
  });

  it('keep to it whatever a task asks for', () => {
    fc.assert(
      fc.property(fc.array(query, { maxLength: 4 }), order, (queries, place) => {
        const match = matchStatement({ queries, order: place, limit: 5, rowsMax: 10 });
        const list = listStatement(queries, 'A-1', 10);
        expect(forgottenScopes(match.text, schema)).toEqual([]);
        expect(forgottenScopes(list.text, schema)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('are found in the source as they are written there', () => {
    expect(statements.some(({ sql }) => sql.includes('FROM imports WHERE workspace_id = $1'))).toBe(true);
    // Those who cross do cross: a check that found nothing with them would find nothing with others.
    expect(statements.filter(isCrossing).flatMap(problemsOf).length).toBeGreaterThan(10);
  });
});

describe('functions of the schema', () => {
  it('that take a workspace keep to it', () => {
    const scoped = sqlFunctions().filter(({ isScoped, language }) => isScoped && language === 'sql');
    expect(scoped.map(({ name }) => name)).toContain('near_names');
    for (const { name, body } of scoped)
      expect(forgottenScopes(body, schema).map((problem) => `${name}: ${problem}`)).toEqual([]);
  });
});

describe('streams', () => {
  it('are read as one workspace sees them, but by those who compare for themselves', () => {
    const rooms = new RegExp(`^src/(${exceptions.scopedRooms.join('|')})/`);
    const readers = files.filter(
      (file) =>
        rooms.test(file) &&
        /store\.(readStream|readAll|findEvent|eventAt)\(/.test(readFileSync(file, 'utf8')),
    );
    const unlisted = readers.filter(
      (file) => !exceptions.streams.some(({ path }) => new RegExp(path).test(file)),
    );
    expect(unlisted).toEqual([]);
  });
});

describe('the list of those who may cross', () => {
  it('names nobody who is not there, each with a reason', () => {
    for (const { path, name, why } of [
      ...exceptions.files,
      ...exceptions.statements,
      ...exceptions.streams,
    ]) {
      const found = files.filter((file) => new RegExp(path).test(file));
      expect(found.length, path).toBeGreaterThan(0);
      if (name !== undefined)
        expect(
          statements.some((statement) => found.includes(statement.file) && statement.name === name),
          name,
        ).toBe(true);
      expect(why.length).toBeGreaterThan(10);
    }
  });
});
