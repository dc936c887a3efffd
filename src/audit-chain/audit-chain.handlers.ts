/** Reads of the chain on Nest's query bus. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { decodeCursor, pageOf, type Page } from '../projections/cursor.js';
import type { CheckpointShown } from './export-lines.js';
import { AuditProofs, type PublicKeyShown } from './proofs.js';
import type { Verification, VerifyFrom } from './verify/verify.js';

/** Null: the chain has no such link to begin behind. */
export class VerifyAudit extends Query<Verification | null> {
  constructor(
    readonly workspaceId: string,
    readonly from: VerifyFrom,
  ) {
    super();
  }
}

@QueryHandler(VerifyAudit)
export class VerifyAuditHandler implements IQueryHandler<VerifyAudit> {
  constructor(@Inject(AuditProofs) private readonly proofs: AuditProofs) {}

  execute({ workspaceId, from }: VerifyAudit) {
    return this.proofs.verify(workspaceId, from);
  }
}

/** Newest first. */
export class ListAuditCheckpoints extends Query<Page<CheckpointShown>> {
  constructor(
    readonly workspaceId: string,
    readonly page: { cursor?: string | undefined; limit: number },
  ) {
    super();
  }
}

const SeqCursor = z.string().regex(/^\d{1,18}$/);

@QueryHandler(ListAuditCheckpoints)
export class ListAuditCheckpointsHandler implements IQueryHandler<ListAuditCheckpoints> {
  constructor(@Inject(AuditProofs) private readonly proofs: AuditProofs) {}

  async execute({ workspaceId, page }: ListAuditCheckpoints) {
    const beforeSeq = page.cursor ? BigInt(decodeCursor(page.cursor, SeqCursor)) : null;
    const rows = await this.proofs.checkpoints(workspaceId, { beforeSeq, limit: page.limit + 1 });
    return pageOf(
      rows,
      page.limit,
      (checkpoint) => checkpoint,
      ({ seq }) => seq,
    );
  }
}

/** Lines of the export, in pieces. */
export class ExportAudit extends Query<AsyncIterable<string>> {
  constructor(readonly workspaceId: string) {
    super();
  }
}

@QueryHandler(ExportAudit)
export class ExportAuditHandler implements IQueryHandler<ExportAudit> {
  constructor(@Inject(AuditProofs) private readonly proofs: AuditProofs) {}

  async execute({ workspaceId }: ExportAudit) {
    return this.proofs.export(workspaceId);
  }
}

/** Of the installation: the same for every workspace. */
export class ListAuditKeys extends Query<PublicKeyShown[]> {}

@QueryHandler(ListAuditKeys)
export class ListAuditKeysHandler implements IQueryHandler<ListAuditKeys> {
  constructor(@Inject(AuditProofs) private readonly proofs: AuditProofs) {}

  execute() {
    return this.proofs.publicKeys();
  }
}

export const AUDIT_CHAIN_QUERY_HANDLERS = [
  VerifyAuditHandler,
  ListAuditCheckpointsHandler,
  ExportAuditHandler,
  ListAuditKeysHandler,
];
