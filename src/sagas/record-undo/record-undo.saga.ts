/** When an undo was executed, the draft it took back is told. */
import { causeOf, type Saga } from '../saga.js';
import { RECORD_UNDO_JOB } from './record-undo.job.js';

export const recordUndoSaga: Saga = {
  name: 'record-undo',
  topics: ['drafthorse.catalogue'],
  react(event) {
    // Every undo is one change set; its first chunk speaks for all of them.
    if (event.type !== 'ProductsChanged' || event.data.chunk !== 1 || event.data.origin.kind !== 'undo')
      return [];
    const { draftId } = event.data.origin;
    return [
      { job: RECORD_UNDO_JOB, payload: { draftId, cause: causeOf(event) }, key: `undone:${event.eventId}` },
    ];
  },
};
