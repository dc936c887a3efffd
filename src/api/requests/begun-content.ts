/** Content that is written out as it is read. */
import { FileStoreError } from '../../platform/files/file-store.js';
import type { Problem } from '../problems/problem.js';

/** The content, once its first piece is there: a file that is gone must be told (`gone`) before the answer begins. */
export async function begun(
  content: AsyncIterable<Buffer>,
  gone: () => Problem,
): Promise<AsyncIterable<Buffer>> {
  const iterator = content[Symbol.asyncIterator]();
  const first = await iterator.next().catch((error: unknown) => {
    if (error instanceof FileStoreError && error.code === 'FILE_NOT_FOUND') throw gone();
    throw error;
  });
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
}
