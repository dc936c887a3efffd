/** Planning's reads on the products read models. */
import type { Task } from '../../catalogue/task.js';
import type { CatalogueWriter } from '../../commands/catalogue/catalogue-writer.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import type { WorkspaceReads } from '../../platform/database/workspace-scope.js';
import { archivedHistory } from '../../projections/change-sets/archived-history.js';
import { changeSet } from '../../projections/change-sets/change-sets.queries.js';
import type { FreshCatalogue } from '../../projections/products/fresh-catalogue.js';
import { catalogueRevision, matchProducts } from '../../projections/products/match-products.js';
import { nearNames, productsById } from '../../projections/products/products.queries.js';
import type { PlanningReads } from './planning-reads.js';
import { workspaceSettings } from './workspace-rules.js';

export function catalogueReads(
  database: WorkspaceReads,
  catalogue: FreshCatalogue,
  changeSets: Pick<CatalogueWriter, 'find'>,
  writer: StreamWriter,
): PlanningReads {
  return {
    async matches(workspaceId: string, { queries, order, limit }: Task, rowsMax: number) {
      const options = { queries, order, limit, rowsMax: rowsMax + 1 };
      const found = await catalogue.freshly(workspaceId, (scope) => matchProducts(scope, options));
      return { ...found, catalogueRevision: found.revision };
    },

    settings: (workspaceId) => workspaceSettings(writer, workspaceId),

    async skuOwners(workspaceId, skus) {
      if (skus.length === 0) return new Map();
      return (await catalogue.snapshot(workspaceId, { productIds: [], skus })).skuOwners;
    },

    async nearNames(workspaceId, words, limit) {
      return (await nearNames(database.scope(workspaceId), words, limit)).map(({ name }) => name);
    },

    async isArchived(workspaceId, changeSetId) {
      const scope = database.scope(workspaceId);
      const archived = await archivedHistory(scope);
      if (!archived || (await changeSet(scope, changeSetId))) return false;
      // In no read model: gone, or not there yet.
      const applied = await changeSets.find(changeSetId, workspaceId);
      return applied !== null && applied.revision <= archived.revision;
    },

    async changeSet(workspaceId, changeSetId) {
      const scope = await catalogue.fresh(workspaceId);
      // Read before the products: if they are newer than it says, confirming plans again.
      const revision = await catalogueRevision(scope);
      // The changes come from the log, where they are whole the moment the draft says that it was executed.
      const applied = await changeSets.find(changeSetId, workspaceId);
      if (!applied) throw new Error(`change set ${changeSetId} is not in the log`);
      const productIds = applied.changes.map(({ productId }) => productId);
      const current = await productsById(scope, productIds);
      return { changes: applied.changes, current, catalogueRevision: revision };
    },
  };
}
