/** How the API waits for what it wants to show. */
import type { DraftWatcher, ReadModel, ReadModelGate } from '../api/ports.js';
import { draftStream } from '../events/streams.js';
import type { Projections } from '../projections/projections.js';

/** Projection names are also table-like names: without dashes. */
const projectionOf = (readModel: ReadModel) => readModel.replace('-', '_');

export const readModelGate = (projections: Projections): ReadModelGate => ({
  waitFor: (readModel, position, wait) => projections.waitFor(projectionOf(readModel), position, wait),
});

export const draftWatcher = (projections: Projections): DraftWatcher => ({
  async watch(draftId, look, { timeoutMs, signal, wokenBy }) {
    await projections.waitUntil('drafts', look, {
      timeoutMs,
      signal,
      wokenBy,
      streamId: draftStream(draftId),
    });
  },
});
