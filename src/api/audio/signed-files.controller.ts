/** Files behind signed links: for whoever holds one, without a key, until it expires. */
import { Controller, Get, Inject, Query, Res, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { FILE_STORE, type FileStore } from '../../platform/files/file-store.js';
import { SignedLinks } from '../../platform/files/signed-links.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { begun } from '../requests/begun-content.js';
import { parsed } from '../requests/parsed.js';
import type { Reply } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

export const SIGNED_FILES_PATH = '/api/v1/files/signed';

const LinkQuery = z.strictObject({
  workspaceId: z.uuid(),
  fileId: z.uuid(),
  contentType: z.string().max(100),
  expires: z.string().regex(/^\d{1,12}$/, 'seconds since 1970'),
  signature: z.string().max(100),
});
type LinkQuery = z.infer<typeof LinkQuery>;

@Controller()
export class SignedFilesController {
  constructor(
    @Inject(FILE_STORE) private readonly files: FileStore,
    @Inject(SignedLinks) private readonly links: SignedLinks,
  ) {}

  @Get(SIGNED_FILES_PATH)
  @RouteConfig({ public: true, streams: true })
  @Documented({
    tag: 'Drafts',
    summary: 'What a signed link leads to',
    query: LinkQuery,
    answerTypes: ['application/octet-stream'],
    refusals: [403, 410],
  })
  async get(@Query(parsed(LinkQuery)) query: LinkQuery, @Res({ passthrough: true }) reply: Reply) {
    const file = this.links.verify(query);
    if (!file) throw new Problem('LINK_INVALID', { detail: 'Ask for a new link.' });
    const content = await begun(
      this.files.open(file),
      () => new Problem('AUDIO_GONE', { detail: 'The file was deleted.' }),
    );
    void reply.headers({ 'content-type': file.contentType, 'cache-control': 'private, no-store' });
    return new StreamableFile(Readable.from(content, { objectMode: false }), { type: file.contentType });
  }
}
