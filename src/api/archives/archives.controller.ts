/** Archives over HTTP: what is too old for the other routes, for the owner to keep or to look into. */
import { Controller, Get, Inject, Param, Query, Req, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { FILE_STORE, type FileStore } from '../../platform/files/file-store.js';
import { GetArchive, ListArchives, type ArchiveView } from '../../projections/archives/archives.queries.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { begun } from '../requests/begun-content.js';
import { ListQuery, pageSchema } from '../requests/lists.js';
import { idOr, parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

const Archive = z.object({
  archiveId: z.uuid(),
  kind: z.enum(['drafts', 'change_sets']),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  count: z.int(),
  bytes: z.int(),
  sha256: z.string(),
  archivedAt: z.iso.datetime(),
}) satisfies z.ZodType<ArchiveView>;
type ListQuery = z.output<typeof ListQuery>;

const notFound = () =>
  new Problem('ARCHIVE_NOT_FOUND', { detail: 'This workspace has no archive with this id.' });

@Controller('api/v1/archives')
export class ArchivesController {
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(FILE_STORE) private readonly files: FileStore,
  ) {}

  @Get()
  @RouteConfig({ needs: 'workspace.manage', readsFrom: ['archives'] })
  @Documented({
    tag: 'History',
    summary: 'Archives of old drafts and changes, newest first',
    query: ListQuery,
    answer: pageSchema(Archive),
    refusals: [403],
  })
  list(@Query(parsed(ListQuery)) query: ListQuery, @Req() request: Request) {
    return this.queries.execute(new ListArchives(callerOf(request).workspaceId, query));
  }

  @Get(':id')
  @RouteConfig({ needs: 'workspace.manage', streams: true })
  @Documented({
    tag: 'History',
    summary: 'An archive: a line of JSON per event, with the SHA-256 of the list',
    description: 'Personal texts are encrypted in it as they are in the log; what was erased stays erased.',
    params: ['id'],
    answerTypes: ['application/x-ndjson'],
    refusals: [403, 404],
  })
  async get(@Param('id', idOr('ARCHIVE_NOT_FOUND')) archiveId: string, @Req() request: Request) {
    const { workspaceId } = callerOf(request);
    const archive = await this.queries.execute(new GetArchive(workspaceId, archiveId));
    if (!archive) throw notFound();
    const content = await begun(this.files.open({ fileId: archiveId, workspaceId }), notFound);
    return new StreamableFile(Readable.from(content, { objectMode: false }), {
      type: 'application/x-ndjson',
      disposition: `attachment; filename="${archive.kind}-${archiveId}.ndjson"`,
    });
  }
}
