/** The check of statements is checked: each kind of forgotten scope is found, and what is held is not complained about. */
import { describe, expect, it } from 'vitest';
import { forgottenScopes } from '../support/scope-check/scope-check.js';

const schema = { tables: new Set(['things', 'parts', 'notes']), functions: new Set(['near_things']) };
const forgotten = (sql: string) => forgottenScopes(sql, schema);

describe('a scope is forgotten', () => {
  it.each([
    ['altogether', 'SELECT * FROM things WHERE id = $1', ['things']],
    ['for another parameter', 'SELECT * FROM things WHERE workspace_id = $2', ['things']],
    ['for another column', 'SELECT * FROM things WHERE id = $1', ['things']],
    [
      'in one table of a join',
      'SELECT * FROM things t JOIN parts p ON p.thing = t.id WHERE t.workspace_id = $1',
      ['parts p'],
    ],
    ['in one table of a list', 'SELECT * FROM things, parts WHERE things.workspace_id = $1', ['parts']],
    ['where either condition will do', 'SELECT * FROM things WHERE workspace_id = $1 OR public', ['things']],
    ['where it is turned round', 'SELECT * FROM things WHERE NOT (workspace_id = $1)', ['things']],
    ['where it is unequal', 'SELECT * FROM things WHERE workspace_id <> $1', ['things']],
    [
      'where null lets everything through',
      'SELECT * FROM things WHERE $1::uuid IS NULL OR workspace_id = $1',
      ['things'],
    ],
    [
      'in a subquery of a condition',
      'SELECT * FROM things t WHERE workspace_id = $1 AND EXISTS (SELECT FROM parts WHERE thing = t.id)',
      ['parts'],
    ],
    [
      'in a subquery of a column',
      'SELECT (SELECT max(size) FROM parts WHERE thing = t.id) FROM things t WHERE workspace_id = $1',
      ['parts'],
    ],
    [
      'in a subquery beside a subquery',
      'SELECT 1 WHERE (SELECT id FROM notes) IN (SELECT id FROM things WHERE workspace_id = $1)',
      ['notes'],
    ],
    ['in a derived table', 'SELECT * FROM (SELECT * FROM things) AS t', ['things']],
    [
      'in a lateral',
      'SELECT * FROM things t, LATERAL (SELECT * FROM parts WHERE thing = t.id) p WHERE t.workspace_id = $1',
      ['parts'],
    ],
    [
      'in one half of a union',
      'SELECT id FROM things WHERE workspace_id = $1 UNION SELECT id FROM parts',
      ['parts'],
    ],
    [
      'in a common table',
      'WITH t AS (SELECT * FROM things) SELECT * FROM t WHERE workspace_id = $1',
      ['things'],
    ],
    ['in a common table nobody reads', 'WITH t AS (DELETE FROM things) SELECT 1', ['things']],
    ['in an order', 'SELECT 1 ORDER BY (SELECT count(*) FROM things)', ['things']],
    [
      'in the condition of a join',
      'SELECT * FROM things t JOIN parts p ON p.workspace_id = t.workspace_id AND p.id = (SELECT id FROM notes) WHERE t.workspace_id = $1',
      ['notes'],
    ],
    [
      'in a derived table inside a condition of a join',
      'SELECT * FROM things t JOIN parts p ON p.workspace_id = t.workspace_id AND EXISTS (SELECT FROM (SELECT FROM notes) n) WHERE t.workspace_id = $1',
      ['notes'],
    ],
    [
      'by the outer side of a left join',
      'SELECT * FROM things t LEFT JOIN parts p ON t.workspace_id = $1 AND p.workspace_id = $1',
      ['things t'],
    ],
    [
      'by a full join',
      'SELECT * FROM things t FULL JOIN parts p ON p.workspace_id = t.workspace_id WHERE t.workspace_id = $1',
      ['parts p'],
    ],
    [
      'where nothing says whose column it is',
      'SELECT * FROM things, parts WHERE workspace_id = $1',
      ['things', 'parts'],
    ],
    [
      'behind a copy that only carries its name',
      'SELECT * FROM things t JOIN (SELECT $2::uuid AS workspace_id) c ON c.workspace_id = t.workspace_id',
      ['things t'],
    ],
    ['by an update', 'UPDATE things SET size = 1 WHERE id = $1', ['things']],
    [
      'in what an update reads',
      'UPDATE things SET size = p.size FROM parts p WHERE things.workspace_id = $1 AND p.thing = things.id',
      ['parts p'],
    ],
    [
      'by an update that gives a row away',
      'UPDATE things SET workspace_id = $2 WHERE workspace_id = $1',
      ['things: workspace_id is set'],
    ],
    ['by a delete', 'DELETE FROM things WHERE id = $1', ['things']],
    [
      'in what a delete uses',
      'DELETE FROM things USING parts WHERE things.workspace_id = $1 AND parts.thing = things.id',
      ['parts'],
    ],
    ['by an insert that does not name it', 'INSERT INTO things (id) VALUES ($1)', ['things']],
    ['by an insert that names another', 'INSERT INTO things (id, workspace_id) VALUES ($1, $2)', ['things']],
    [
      'by one row of an insert',
      'INSERT INTO things (id, workspace_id) VALUES ($2, $1), ($3, $4)',
      ['things'],
    ],
    ['by an insert without columns', 'INSERT INTO things VALUES ($1, $2)', ['things']],
    ['by an insert of what it reads', 'INSERT INTO things (workspace_id) SELECT $1 FROM parts', ['parts']],
    [
      'by an insert of what another workspace has',
      'INSERT INTO things (workspace_id) SELECT p.workspace_id FROM parts p',
      ['parts p', 'things'],
    ],
    [
      'by a conflict',
      'INSERT INTO things (workspace_id, id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET size = 1',
      ['things: a conflict may be with a row of another workspace'],
    ],
    [
      'by a merge',
      'MERGE INTO things USING parts ON true WHEN MATCHED THEN DELETE',
      ['things: in a statement of another kind', 'parts: in a statement of another kind'],
    ],
    ['by emptying a table', 'TRUNCATE things', ['things: in a statement of another kind']],
    [
      'by a sample',
      'SELECT * FROM things TABLESAMPLE system (1) WHERE workspace_id = $1',
      ['things: read in an unknown way'],
    ],
    [
      'in what orders a union',
      'SELECT id FROM things WHERE workspace_id = $1 UNION SELECT 1 ORDER BY (SELECT id FROM parts)',
      ['parts'],
    ],
    [
      'where it is compared with itself',
      'SELECT * FROM things WHERE workspace_id = workspace_id',
      ['things'],
    ],
    [
      'behind a column that is only called so',
      'SELECT * FROM things AS t (workspace_id, id) WHERE t.workspace_id = $1',
      ['things: its columns are called otherwise'],
    ],
    [
      'behind a derived column that is only called so',
      'SELECT * FROM things t JOIN (SELECT $1 AS workspace_id, $2 AS x) AS c (x, workspace_id) ON c.workspace_id = t.workspace_id',
      ['things t'],
    ],
    [
      'behind a common column that is only called so',
      'WITH c (x, workspace_id) AS (SELECT $1 AS workspace_id, $2 AS x) SELECT * FROM things t JOIN c ON c.workspace_id = t.workspace_id',
      ['things t'],
    ],
    ['in a function', 'SELECT * FROM near_things($2, $1)', ['near_things(): not of the workspace']],
  ])('%s', (_, sql, found) => {
    expect(forgotten(sql).toSorted()).toEqual(found.toSorted());
  });
});

describe('a scope is kept', () => {
  it.each([
    ['SELECT * FROM things WHERE workspace_id = $1'],
    ['SELECT * FROM things WHERE $1 = workspace_id AND (public OR id = $2)'],
    ['SELECT * FROM things WHERE workspace_id = $1::uuid'],
    ['SELECT * FROM things WHERE (workspace_id, id) = ($1, $2)'],
    ['SELECT * FROM others WHERE id = $1'],
    [
      'SELECT * FROM things t JOIN parts p ON p.workspace_id = $1 AND p.thing = t.id WHERE t.workspace_id = $1',
    ],
    [
      'SELECT * FROM things t JOIN parts p ON p.workspace_id = t.workspace_id JOIN notes n ON n.workspace_id = p.workspace_id WHERE n.workspace_id = $1',
    ],
    ['SELECT * FROM things JOIN parts USING (workspace_id, id) WHERE things.workspace_id = $1'],
    ['SELECT * FROM things t LEFT JOIN parts p ON p.workspace_id = t.workspace_id WHERE t.workspace_id = $1'],
    [
      'SELECT * FROM parts p RIGHT JOIN things t ON p.workspace_id = t.workspace_id WHERE t.workspace_id = $1',
    ],
    [
      'SELECT * FROM things t WHERE workspace_id = $1 AND EXISTS (SELECT FROM parts p WHERE p.workspace_id = t.workspace_id)',
    ],
    [
      'SELECT * FROM unnest($2::uuid[]) AS asked (id), LATERAL (SELECT * FROM things t WHERE workspace_id = $1 AND t.id = asked.id) AS t',
    ],
    [
      'SELECT * FROM things t, LATERAL (SELECT * FROM parts WHERE workspace_id = t.workspace_id) p WHERE t.workspace_id = $1',
    ],
    ['WITH things AS (SELECT 1 AS id) SELECT * FROM things'],
    [
      'WITH mine AS (SELECT * FROM things WHERE workspace_id = $1) SELECT * FROM parts p JOIN mine USING (workspace_id)',
    ],
    [
      'WITH gone AS (DELETE FROM things WHERE workspace_id = $1 RETURNING workspace_id, id) DELETE FROM parts USING gone WHERE parts.workspace_id = gone.workspace_id',
    ],
    [
      'WITH RECURSIVE tree AS (SELECT * FROM things WHERE workspace_id = $1 UNION ALL SELECT t.* FROM things t JOIN tree USING (workspace_id)) SELECT * FROM tree',
    ],
    ['SELECT id FROM things WHERE workspace_id = $1 UNION SELECT id FROM parts WHERE workspace_id = $1'],
    [
      'UPDATE things SET size = p.size FROM parts p WHERE things.workspace_id = $1 AND p.workspace_id = things.workspace_id',
    ],
    ['DELETE FROM things USING parts p WHERE things.workspace_id = $1 AND p.workspace_id = $1'],
    ['INSERT INTO things (id, workspace_id) VALUES ($2, $1), ($3, $1) ON CONFLICT (id) DO NOTHING'],
    ['INSERT INTO things (workspace_id, id) SELECT $1, id FROM unnest($2::uuid[]) AS id'],
    ['INSERT INTO things (workspace_id, id) SELECT workspace_id, id FROM parts WHERE workspace_id = $1'],
    [
      'INSERT INTO things (workspace_id, id) VALUES ($1, $2) ON CONFLICT (workspace_id, id) DO UPDATE SET size = 1',
    ],
    [
      'INSERT INTO things AS t (workspace_id, id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET size = 1 WHERE t.workspace_id = excluded.workspace_id',
    ],
    ['SELECT * FROM near_things($1, $2)'],
    ['SELECT * FROM things WHERE workspace_id = p_workspace_id'],
    ['BEGIN'],
  ])('%s', (sql) => {
    expect(forgotten(sql)).toEqual([]);
  });

  it('is not asked of what PostgreSQL would not read either', () => {
    expect(() => forgotten('SELEKT * FROM things')).toThrow('syntax error');
  });
});
