/**
 * The end of a draft or an import is told only once the catalogue shows what it has done: whoever sees `done` and looks
 * at a product sees the change. No position could carry that, as the client never hears of the catalogue's append.
 */
import { catalogueStream } from '../events/streams.js';
import { changeSetsProjection } from '../projections/change-sets/change-sets.projection.js';
import { productsProjection } from '../projections/products/products.projection.js';
import type { Projections } from '../projections/projections.js';
import { vocabularyProjection } from '../projections/vocabulary/vocabulary.projection.js';

/** A read model that stands still delays an end by this much, and does not prevent it. */
export const SHOWN_WAIT_MS_MAX = 5_000;

/** Resolves when the read models show the catalogue's event at this position, or have taken too long. */
export type CatalogueShown = (workspaceId: string, position: bigint) => Promise<void>;

/** What people look at, and the words by which the next sentence is understood. */
const SHOWN_IN = [productsProjection, changeSetsProjection, vocabularyProjection];

export function catalogueShown(projections: Pick<Projections, 'waitForEvent'>): CatalogueShown {
  return async (workspaceId, position) => {
    const event = { streamId: catalogueStream(workspaceId), position };
    const wait = { timeoutMs: SHOWN_WAIT_MS_MAX };
    await Promise.all(SHOWN_IN.map(({ name }) => projections.waitForEvent(name, event, wait)));
  };
}
