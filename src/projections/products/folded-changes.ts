/**
 * Change sets that follow each other, as one: each product once, from the version before all of them to the values after.
 * Applying it comes to the rows that applying them one by one comes to, in three statements instead of two a change set.
 * Pure.
 */
import type { FieldChanges, ProductChange } from '../../catalogue/product.js';
import type { CatalogueEvent } from '../../events/catalogue.events.js';
import type { ReadEvent } from '../../events/registry.js';

export type ProductsChanged = ReadEvent<CatalogueEvent>;

export interface FoldedChange {
  workspaceId: string;
  productId: string;
  op: ProductChange['op'];
  /** Where the product stands before the first change and after the last. */
  baseVersion: number;
  version: number;
  /** Null for a deletion. */
  after: FieldChanges | null;
  changedAt: string;
}

export interface Folded {
  changes: FoldedChange[];
  /** The catalogues that changed: the revision they reach, products added less products deleted. */
  heads: { workspaceId: string; revision: number; added: number; deleted: number }[];
}

/** As few as can be, in the order of the log. */
export function foldChanges(events: readonly ProductsChanged[]): Folded[] {
  const folds: Fold[] = [];
  for (const event of events) {
    let fold = folds.at(-1);
    if (!fold?.takes(event)) folds.push((fold = new Fold()));
    fold.add(event);
  }
  return folds.map((fold) => fold.folded);
}

class Fold {
  private readonly changes = new Map<string, FoldedChange>();
  private readonly heads = new Map<string, Folded['heads'][number]>();
  /** Given or taken by a change set of the fold. */
  private readonly skus = new Set<string>();

  get folded(): Folded {
    return { changes: [...this.changes.values()], heads: [...this.heads.values()] };
  }

  /**
   * Not an event that changes what came or went within the fold, or expects another version than it leaves behind (the
   * database will say so), nor one that moves a sku once more: statements check each row for a sku that is taken.
   */
  takes({ workspaceId, data }: ProductsChanged): boolean {
    return data.changes.every(
      (change) =>
        this.canFollow(workspaceId, change) &&
        skusOf(change).every((sku) => !this.skus.has(place(workspaceId, sku))),
    );
  }

  private canFollow(workspaceId: string, { productId, op, baseVersion }: ProductChange): boolean {
    const before = this.changes.get(place(workspaceId, productId));
    return !before || (before.op === 'update' && op === 'update' && before.version === baseVersion);
  }

  add({ workspaceId, revision, data }: ProductsChanged): void {
    for (const change of data.changes) {
      const { productId, op, baseVersion, after } = change;
      if (!this.canFollow(workspaceId, change))
        throw new Error(`change set ${data.changeSetId} changes product ${productId} twice`);
      const key = place(workspaceId, productId);
      const before = this.changes.get(key);
      this.changes.set(key, {
        workspaceId,
        productId,
        op,
        baseVersion: before?.baseVersion ?? baseVersion,
        version: baseVersion + 1,
        after: before ? { ...before.after, ...after } : after,
        changedAt: data.changedAt,
      });
      for (const sku of skusOf(change)) this.skus.add(place(workspaceId, sku));
    }
    const count = (op: ProductChange['op']) => data.changes.filter((change) => change.op === op).length;
    const head = this.heads.get(workspaceId);
    const added = (head?.added ?? 0) + count('add');
    const deleted = (head?.deleted ?? 0) + count('delete');
    this.heads.set(workspaceId, { workspaceId, revision, added, deleted });
  }
}

const place = (workspaceId: string, inIt: string) => `${workspaceId} ${inIt}`;

const skusOf = ({ before, after }: ProductChange): string[] =>
  [before?.['sku'], after?.['sku']].filter((sku) => typeof sku === 'string');
