import { describe, expect, it } from 'vitest';
import { derivedId } from '../../events/event-ids.js';
import { importStream } from '../../events/streams.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import type { FileStore } from '../../platform/files/file-store.js';
import { deleteUnclaimedJob, deleteUnclaimedRequest, IMPORT_UNCLAIMED_MS } from './delete-unclaimed.job.js';

const NOW = '2026-03-01T10:00:00.000Z';
const upload = { importId: derivedId('an import'), workspaceId: derivedId('a workspace') };
const userId = derivedId('a user');
const writer = () => new StreamWriter(new MemoryEventStore(), () => new Date(NOW));

async function deletedBy(by: StreamWriter): Promise<unknown[]> {
  const deleted: unknown[] = [];
  const files = { delete: async (file: unknown) => void deleted.push(file) } as unknown as FileStore;
  const attempt = { number: 1, lastAttempt: false, signal: new AbortController().signal };
  await deleteUnclaimedJob({ writer: by, files }).run(upload as never, attempt);
  return deleted;
}

describe('an upload', () => {
  it('is looked at an hour after it began, and later when it is sent again', () => {
    const [first, again] = [NOW, '2026-03-01T10:30:00.000Z'].map((at) =>
      deleteUnclaimedRequest(upload, new Date(at)),
    );
    expect(first!.runAt).toBe(new Date(Date.parse(NOW) + IMPORT_UNCLAIMED_MS).toISOString());
    expect(again!.key).toBe(first!.key);
    expect(again!.runAt! > first!.runAt!).toBe(true);
  });

  it('of which no import has come is deleted', async () =>
    expect(await deletedBy(writer())).toEqual([
      { fileId: upload.importId, workspaceId: upload.workspaceId },
    ]));

  it('that an import is made of is left to it', async () => {
    const asked = writer();
    const { importId, workspaceId } = upload;
    await asked.append(
      importStream(importId),
      [
        {
          type: 'ImportRequested',
          data: { importId, workspaceId, userId, format: 'csv', bytes: 1, requestedAt: NOW },
        },
      ],
      { workspaceId, userId, commandId: derivedId('ask'), correlationId: 'spec', causationId: null },
      'none',
    );
    expect(await deletedBy(asked)).toEqual([]);
  });
});
