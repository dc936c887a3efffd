/**
 * Reads a stored upload into the catalogue: a new sku is added, a known one gets its changed fields. Every part of
 * the upload is an append of its own whose ids derive from the import, so a job that was killed goes through the
 * upload again and only writes what is missing.
 */
import { z } from 'zod';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.js';
import { difference } from '../../catalogue/difference.js';
import type { Product, ProductChange } from '../../catalogue/product.js';
import type { CatalogueWriter } from '../../commands/catalogue/catalogue-writer.js';
import { addProduct } from '../../commands/catalogue/edit-product.js';
import { completeImport, failImport, type ImportState } from '../../commands/import/import.decider.js';
import { importRef } from '../../commands/import/import-stream.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { defineCustomFields } from '../../commands/workspace/workspace.decider.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import { derivedId } from '../../events/event-ids.js';
import { REJECTIONS_LISTED_MAX } from '../../events/import.events.js';
import type { FileStore } from '../../platform/files/file-store.js';
import { defineJob } from '../../platform/jobs/job.js';
import type { CatalogueShown } from '../catalogue-shown.js';
import { Cause, stepContext } from '../saga.js';
import { readProduct, type ImportedProduct } from './import-row.js';
import { readRows, UnreadableUploadError } from './read-rows.js';

export const IMPORT_PRODUCTS_JOB = 'import-products';

/** Rows in one append. Larger parts mean fewer waits for the products read model, and longer transactions. */
export const IMPORT_ROWS_PER_APPEND = 2_000;

const ImportJob = z.strictObject({ importId: z.uuid(), cause: Cause });
type ImportJob = z.infer<typeof ImportJob>;

export interface ImportProductsPorts {
  writer: StreamWriter;
  catalogue: CatalogueWriter;
  reader: CatalogueReader;
  files: FileStore;
  shown: CatalogueShown;
  now(): Date;
}

export const importProductsJob = (ports: ImportProductsPorts) =>
  defineJob<ImportJob>({
    name: IMPORT_PRODUCTS_JOB,
    payload: ImportJob,
    async run({ importId, cause }, attempt) {
      const ref = importRef(importId, cause.workspaceId);
      const { state } = await ports.writer.load(ref);
      if (state.status === 'absent') return;
      // Also for one that has ended: a process that was killed right after its end left the upload behind.
      if (state.status === 'running') await runToItsEnd(ports, state, cause, attempt.lastAttempt);
      await ports.files.delete({ fileId: importId, workspaceId: cause.workspaceId });
    },
  });

async function runToItsEnd(
  ports: ImportProductsPorts,
  { importId, userId, format }: Exclude<ImportState, { status: 'absent' }>,
  cause: Cause,
  isLastAttempt: boolean,
): Promise<void> {
  const ref = importRef(importId, cause.workspaceId);
  try {
    const run = new ImportRun(ports, importId, userId, cause);
    const bytes = ports.files.open({ fileId: importId, workspaceId: cause.workspaceId });
    await run.readAll(readRows(format, bytes));
    const result = { ...run.result(), completedAt: ports.now().toISOString() };
    await ports.shown(cause.workspaceId, run.position);
    await ports.writer.decide(ref, stepContext(cause, 'complete'), (current) =>
      completeImport(result, current),
    );
  } catch (error) {
    const isUnreadable = error instanceof UnreadableUploadError;
    if (!isUnreadable && !isLastAttempt) throw error;
    const failure = isUnreadable
      ? { code: error.code, message: error.message }
      : { code: 'IMPORT_FAILED', message: 'The import could not be finished.' };
    const failed = { error: failure, failedAt: ports.now().toISOString() };
    await ports.writer.decide(ref, stepContext(cause, 'fail'), (current) => failImport(failed, current));
  }
}

class ImportRun {
  private readonly counts = { added: 0, updated: 0, unchanged: 0, rejectedCount: 0 };
  private readonly rejected: { line: number; reason: string }[] = [];
  private readonly knownFields = new Set<string>();
  private part = 0;
  /** Of the last part that changed anything; 0: none has. */
  position = 0n;
  /** By sku: a second row of a sku starts the next part, where it sees the first one's effect. */
  private waiting = new Map<string, { line: number; product: ImportedProduct }>();

  constructor(
    private readonly ports: ImportProductsPorts,
    private readonly importId: string,
    private readonly userId: string,
    private readonly cause: Cause,
  ) {}

  result() {
    return { ...this.counts, rejected: this.rejected };
  }

  async readAll(rows: ReturnType<typeof readRows>): Promise<void> {
    for await (const row of rows) {
      const read = 'problem' in row ? row : readProduct(row.value);
      if ('problem' in read) {
        this.reject(row.line, read.problem);
        continue;
      }
      if (this.waiting.has(read.product.sku) || this.waiting.size >= IMPORT_ROWS_PER_APPEND)
        await this.flush();
      this.waiting.set(read.product.sku, { line: row.line, product: read.product });
    }
    await this.flush();
  }

  private reject(line: number, reason: string): void {
    this.counts.rejectedCount += 1;
    if (this.rejected.length < REJECTIONS_LISTED_MAX) this.rejected.push({ line, reason });
  }

  private async flush(): Promise<void> {
    if (this.waiting.size === 0) return;
    const { workspaceId } = this.cause;
    const part = (this.part += 1);
    const rows = [...this.waiting.values()];
    this.waiting = new Map();
    await this.learnFields(
      rows.flatMap(({ product }) => Object.keys(product.fields)),
      part,
    );
    const changeSetId = derivedId('import', this.importId, part);
    const applied = await this.ports.catalogue.find(changeSetId, workspaceId);
    if (applied) this.position = applied.position;
    const changes =
      applied?.changes ??
      (await this.apply(
        rows.map(({ product }) => product),
        changeSetId,
        part,
      ));
    const added = changes.filter((change) => change.op === 'add').length;
    this.counts.added += added;
    this.counts.updated += changes.length - added;
    this.counts.unchanged += rows.length - changes.length;
  }

  private async apply(
    products: ImportedProduct[],
    changeSetId: string,
    part: number,
  ): Promise<ProductChange[]> {
    const { workspaceId } = this.cause;
    const known = await this.ports.reader.productsBySku(
      workspaceId,
      products.map((product) => product.sku),
    );
    const bySku = new Map(known.map((product) => [product.sku, product]));
    const changes = products.flatMap((product) => changeOf(product, bySku.get(product.sku), changeSetId));
    if (changes.length === 0) return changes;
    const origin = { kind: 'import' as const, importId: this.importId };
    const context = { ...stepContext(this.cause, `part:${part}`), userId: this.userId };
    const applied = await this.ports.catalogue.apply(
      { changeSetId, origin, userId: this.userId, changes },
      context,
    );
    // Somebody changed one of these products between the look and the append: the next try looks again.
    if (!applied.accepted)
      throw new Error(`part ${part} of import ${this.importId}: ${applied.refusal.code}`);
    this.position = applied.position;
    return changes;
  }

  private async learnFields(keys: string[], part: number): Promise<void> {
    const fresh = [...new Set(keys)].filter((key) => !this.knownFields.has(key));
    if (fresh.length === 0) return;
    const ref = workspaceRef(this.cause.workspaceId);
    const learned = await this.ports.writer.decide(
      ref,
      stepContext(this.cause, `fields:${part}`),
      (workspace, now) => defineCustomFields(fresh, workspace, now),
    );
    if (!learned.accepted)
      throw new UnreadableUploadError(`too many custom fields (${learned.refusal.code})`);
    for (const key of fresh) this.knownFields.add(key);
  }
}

function changeOf(input: ImportedProduct, known: Product | undefined, changeSetId: string): ProductChange[] {
  if (!known) {
    const { category = null, brand = null } = input;
    return [addProduct({ ...input, category, brand }, derivedId('product', changeSetId, input.sku))];
  }
  const { fields, ...core } = input;
  const spoken = Object.entries(core).filter(([, value]) => value !== undefined);
  const changed = difference(known, { ...Object.fromEntries(spoken), ...fields });
  return changed
    ? [{ productId: known.productId, baseVersion: known.version, op: 'update', ...changed }]
    : [];
}
