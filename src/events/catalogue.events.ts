/** Facts of a workspace's catalogue, stream `catalogue-<workspaceId>`: the one order of all its changes. */
import { z } from 'zod';
import { ProductChange } from '../catalogue/product.js';
import { eventContract, type EventOf } from './contract.js';

export const CHANGES_PER_EVENT_MAX = 500;

/** Where a change set came from. */
export const ChangeOrigin = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('draft'), draftId: z.uuid() }),
  z.strictObject({ kind: z.literal('undo'), draftId: z.uuid(), undoneChangeSetId: z.uuid() }),
  z.strictObject({ kind: z.literal('import'), importId: z.uuid() }),
  z.strictObject({ kind: z.literal('manual') }),
]);
export type ChangeOrigin = z.infer<typeof ChangeOrigin>;

/**
 * Up to 500 changes of one change set. All events of a change set are one append, numbered `chunk` of
 * `chunks` (from 1), so a change set is in the log whole or not at all. An import is the exception: each
 * of its chunks is an append and a change set of its own.
 */
export const ProductsChanged = eventContract(
  'ProductsChanged',
  z.strictObject({
    changeSetId: z.uuid(),
    origin: ChangeOrigin,
    userId: z.uuid(),
    chunk: z.int().min(1),
    chunks: z.int().min(1),
    /** Changes in the whole change set. */
    total: z.int().min(1),
    changes: z.array(ProductChange).min(1).max(CHANGES_PER_EVENT_MAX),
    changedAt: z.iso.datetime(),
  }),
);

export const CATALOGUE_EVENTS = [ProductsChanged] as const;
export type CatalogueEvent = EventOf<(typeof CATALOGUE_EVENTS)[number]>;
