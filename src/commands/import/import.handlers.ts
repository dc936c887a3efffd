/** Request an import: the upload is stored whole before this command, the reading of it comes after. */
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ImportFormat } from '../../events/import.events.js';
import type { UserContext } from '../draft/draft.handlers.js';
import type { Receipted } from '../receipt.js';
import { StreamWriter, type Outcome } from '../stream-writer.js';
import { requestImport, type ImportState } from './import.decider.js';
import { importRef } from './import-stream.js';

export class RequestImport extends Command<Outcome<ImportState, never>> {
  constructor(
    readonly upload: { importId: string; format: ImportFormat; bytes: number },
    readonly context: UserContext & Receipted<ImportState>,
  ) {
    super();
  }
}

@CommandHandler(RequestImport)
export class RequestImportHandler implements ICommandHandler<RequestImport> {
  constructor(@Inject(StreamWriter) private readonly writer: StreamWriter) {}

  execute({ upload, context }: RequestImport) {
    const { workspaceId, userId } = context;
    return this.writer.decide(
      importRef(upload.importId, workspaceId),
      context,
      (state, now) => requestImport({ ...upload, workspaceId, userId, requestedAt: now }, state),
      undefined,
      context.receipt,
    );
  }
}

export const IMPORT_HANDLERS = [RequestImportHandler];
