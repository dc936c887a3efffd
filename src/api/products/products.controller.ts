/** Products over HTTP: look, and change one by hand. */
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Readable } from 'node:stream';
import { AddProduct, DeleteProduct, UpdateProduct } from '../../commands/catalogue/catalogue.handlers.js';
import { ProductInput, ProductPatch } from '../../commands/catalogue/edit-product.js';
import { ExportProducts, GetProduct, ListProducts } from '../../projections/products/products.handlers.js';
import { API_SCHEMAS } from '../docs/api-schemas.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { refusalProblem, type Refusal } from '../problems/refusals.js';
import { CatalogueFreshness } from '../requests/catalogue-freshness.js';
import { commandContext } from '../requests/command-context.js';
import { pageSchema } from '../requests/lists.js';
import { idOr, noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { csvLines, ndjsonLines } from './export.js';
import { etagOf, expectedVersion } from './if-match.js';
import {
  ChangeAccepted,
  ExportParameters,
  ExportQuery,
  filterOf,
  ProductListParameters,
  ProductListQuery,
  ProductQuery,
} from './products.schemas.js';

const productId = idOr('PRODUCT_NOT_FOUND');
const IF_MATCH = { name: 'If-Match', description: 'Version of the product that was read', required: true };

type Edit =
  { accepted: true; changeSetId: string | null; position: bigint } | { accepted: false; refusal: Refusal };

@Controller('api/v1/products')
export class ProductsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CatalogueFreshness) private readonly freshness: CatalogueFreshness,
  ) {}

  @Get()
  @RouteConfig({ needs: 'catalogue.read', limit: 'reads', readsFrom: ['products', 'change-sets'] })
  @Documented({
    tag: 'Products',
    summary: 'Products by sku',
    description: 'Narrow by a custom field with `fields.<key>=<value>`.',
    query: ProductListParameters,
    answer: pageSchema(API_SCHEMAS.Product),
    refusals: [410],
  })
  async list(@Query(parsed(ProductListQuery)) query: ProductListQuery, @Req() request: Request) {
    const { workspaceId } = callerOf(request);
    const { limit, cursor, asOf = null } = query;
    const page = { filter: filterOf(query), asOf, limit, cursor };
    return this.freshness.find({
      request,
      readModels: ['change-sets'],
      run: () => this.queries.execute(new ListProducts(workspaceId, page)),
    });
  }

  @Get('export')
  @RouteConfig({ needs: 'catalogue.read', limit: 'reads', streams: true, readsFrom: ['products'] })
  @Documented({
    tag: 'Products',
    summary: 'All products as a file',
    description:
      'What an export wrote, an import reads back. NDJSON and CSV carry the same values; in CSV, cells that a spreadsheet would run as a formula have an apostrophe in front, which the import takes away.',
    query: ExportParameters,
    answerTypes: ['text/csv', 'application/x-ndjson'],
  })
  async export(@Query(parsed(ExportQuery)) query: ExportQuery, @Req() request: Request) {
    const products = await this.queries.execute(
      new ExportProducts(callerOf(request).workspaceId, filterOf(query)),
    );
    const isCsv = query.format === 'csv';
    const lines = isCsv ? csvLines(products) : ndjsonLines(products);
    return new StreamableFile(Readable.from(lines, { objectMode: false }), {
      type: isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      disposition: `attachment; filename="products.${query.format}"`,
    });
  }

  @Get(':id')
  @RouteConfig({ needs: 'catalogue.read', limit: 'reads', readsFrom: ['products', 'change-sets'] })
  @Documented({
    tag: 'Products',
    summary: 'One product; its version is the ETag',
    params: ['id'],
    query: ProductQuery,
    answer: 'Product',
    refusals: [404, 410],
  })
  async get(
    @Param('id', productId) id: string,
    @Query(parsed(ProductQuery)) query: ProductQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { workspaceId } = callerOf(request);
    const asOf = query.asOf ?? null;
    const product = await this.freshness.find({
      request,
      readModels: ['products', 'change-sets'],
      run: () => this.queries.execute(new GetProduct(workspaceId, id, asOf)),
    });
    if (!product)
      throw new Problem('PRODUCT_NOT_FOUND', {
        detail:
          asOf === null ? 'This workspace has no product with this id.' : 'There was no such product then.',
      });
    if (asOf === null) void reply.header('etag', etagOf(product.version));
    return product;
  }

  @Post()
  @HttpCode(202)
  @RouteConfig({ needs: 'catalogue.edit' })
  @Documented({
    tag: 'Products',
    summary: 'Add a product',
    body: ProductInput,
    status: 202,
    answer: ChangeAccepted,
    refusals: [409, 422],
  })
  async add(
    @Body(parsed(ProductInput)) input: ProductInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    return changed(
      reply,
      await this.commands.execute(new AddProduct(input, commandContext(request, changeAccepted))),
    );
  }

  @Patch(':id')
  @HttpCode(202)
  @RouteConfig({ needs: 'catalogue.edit' })
  @Documented({
    tag: 'Products',
    summary: 'Change fields of a product',
    params: ['id'],
    headers: [IF_MATCH],
    body: ProductPatch,
    status: 202,
    answer: ChangeAccepted,
    refusals: [404, 409, 412, 422, 428],
  })
  async update(
    @Param('id', productId) id: string,
    @Body(parsed(ProductPatch)) patch: ProductPatch,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const command = new UpdateProduct(
      id,
      expectedVersion(request),
      patch,
      commandContext(request, changeAccepted),
    );
    return changed(reply, await this.commands.execute(command));
  }

  @Delete(':id')
  @HttpCode(202)
  @RouteConfig({ needs: 'catalogue.edit' })
  @Documented({
    tag: 'Products',
    summary: 'Delete a product',
    params: ['id'],
    headers: [IF_MATCH],
    status: 202,
    answer: ChangeAccepted,
    refusals: [404, 409, 412, 428],
  })
  async delete(
    @Param('id', productId) id: string,
    @Body(noBody) _: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const command = new DeleteProduct(id, expectedVersion(request), commandContext(request, changeAccepted));
    return changed(reply, await this.commands.execute(command));
  }
}

const changeAccepted = ({ changeSetId }: { changeSetId: string | null }) => ({ changeSetId });

function changed(reply: Reply, outcome: Edit) {
  if (!outcome.accepted) throw refusalProblem(outcome.refusal);
  return accepted(reply, outcome.position, changeAccepted(outcome));
}
