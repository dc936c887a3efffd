/** A stored upload is read into the catalogue. */
import { causeOf, type Saga } from '../saga.js';
import { IMPORT_PRODUCTS_JOB } from './import-products.job.js';

export const importProductsSaga: Saga = {
  name: 'import-products',
  topics: ['drafthorse.catalogue'],
  react(event) {
    if (event.type !== 'ImportRequested') return [];
    const { importId } = event.data;
    return [
      {
        job: IMPORT_PRODUCTS_JOB,
        payload: { importId, cause: causeOf(event) },
        key: `import:${importId}`,
        // Two imports of one workspace may speak of the same skus: the later one must see the earlier.
        queue: `import:${event.workspaceId}`,
      },
    ];
  },
};
