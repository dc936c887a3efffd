/** Every statement that a spec runs in a workspace's scope is checked as it runs, also those that nobody wrote down whole. */
import { WorkspaceScope } from '../../src/platform/database/workspace-scope.js';
import { forgottenScopes } from './scope-check/scope-check.js';
import { scopedSchema } from './scope-check/scoped-schema.js';

const schema = scopedSchema();
const checked = new Set<string>();
const { query } = WorkspaceScope.prototype;

WorkspaceScope.prototype.query = function (this: WorkspaceScope, statement, values) {
  const text = typeof statement === 'string' ? statement : statement.text;
  if (!checked.has(text)) {
    const forgotten = forgottenScopes(text, schema);
    if (forgotten.length > 0) throw new Error(`not of one workspace (${forgotten.join(', ')}): ${text}`);
    checked.add(text);
  }
  return query.call(this, statement, values) as never;
};
