/** The imperative shell of the catalogue: read versions at a revision, decide, append expecting that revision. */
import type { CatalogueReader } from '../../catalogue/catalogue-reader.js';
import type { ProductChange } from '../../catalogue/product.js';
import { derivedId, eventIds } from '../../events/event-ids.js';
import { CHANGES_PER_EVENT_MAX } from '../../events/catalogue.events.js';
import { catalogueStream } from '../../events/streams.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { Decision } from '../decision.js';
import { APPEND_ATTEMPTS_MAX, type CommandContext, type StreamWriter } from '../stream-writer.js';
import { changeProducts, type ChangeProducts, type ChangeProductsRefusal } from './change-products.js';

export type ChangeOutcome<Refusal> =
  | { accepted: true; changeSetId: string | null; position: bigint; revision: number }
  | { accepted: false; refusal: Refusal };

export class CatalogueWriter {
  constructor(
    private readonly writer: StreamWriter,
    private readonly store: EventStore,
    private readonly reader: CatalogueReader,
    private readonly now: () => Date,
  ) {}

  /**
   * Applies a change set whole or not at all, once however often it is called: the ids of its events derive
   * from the change set, and one that is in the log already is answered from there.
   */
  async apply(
    command: ChangeProducts,
    context: CommandContext,
  ): Promise<ChangeOutcome<ChangeProductsRefusal>> {
    const streamId = catalogueStream(context.workspaceId);
    const commandId = derivedId('change-set', command.changeSetId);
    const productIds = command.changes.map((change) => change.productId);
    const skus = command.changes.flatMap(({ after }) =>
      typeof after?.['sku'] === 'string' ? [after['sku']] : [],
    );
    for (let attempt = 1; attempt <= APPEND_ATTEMPTS_MAX; attempt++) {
      const catalogue = await this.reader.snapshot(context.workspaceId, { productIds, skus });
      const decided = changeProducts(command, catalogue, this.now().toISOString());
      // A refusal after a crash may be this change set's own doing: its versions moved because it was applied.
      if (!decided.accepted) {
        const { changeSetId, changes } = command;
        const applied = { changeSetId, changeCount: changes.length };
        return (await this.appliedBefore(applied, context.workspaceId)) ?? decided;
      }
      const expected = catalogue.revision < 0 ? 'none' : catalogue.revision;
      const appended = await this.writer.append(
        streamId,
        decided.events,
        { ...context, commandId },
        expected,
      );
      if (appended.outcome !== 'conflict') {
        const { lastPosition: position, lastRevision: revision } = appended;
        return { accepted: true, changeSetId: command.changeSetId, position, revision };
      }
    }
    throw new Error(`lost ${APPEND_ATTEMPTS_MAX} races in a row on ${streamId}`);
  }

  /** One change by hand, decided against the product as it is now. */
  async edit<Refusal>(
    edit: {
      productId: string;
      decide: (product: Awaited<ReturnType<CatalogueReader['product']>>) => Decision<ProductChange, Refusal>;
    },
    context: CommandContext & { userId: string },
  ): Promise<ChangeOutcome<Refusal | ChangeProductsRefusal>> {
    const changeSetId = derivedId('manual', context.commandId);
    const product = await this.reader.product(context.workspaceId, edit.productId);
    const decided = edit.decide(product);
    // As in apply: a repeated edit finds the product as the first one left it.
    if (!decided.accepted)
      return (await this.appliedBefore({ changeSetId, changeCount: 1 }, context.workspaceId)) ?? decided;
    if (decided.events.length === 0) return { accepted: true, changeSetId: null, position: 0n, revision: -1 };
    const { userId } = context;
    return this.apply({ changeSetId, origin: { kind: 'manual' }, userId, changes: decided.events }, context);
  }

  private async appliedBefore(
    { changeSetId, changeCount }: { changeSetId: string; changeCount: number },
    workspaceId: string,
  ) {
    const commandId = derivedId('change-set', changeSetId);
    const lastOrdinal = Math.ceil(changeCount / CHANGES_PER_EVENT_MAX) - 1;
    const last = await this.store.findEvent(eventIds(commandId, chunks).at(-1)!);
    if (!last || last.streamId !== catalogueStream(workspaceId)) return null;
    return { accepted: true as const, changeSetId, position: last.position, revision: last.revision };
  }
}
