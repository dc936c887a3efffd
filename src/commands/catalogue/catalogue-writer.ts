/** The imperative shell of the catalogue: read versions at a revision, decide, append expecting that revision. */
import type { CatalogueReader, CatalogueSnapshot } from '../../catalogue/catalogue-reader.js';
import type { ProductChange } from '../../catalogue/product.js';
import { derivedId, eventIds } from '../../events/event-ids.js';
import type { RecordedEvent } from '../../events/contract.js';
import { upcastEvent } from '../../events/registry.js';
import { catalogueStream } from '../../events/streams.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { Decision } from '../decision.js';
import { Combiner } from '../../platform/combining/combiner.js';
import type { PendingReceipt, Receipted } from '../receipt.js';
import { APPEND_ATTEMPTS_MAX, type CommandContext, type StreamWriter } from '../stream-writer.js';
import { changeProducts, type ChangeProducts, type ChangeProductsRefusal } from './change-products.js';
import type { WorkspaceRules } from './workspace-rules.js';

export type ChangeOutcome<Refusal> =
  | { accepted: true; changeSetId: string | null; position: bigint; revision: number }
  | { accepted: false; refusal: Refusal };

export interface AppliedChangeSet {
  changes: ProductChange[];
  /** Of its last event. */
  position: bigint;
  revision: number;
}

/** Changes that are decided on one snapshot: many small change sets, or a large one alone. */
const CHANGES_PER_BATCH_MAX = 2_000;

interface Asked {
  command: ChangeProducts;
  context: CommandContext;
  receipt?: PendingReceipt<AppliedEdit> | undefined;
}

/** What the answer to a change by hand tells of it. */
export interface AppliedEdit {
  changeSetId: string;
}

export class CatalogueWriter {
  /** Change sets of one workspace would only race for the same revision: they take turns, several on one snapshot. */
  private readonly turns = new Combiner<Asked, ChangeOutcome<ChangeProductsRefusal>>({
    run: (workspaceId, batch) => this.applyInTurn(workspaceId, batch),
    weightOf: ({ command }) => command.changes.length,
    weightMax: CHANGES_PER_BATCH_MAX,
  });

  constructor(
    private readonly writer: StreamWriter,
    private readonly store: EventStore,
    private readonly reader: CatalogueReader,
    private readonly rules: WorkspaceRules,
    private readonly now: () => Date,
  ) {}

  /**
   * Applies a change set whole or not at all, once however often it is called: the ids of its events derive
   * from the change set, and one that is in the log already is answered from there. What no draft has previewed is
   * held to the workspace's rules here, where there is no way around them; a draft was when it was confirmed.
   */
  async apply(
    command: ChangeProducts,
    context: CommandContext,
    receipt?: PendingReceipt<AppliedEdit>,
  ): Promise<ChangeOutcome<ChangeProductsRefusal>> {
    const { workspaceId } = context;
    const { origin, changeSetId } = command;
    if (origin.kind === 'draft' || origin.kind === 'undo')
      return this.turns.submit(workspaceId, { command, context, receipt });
    const judged = await this.rules.judge(workspaceId, command.changes);
    if (!judged.accepted) return (await this.appliedBefore(changeSetId, workspaceId)) ?? judged;
    const { changes } = judged;
    if (changes.length === 0) return { accepted: true, changeSetId: null, position: 0n, revision: -1 };
    return this.turns.submit(workspaceId, { command: { ...command, changes }, context, receipt });
  }

  private async applyInTurn(
    workspaceId: string,
    batch: Asked[],
  ): Promise<ChangeOutcome<ChangeProductsRefusal>[]> {
    const outcomes: ChangeOutcome<ChangeProductsRefusal>[] = [];
    for (let races = 0; outcomes.length < batch.length; races++) {
      const done = outcomes.length;
      if (races === APPEND_ATTEMPTS_MAX)
        throw new Error(`lost ${races} races in a row on ${catalogueStream(workspaceId)}`);
      const left = batch.slice(outcomes.length);
      let catalogue = await this.reader.snapshot(workspaceId, touchedBy(left));
      for (const asked of left) {
        const applied = await this.applyOn(catalogue, asked);
        if (applied === 'conflict') break;
        outcomes.push(applied);
        // One that was applied before is in the snapshot already, and others may have changed its products since.
        if (applied.accepted && applied.revision > catalogue.revision)
          catalogue = withApplied(catalogue, asked.command, applied);
      }
      if (outcomes.length > done) races = -1;
    }
    return outcomes;
  }

  private async applyOn(
    catalogue: CatalogueSnapshot,
    { command, context, receipt }: Asked,
  ): Promise<ChangeOutcome<ChangeProductsRefusal> | 'conflict'> {
    const { changeSetId } = command;
    const decided = changeProducts(command, catalogue, this.now().toISOString());
    // A refusal after a crash may be this change set's own doing: its versions moved because it was applied.
    if (!decided.accepted) return (await this.appliedBefore(changeSetId, context.workspaceId)) ?? decided;
    const appended = await this.writer.append(
      catalogueStream(context.workspaceId),
      decided.events,
      { ...context, commandId: derivedId('change-set', changeSetId) },
      catalogue.revision < 0 ? 'none' : catalogue.revision,
      receipt?.of({ changeSetId }),
    );
    if (appended.outcome === 'conflict') return 'conflict';
    if (appended.outcome === 'appended') receipt?.stored();
    const { lastPosition: position, lastRevision: revision } = appended;
    return { accepted: true, changeSetId, position, revision };
  }

  /** One change by hand, decided against the product as it is now. */
  async edit<Refusal>(
    edit: {
      productId: string;
      decide: (product: Awaited<ReturnType<CatalogueReader['product']>>) => Decision<ProductChange, Refusal>;
    },
    context: CommandContext & { userId: string } & Receipted<AppliedEdit>,
  ): Promise<ChangeOutcome<Refusal | ChangeProductsRefusal>> {
    const changeSetId = derivedId('manual', context.commandId);
    const product = await this.reader.product(context.workspaceId, edit.productId);
    const decided = edit.decide(product);
    // As in apply: a repeated edit finds the product as the first one left it.
    if (!decided.accepted) return (await this.appliedBefore(changeSetId, context.workspaceId)) ?? decided;
    if (decided.events.length === 0) return { accepted: true, changeSetId: null, position: 0n, revision: -1 };
    const { userId, receipt } = context;
    const command = { changeSetId, origin: { kind: 'manual' as const }, userId, changes: decided.events };
    return this.apply(command, context, receipt);
  }

  /** A change set as the log has it; null when it was never applied in this workspace. */
  async find(changeSetId: string, workspaceId: string): Promise<AppliedChangeSet | null> {
    const streamId = catalogueStream(workspaceId);
    const [firstId] = eventIds(derivedId('change-set', changeSetId), 1);
    const first = await this.store.findEvent(firstId!);
    if (!first || first.streamId !== streamId) return null;
    const fromRevision = first.revision;
    const [head] = await this.store.readStream(streamId, { fromRevision, limit: 1 });
    const { chunks } = changesOf(head!);
    const rest =
      chunks > 1
        ? await this.store.readStream(streamId, { fromRevision: fromRevision + 1, limit: chunks - 1 })
        : [];
    const events = [head!, ...rest];
    const { position, revision } = events.at(-1)!;
    return { changes: events.flatMap((event) => changesOf(event).changes), position, revision };
  }

  private async appliedBefore(changeSetId: string, workspaceId: string) {
    const applied = await this.find(changeSetId, workspaceId);
    if (!applied) return null;
    const { position, revision } = applied;
    return { accepted: true as const, changeSetId, position, revision };
  }
}

function touchedBy(asked: Asked[]): { productIds: string[]; skus: string[] } {
  const changes = asked.flatMap(({ command }) => command.changes);
  return {
    productIds: changes.map(({ productId }) => productId),
    skus: changes.flatMap(({ after }) => (typeof after?.['sku'] === 'string' ? [after['sku']] : [])),
  };
}

/** The catalogue as this change set leaves it, for the next one decided on the same snapshot. */
function withApplied(
  { versions, skuOwners }: CatalogueSnapshot,
  { changes }: ChangeProducts,
  { revision }: { revision: number },
): CatalogueSnapshot {
  for (const { productId, baseVersion, op, before, after } of changes) {
    versions.set(productId, { version: baseVersion + 1, deleted: op === 'delete' });
    const [freed, taken] = [before?.['sku'], after?.['sku']];
    if (typeof freed === 'string' && skuOwners.get(freed) === productId) skuOwners.delete(freed);
    if (typeof taken === 'string') skuOwners.set(taken, productId);
  }
  return { revision, versions, skuOwners };
}

function changesOf(recorded: RecordedEvent) {
  const event = upcastEvent(recorded);
  if (event.type !== 'ProductsChanged')
    throw new Error('a catalogue stream holds ProductsChanged events only');
  return event.data;
}
