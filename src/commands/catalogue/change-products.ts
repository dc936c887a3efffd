/**
 * The one way to change a catalogue: a set of product changes, each computed from a known version, all
 * applied or none.
 */
import type { CatalogueSnapshot } from '../../catalogue/catalogue-reader.js';
import type { ProductChange } from '../../catalogue/product.js';
import {
  CHANGES_PER_EVENT_MAX,
  type CatalogueEvent,
  type ChangeOrigin,
} from '../../events/catalogue.events.js';
import { EVENTS_PER_APPEND_MAX } from '../../event-store/event-store.js';
import { accept, refuse, type Decision } from '../decision.js';
import type { WorkspaceRuleRefusal } from './workspace-rules.js';

export const CHANGES_PER_CHANGE_SET_MAX = CHANGES_PER_EVENT_MAX * EVENTS_PER_APPEND_MAX;
/** Differing products that a refusal names. */
export const MISMATCHES_LISTED_MAX = 20;

export interface ChangeProducts {
  changeSetId: string;
  origin: ChangeOrigin;
  userId: string;
  /** 1 to CHANGES_PER_CHANGE_SET_MAX, one per product. */
  changes: ProductChange[];
}

export interface VersionMismatch {
  productId: string;
  expectedVersion: number;
  /** Null: the product is gone. */
  actualVersion: number | null;
}

export type ChangeProductsRefusal =
  | { code: 'VERSION_MISMATCH'; mismatches: VersionMismatch[] }
  | { code: 'SKU_TAKEN'; sku: string; productId: string }
  | WorkspaceRuleRefusal;

export function changeProducts(
  command: ChangeProducts,
  catalogue: CatalogueSnapshot,
  now: string,
): Decision<CatalogueEvent, ChangeProductsRefusal> {
  const { changes, changeSetId, origin, userId } = command;
  if (changes.length === 0 || changes.length > CHANGES_PER_CHANGE_SET_MAX)
    throw new Error(`a change set has 1 to ${CHANGES_PER_CHANGE_SET_MAX} changes, not ${changes.length}`);
  if (new Set(changes.map(({ productId }) => productId)).size < changes.length)
    throw new Error(`change set ${changeSetId} changes one product twice`);
  const mismatches = changes.flatMap((change) => mismatchOf(change, catalogue));
  if (mismatches.length > 0)
    return refuse({ code: 'VERSION_MISMATCH', mismatches: mismatches.slice(0, MISMATCHES_LISTED_MAX) });
  const taken = skuClash(changes, catalogue);
  if (taken) return refuse({ code: 'SKU_TAKEN', ...taken });
  const chunks = Math.ceil(changes.length / CHANGES_PER_EVENT_MAX);
  return accept(
    ...Array.from({ length: chunks }, (_, index): CatalogueEvent => ({
      type: 'ProductsChanged',
      data: {
        changeSetId,
        origin,
        userId,
        chunk: index + 1,
        chunks,
        total: changes.length,
        changes: changes.slice(index * CHANGES_PER_EVENT_MAX, (index + 1) * CHANGES_PER_EVENT_MAX),
        changedAt: now,
      },
    })),
  );
}

function mismatchOf(change: ProductChange, catalogue: CatalogueSnapshot): VersionMismatch[] {
  const { productId, baseVersion } = change;
  const current = catalogue.versions.get(productId);
  const exists = current !== undefined && !current.deleted;
  const stands = (current?.version ?? 0) === baseVersion && exists === (change.op !== 'add');
  if (stands) return [];
  return [{ productId, expectedVersion: baseVersion, actualVersion: exists ? current.version : null }];
}

/** A sku belongs to one living product; one that this same change set frees may be taken. */
function skuClash(
  changes: ProductChange[],
  catalogue: CatalogueSnapshot,
): { sku: string; productId: string } | null {
  const changed = new Map(changes.map((change) => [change.productId, change]));
  const owners = new Map<string, string>();
  for (const [sku, productId] of catalogue.skuOwners) {
    const change = changed.get(productId);
    const freed =
      change?.op === 'delete' || (change?.after && 'sku' in change.after && change.after['sku'] !== sku);
    if (!freed) owners.set(sku, productId);
  }
  for (const { productId, after } of changes) {
    const sku = after?.['sku'];
    if (typeof sku !== 'string') continue;
    const owner = owners.get(sku);
    if (owner !== undefined && owner !== productId) return { sku, productId: owner };
    owners.set(sku, productId);
  }
  return null;
}
