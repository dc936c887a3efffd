/** Facts of one import, stream `import-<id>`. Its rows are ProductsChanged events of the catalogue. */
import { z } from 'zod';
import { eventContract, type EventOf } from './contract.js';

export const ImportFormat = z.enum(['ndjson', 'csv', 'json']);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** Rejected lines that an ImportCompleted event names; the rest are only counted. */
export const REJECTIONS_LISTED_MAX = 1_000;

export const ImportRequested = eventContract(
  'ImportRequested',
  z.strictObject({
    importId: z.uuid(),
    workspaceId: z.uuid(),
    userId: z.uuid(),
    format: ImportFormat,
    bytes: z.int().min(0),
    requestedAt: z.iso.datetime(),
  }),
);

export const ImportCompleted = eventContract(
  'ImportCompleted',
  z.strictObject({
    added: z.int().min(0),
    updated: z.int().min(0),
    unchanged: z.int().min(0),
    rejectedCount: z.int().min(0),
    /** `line` counts from 1, the header of a CSV included. */
    rejected: z
      .array(z.strictObject({ line: z.int().min(1), reason: z.string() }))
      .max(REJECTIONS_LISTED_MAX),
    completedAt: z.iso.datetime(),
  }),
);

export const ImportFailed = eventContract(
  'ImportFailed',
  z.strictObject({
    error: z.strictObject({ code: z.string(), message: z.string() }),
    failedAt: z.iso.datetime(),
  }),
);

export const IMPORT_EVENTS = [ImportRequested, ImportCompleted, ImportFailed] as const;
export type ImportEvent = EventOf<(typeof IMPORT_EVENTS)[number]>;
