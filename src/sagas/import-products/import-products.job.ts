/**
 * Reads a stored upload into the catalogue: a new sku is added, a known one gets its changed fields. Every part of
 * the upload is an append of its own whose ids derive from the import, so a job that was killed goes through the
 * upload again and only writes what is missing.
 */
import { z } from 'zod';
import type { CatalogueReader } from '../../catalogue/catalogue-reader.js';
import type { FieldRules } from '../../catalogue/custom-field.js';
import type { ApprovalPolicies, ApprovalReason } from '../../catalogue/policy.js';
import type { ProductChange } from '../../catalogue/product.js';
import type { CatalogueWriter } from '../../commands/catalogue/catalogue-writer.js';
import { completeImport, failImport, type ImportState } from '../../commands/import/import.decider.js';
import { importRef } from '../../commands/import/import-stream.js';
import type { StreamWriter } from '../../commands/stream-writer.js';
import { defineCustomFields } from '../../commands/workspace/workspace.decider.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import { derivedId } from '../../events/event-ids.js';
import { REJECTIONS_LISTED_MAX } from '../../events/import.events.js';
import { asksNobody, PolicyTally } from '../../planning/policies.js';
import type { FileStore } from '../../platform/files/file-store.js';
import { defineJob } from '../../platform/jobs/job.js';
import type { CatalogueShown } from '../catalogue-shown.js';
import { workspaceSettings } from '../planner/workspace-rules.js';
import { Cause, stepContext } from '../saga.js';
import { judgeRows, partsOf, type JudgedRow, type WaitingRow } from './import-changes.js';
import { readRows, UnreadableUploadError } from './read-rows.js';

export const IMPORT_PRODUCTS_JOB = 'import-products';

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
    const settings = await workspaceSettings(ports.writer, cause.workspaceId);
    const run = new ImportRun(ports, { importId, userId, fieldRules: settings.fieldRules }, cause);
    const rows = () =>
      readRows(format, ports.files.open({ fileId: importId, workspaceId: cause.workspaceId }));
    await refuseUnapproved(run, rows, settings.policies);
    await run.readAll(rows());
    const result = { ...run.result(), completedAt: ports.now().toISOString() };
    await ports.shown(cause.workspaceId, run.position);
    await ports.writer.decide(ref, stepContext(cause, 'complete'), (current) =>
      completeImport(result, current),
    );
  } catch (error) {
    const isFinal = error instanceof UnreadableUploadError || error instanceof ApprovalRequiredError;
    if (!isFinal && !isLastAttempt) throw error;
    const failure = isFinal
      ? { code: error.code, message: error.message }
      : { code: 'IMPORT_FAILED', message: 'The import could not be finished.' };
    const failed = { error: failure, failedAt: ports.now().toISOString() };
    await ports.writer.decide(ref, stepContext(cause, 'fail'), (current) => failImport(failed, current));
  }
}

/** The workspace asks a second person about such a change, and an import has none. */
class ApprovalRequiredError extends Error {
  readonly code = 'APPROVAL_REQUIRED';

  constructor(reasons: ApprovalReason[]) {
    super(reasons.map(({ message }) => message).join(' '));
  }
}

/**
 * Policies are about an import as a whole, which is applied in parts: it is read once beforehand, against the catalogue as
 * it is. One that has begun is judged part by part from then on, by the catalogue's writer. Throws ApprovalRequiredError.
 */
async function refuseUnapproved(
  run: ImportRun,
  rows: () => ReturnType<typeof readRows>,
  policies: ApprovalPolicies,
): Promise<void> {
  if (asksNobody(policies) || (await run.hasBegun())) return;
  const tally = new PolicyTally(policies);
  for await (const change of run.changesOf(rows())) tally.add(change);
  const reasons = tally.reasons('en');
  if (reasons.length > 0) throw new ApprovalRequiredError(reasons);
}

class ImportRun {
  private readonly counts = { added: 0, updated: 0, unchanged: 0, rejectedCount: 0 };
  private readonly rejected: { line: number; reason: string }[] = [];
  private readonly knownFields = new Set<string>();
  private part = 0;
  /** Of the last part that changed anything; 0: none has. */
  position = 0n;

  constructor(
    private readonly ports: ImportProductsPorts,
    private readonly upload: { importId: string; userId: string; fieldRules: FieldRules },
    private readonly cause: Cause,
  ) {}

  result() {
    return { ...this.counts, rejected: this.rejected };
  }

  async readAll(rows: ReturnType<typeof readRows>): Promise<void> {
    for await (const part of partsOf(rows, (line, reason) => this.reject(line, reason)))
      await this.takePart(part);
  }

  async hasBegun(): Promise<boolean> {
    return (await this.ports.catalogue.find(this.changeSetId(1), this.cause.workspaceId)) !== null;
  }

  /** What the rows would change in the catalogue as it is now; nothing is changed by it. */
  async *changesOf(rows: ReturnType<typeof readRows>): AsyncIterable<ProductChange> {
    let part = 0;
    for await (const ofPart of partsOf(rows, () => undefined)) {
      part += 1;
      for (const { change } of await this.judged(ofPart, this.changeSetId(part))) if (change) yield change;
    }
  }

  private changeSetId(part: number): string {
    return derivedId('import', this.upload.importId, part);
  }

  private reject(line: number, reason: string): void {
    this.counts.rejectedCount += 1;
    if (this.rejected.length < REJECTIONS_LISTED_MAX) this.rejected.push({ line, reason });
  }

  private async takePart(rows: WaitingRow[]): Promise<void> {
    const { workspaceId } = this.cause;
    const part = (this.part += 1);
    await this.learnFields(
      rows.flatMap(({ product }) => Object.keys(product.fields)),
      part,
    );
    const changeSetId = this.changeSetId(part);
    const applied = await this.ports.catalogue.find(changeSetId, workspaceId);
    if (applied) this.position = applied.position;
    const judged = await this.judged(rows, changeSetId);
    const done = new Set(applied?.changes.map(({ productId }) => productId));
    // A row of a part that was applied before is still rejected if it was then: it is not among the changes.
    const refused = judged.filter((row) => row.problem !== null && !done.has(row.productId ?? ''));
    for (const { line, problem } of refused) this.reject(line, problem ?? '');
    const changes =
      applied?.changes ??
      (await this.apply(
        judged.flatMap(({ change }) => change ?? []),
        changeSetId,
        part,
      ));
    const added = changes.filter((change) => change.op === 'add').length;
    this.counts.added += added;
    this.counts.updated += changes.length - added;
    this.counts.unchanged += rows.length - changes.length - refused.length;
  }

  private async judged(rows: WaitingRow[], changeSetId: string): Promise<JudgedRow[]> {
    const skus = rows.map(({ product }) => product.sku);
    const known = await this.ports.reader.productsBySku(this.cause.workspaceId, skus);
    return judgeRows(rows, { known, fieldRules: this.upload.fieldRules, changeSetId });
  }

  private async apply(changes: ProductChange[], changeSetId: string, part: number): Promise<ProductChange[]> {
    if (changes.length === 0) return changes;
    const { importId, userId } = this.upload;
    const origin = { kind: 'import' as const, importId };
    const context = { ...stepContext(this.cause, `part:${part}`), userId };
    const applied = await this.ports.catalogue.apply({ changeSetId, origin, userId, changes }, context);
    if (!applied.accepted) {
      const { refusal } = applied;
      if (refusal.code === 'APPROVAL_REQUIRED') throw new ApprovalRequiredError(refusal.reasons);
      // Somebody changed one of these products between the look and the append: the next try looks again.
      throw new Error(`part ${part} of import ${importId}: ${refusal.code}`);
    }
    // Null where every value that differs only does so in how it is written.
    if (applied.changeSetId === null) return [];
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
