/** Changes of single products by hand, on Nest's command bus. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { derivedId } from '../../events/event-ids.js';
import { accept } from '../decision.js';
import type { UserContext } from '../draft/draft.handlers.js';
import type { Receipted } from '../receipt.js';
import { StreamWriter } from '../stream-writer.js';
import { defineCustomFields, type DefineCustomFieldsRefusal } from '../workspace/workspace.decider.js';
import { workspaceRef } from '../workspace/workspace-stream.js';
import { CatalogueWriter, type AppliedEdit, type ChangeOutcome } from './catalogue-writer.js';
import type { ChangeProductsRefusal } from './change-products.js';
import {
  addProduct,
  deleteProduct,
  updateProduct,
  type EditProductRefusal,
  type ProductInput,
  type ProductPatch,
} from './edit-product.js';

type EditOutcome = ChangeOutcome<EditProductRefusal | ChangeProductsRefusal | DefineCustomFieldsRefusal>;

/** Keys of custom fields that an edit carries become fields of the workspace, as an import's do. */
async function learnFields(writer: StreamWriter, keys: string[], context: UserContext) {
  if (keys.length === 0) return null;
  const command = { ...context, commandId: derivedId(context.commandId, 'fields') };
  const learned = await writer.decide(workspaceRef(context.workspaceId), command, (workspace, now) =>
    defineCustomFields(keys, workspace, now),
  );
  return learned.accepted ? null : learned;
}

export class AddProduct extends Command<EditOutcome> {
  constructor(
    readonly input: ProductInput,
    readonly context: UserContext & Receipted<AppliedEdit>,
  ) {
    super();
  }
}

@CommandHandler(AddProduct)
export class AddProductHandler implements ICommandHandler<AddProduct> {
  constructor(
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(CatalogueWriter) private readonly catalogue: CatalogueWriter,
  ) {}

  async execute({ input, context }: AddProduct): Promise<EditOutcome> {
    const refused = await learnFields(this.writer, Object.keys(input.fields), context);
    if (refused) return refused;
    const productId = derivedId('product', context.workspaceId, context.commandId);
    return this.catalogue.edit({ productId, decide: () => accept(addProduct(input, productId)) }, context);
  }
}

export class UpdateProduct extends Command<EditOutcome> {
  constructor(
    readonly productId: string,
    readonly expectedVersion: number,
    readonly patch: ProductPatch,
    readonly context: UserContext & Receipted<AppliedEdit>,
  ) {
    super();
  }
}

@CommandHandler(UpdateProduct)
export class UpdateProductHandler implements ICommandHandler<UpdateProduct> {
  constructor(
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(CatalogueWriter) private readonly catalogue: CatalogueWriter,
  ) {}

  async execute({ productId, expectedVersion, patch, context }: UpdateProduct): Promise<EditOutcome> {
    const refused = await learnFields(this.writer, Object.keys(patch.fields ?? {}), context);
    if (refused) return refused;
    return this.catalogue.edit(
      { productId, decide: (product) => updateProduct(patch, expectedVersion, product) },
      context,
    );
  }
}

export class DeleteProduct extends Command<EditOutcome> {
  constructor(
    readonly productId: string,
    readonly expectedVersion: number,
    readonly context: UserContext & Receipted<AppliedEdit>,
  ) {
    super();
  }
}

@CommandHandler(DeleteProduct)
export class DeleteProductHandler implements ICommandHandler<DeleteProduct> {
  constructor(@Inject(CatalogueWriter) private readonly catalogue: CatalogueWriter) {}

  execute({ productId, expectedVersion, context }: DeleteProduct): Promise<EditOutcome> {
    return this.catalogue.edit(
      { productId, decide: (product) => deleteProduct(expectedVersion, product) },
      context,
    );
  }
}

export const CATALOGUE_HANDLERS = [AddProductHandler, UpdateProductHandler, DeleteProductHandler];
