/** Imports over HTTP: the upload is stored as it arrives, a job reads it afterwards. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { RequestImport } from '../../commands/import/import.handlers.js';
import { importRef } from '../../commands/import/import-stream.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { FILE_STORE, type FileStore } from '../../platform/files/file-store.js';
import { GetImport } from '../../projections/imports/imports.queries.js';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Documented } from '../docs/documented.js';
import { READ_MODEL_GATE, UPLOAD_KEEPER, type ReadModelGate, type UploadKeeper } from '../ports.js';
import { Problem } from '../problems/problem.js';
import { refusalProblem } from '../problems/refusals.js';
import { commandContext } from '../requests/command-context.js';
import { idOr } from '../requests/parsed.js';
import { accepted, READ_WAIT_MS_MAX } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { IMPORT_TYPES, recognise } from './import-format.js';
import { RouteConfig } from '../requests/route-config.js';
import { signalOf } from '../requests/signal.js';

@Controller('api/v1')
export class ImportsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(FILE_STORE) private readonly files: FileStore,
    @Inject(UPLOAD_KEEPER) private readonly keeper: UploadKeeper,
    @Inject(READ_MODEL_GATE) private readonly gate: ReadModelGate,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('products/import')
  @HttpCode(202)
  @RouteConfig({ needs: 'catalogue.edit', streams: true, newWork: true })
  @Documented({
    tag: 'Imports',
    summary: 'Add and update products from a file, by sku',
    description:
      'One product per line (NDJSON), per row (CSV with a header) or per element (JSON array): `{sku, name, price, stock, category?, brand?, fields?}`. Unknown `fields` keys and further CSV columns become custom fields.',
    bodyTypes: IMPORT_TYPES,
    status: 202,
    answer: z.object({ importId: z.uuid() }),
    refusals: [413, 415, 422],
  })
  async import(
    @Body() body: AsyncIterable<Buffer> | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { workspaceId } = callerOf(request);
    const { format, content } = await this.recognise(request, body);
    const importId = request.claimed?.repeatableId ?? uuidv7();
    await this.keeper.watch({ importId, workspaceId });
    const file = await this.files.put({
      fileId: importId,
      workspaceId,
      content,
      bytesMax: this.options.importBytesMax,
    });
    if (file.outcome === 'different')
      throw new Problem('IDEMPOTENCY_KEY_REUSED', { detail: 'This key came with another file before.' });
    const answer = () => ({ importId });
    const context = commandContext(request, answer);
    const command = new RequestImport({ importId, format, bytes: file.bytes }, context);
    const outcome = await this.commands.execute(command);
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    // A repeated request after the import has ended: nobody will read this file again.
    if (outcome.state.status !== 'running') await this.files.delete({ fileId: importId, workspaceId });
    return accepted(reply, outcome.position, answer());
  }

  @Get('imports/:id')
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['imports'] })
  @Documented({
    tag: 'Imports',
    summary: 'How an import went',
    params: ['id'],
    answer: 'Import',
    refusals: [404],
  })
  async get(@Param('id', idOr('IMPORT_NOT_FOUND')) importId: string, @Req() request: Request) {
    const { workspaceId } = callerOf(request);
    const query = new GetImport(workspaceId, importId);
    const found = (await this.queries.execute(query)) ?? (await this.findWritten(query, signalOf(request)));
    if (found) return found;
    throw new Problem('IMPORT_NOT_FOUND', { detail: 'This workspace has no import with this id.' });
  }

  private recognise(request: Request, body: AsyncIterable<Buffer> | undefined) {
    const { importBytesMax } = this.options;
    if (Number(request.headers['content-length']) > importBytesMax)
      throw new Problem('BODY_TOO_LARGE', { detail: `An import has at most ${importBytesMax} bytes.` });
    const encoding = request.headers['content-encoding'];
    if (encoding && encoding !== 'identity')
      throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send the file as it is, not compressed.' });
    if (!body) throw new Problem('EMPTY_BODY', { detail: 'The upload holds nothing.' });
    return recognise(request.headers['content-type'], body);
  }

  /** An id that was answered is never "not found": the log knows it before the read model does. */
  private async findWritten(query: GetImport, signal: AbortSignal) {
    const { position } = await this.writer.load(importRef(query.importId, query.workspaceId));
    if (position === 0n) return null;
    const { workspaceId } = query;
    await this.gate.waitFor('imports', position, { timeoutMs: READ_WAIT_MS_MAX, signal, workspaceId });
    return this.queries.execute(query);
  }
}
