/** What planning reads of a workspace, as fresh as its catalogue stream was at the call. */
import type { Product, ProductChange } from '../../catalogue/product.js';
import type { Task } from '../../catalogue/task.js';
import type { CurrentProduct } from '../../planning/inverse.js';
import type { WorkspaceSettings } from './workspace-rules.js';

export interface PlanningReads {
  /** Products that the task's filter finds, at most `rowsMax` + 1 of them, and the revision they were read at. */
  matches(
    workspaceId: string,
    task: Task,
    rowsMax: number,
  ): Promise<{ products: Product[]; catalogueRevision: number; catalogueProducts: number }>;

  /** The workspace's custom fields, what they take, and what needs a second person. */
  settings(workspaceId: string): Promise<WorkspaceSettings>;

  /** Living owner of each of these skus. */
  skuOwners(workspaceId: string, skus: string[]): Promise<ReadonlyMap<string, string>>;

  /** Names close to these words, best first. */
  nearNames(workspaceId: string, words: string, limit: number): Promise<string[]>;

  /** Whether a change set has gone into an archive. */
  isArchived(workspaceId: string, changeSetId: string): Promise<boolean>;

  /** Every change of a change set, and the products they are about as they are now, deleted ones included. */
  changeSet(
    workspaceId: string,
    changeSetId: string,
  ): Promise<{ changes: ProductChange[]; current: CurrentProduct[]; catalogueRevision: number }>;
}
