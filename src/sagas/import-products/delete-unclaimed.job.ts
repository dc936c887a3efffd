/** Deletes an upload of which no import has come: its process died between storing it and asking for the import. */
import { z } from 'zod';
import { importRef } from '../../commands/import/import-stream.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import type { FileStore } from '../../platform/files/file-store.js';
import { defineJob, type JobRequest } from '../../platform/jobs/job.js';

export const DELETE_UNCLAIMED_IMPORT_JOB = 'delete-unclaimed-import';

/** How long an upload is kept at least that has not become an import: it may be about to. */
export const IMPORT_UNCLAIMED_MS = 3_600_000;

const Upload = z.strictObject({ importId: z.uuid(), workspaceId: z.uuid() });
export type Upload = z.infer<typeof Upload>;

/** One alarm per upload: asked for again, with the request that is repeated, it rings later. */
export const deleteUnclaimedRequest = (upload: Upload, now: Date): JobRequest => ({
  job: DELETE_UNCLAIMED_IMPORT_JOB,
  payload: upload,
  key: `unclaimed-import:${upload.importId}`,
  runAt: new Date(now.getTime() + IMPORT_UNCLAIMED_MS).toISOString(),
});

export const deleteUnclaimedJob = ({ writer, files }: { writer: StreamWriter; files: FileStore }) =>
  defineJob<Upload>({
    name: DELETE_UNCLAIMED_IMPORT_JOB,
    payload: Upload,
    async run({ importId, workspaceId }) {
      const { state } = await writer.load(importRef(importId, workspaceId));
      // An import that there is deletes its upload itself, when it has read it.
      if (state.status === 'absent') await files.delete({ fileId: importId, workspaceId });
    },
  });
