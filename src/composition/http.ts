/** HTTP as one process serves it: Nest's module around what was built without Nest. */
import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import { createApiModule } from '../api/api.module.js';
import { REQUEST_SECRETS } from '../api/idempotency/request-secrets.js';
import { HttpMetrics } from '../api/operations/metrics.js';
import {
  DRAFT_WATCHER,
  HEALTH_REPORTER,
  QUEUE_GAUGE,
  READ_MODEL_GATE,
  RECORDING_KEEPER,
  UPLOAD_KEEPER,
  type HealthReporter,
  type QueueGauge,
} from '../api/ports.js';
import { createHttpServer } from '../api/server/http-server.js';
import { CATALOGUE_HANDLERS } from '../commands/catalogue/catalogue.handlers.js';
import { CatalogueWriter } from '../commands/catalogue/catalogue-writer.js';
import { APPROVAL_HANDLERS } from '../commands/draft/approval.handlers.js';
import { APPROVALS, DRAFT_HANDLERS } from '../commands/draft/draft.handlers.js';
import { VOICE_HANDLERS } from '../commands/draft/voice.handlers.js';
import { PREVIEW_PLANNER } from '../commands/draft/preview-planner.js';
import { IMPORT_HANDLERS } from '../commands/import/import.handlers.js';
import { StreamWriter } from '../commands/stream-writer.js';
import { PRIVACY_HANDLERS } from '../commands/workspace/privacy.handlers.js';
import { WORKSPACE_HANDLERS } from '../commands/workspace/workspace.handlers.js';
import { DeadLetters } from '../event-bus/dead-letters.js';
import { EVENT_STORE } from '../event-store/event-store.js';
import { RECEIPTS } from '../event-store/receipts.js';
import { AUDIT_CHAIN_QUERY_HANDLERS } from '../audit-chain/audit-chain.handlers.js';
import { AuditProofs } from '../audit-chain/proofs.js';
import { Authenticator } from '../identity/authenticator.js';
import { IDENTITY } from '../identity/identity.js';
import { PersonalTexts } from '../personal-data/personal-texts.js';
import type { Settings } from '../platform/config/config.js';
import { WORKSPACE_READS, workspaceReads } from '../platform/database/workspace-scope.js';
import { FILE_STORE } from '../platform/files/file-store.js';
import { SignedLinks } from '../platform/files/signed-links.js';
import { LIMITER_STORE } from '../platform/limits/limiter-store.js';
import type { Logger } from '../platform/logging/logger.js';
import { ARCHIVE_QUERY_HANDLERS } from '../projections/archives/archives.queries.js';
import { AUDIT_QUERY_HANDLERS } from '../projections/audit/audit.queries.js';
import { CHANGE_SET_QUERY_HANDLERS } from '../projections/change-sets/change-sets.handlers.js';
import { DRAFT_QUERY_HANDLERS } from '../projections/drafts/drafts.queries.js';
import { IMPORT_QUERY_HANDLERS } from '../projections/imports/imports.queries.js';
import { PRODUCT_QUERY_HANDLERS } from '../projections/products/products.handlers.js';
import { USAGE_QUERY_HANDLERS } from '../projections/usage/usage.queries.js';
import { WORKSPACE_SETTINGS_QUERY_HANDLERS } from '../projections/workspace-settings/workspace-settings.queries.js';
import { deleteUnclaimedRequest, type Upload } from '../sagas/import-products/delete-unclaimed.job.js';
import type { Application } from './application.js';
import type { Infrastructure } from './infrastructure.js';
import { draftWatcher, readModelGate } from './read-waits.js';
import { isVoiceConfigured, recordingKeeper } from './voice.js';

export interface HttpParts {
  infrastructure: Infrastructure;
  application: Application;
  reporter: HealthReporter;
  queues: QueueGauge;
  proofs: AuditProofs;
  /** Every figure of the process. */
  registry: Registry;
}

@Module({})
class BusModule {}

@Module({})
class RootModule {}

function busModule(
  { infrastructure, application, reporter, queues, proofs }: HttpParts,
  links: SignedLinks,
): DynamicModule {
  const { database, personal, jobs, files, deadLetters, limits, receipts } = infrastructure;
  const { writer, catalogue, planner, approvals, projections, identity } = application;
  const values = [
    { provide: WORKSPACE_READS, useValue: workspaceReads(database) },
    { provide: EVENT_STORE, useValue: personal.store },
    { provide: PersonalTexts, useValue: personal.texts },
    { provide: FILE_STORE, useValue: files },
    { provide: DeadLetters, useValue: deadLetters },
    { provide: LIMITER_STORE, useValue: limits },
    { provide: RECEIPTS, useValue: receipts },
    { provide: REQUEST_SECRETS, useValue: personal.requests },
    { provide: QUEUE_GAUGE, useValue: queues },
    { provide: StreamWriter, useValue: writer },
    { provide: CatalogueWriter, useValue: catalogue },
    { provide: PREVIEW_PLANNER, useValue: planner },
    { provide: APPROVALS, useValue: approvals },
    { provide: Authenticator, useValue: identity.authenticator },
    { provide: IDENTITY, useValue: identity },
    { provide: READ_MODEL_GATE, useValue: readModelGate(projections) },
    { provide: DRAFT_WATCHER, useValue: draftWatcher(projections) },
    { provide: RECORDING_KEEPER, useValue: recordingKeeper(jobs) },
    {
      provide: UPLOAD_KEEPER,
      useValue: { watch: (upload: Upload) => jobs.add([deleteUnclaimedRequest(upload, new Date())]) },
    },
    { provide: SignedLinks, useValue: links },
    { provide: HEALTH_REPORTER, useValue: reporter },
    { provide: AuditProofs, useValue: proofs },
  ];
  const handlers = [
    ...DRAFT_HANDLERS,
    ...APPROVAL_HANDLERS,
    ...VOICE_HANDLERS,
    ...WORKSPACE_HANDLERS,
    ...CATALOGUE_HANDLERS,
    ...IMPORT_HANDLERS,
    ...PRIVACY_HANDLERS,
    ...DRAFT_QUERY_HANDLERS,
    ...PRODUCT_QUERY_HANDLERS,
    ...CHANGE_SET_QUERY_HANDLERS,
    ...IMPORT_QUERY_HANDLERS,
    ...ARCHIVE_QUERY_HANDLERS,
    ...AUDIT_QUERY_HANDLERS,
    ...AUDIT_CHAIN_QUERY_HANDLERS,
    ...USAGE_QUERY_HANDLERS,
    ...WORKSPACE_SETTINGS_QUERY_HANDLERS,
  ];
  const imports = [CqrsModule.forRoot()];
  return {
    module: BusModule,
    imports,
    providers: [...values, ...handlers],
    exports: [CqrsModule, ...values.map(({ provide }) => provide)],
  };
}

/** Listening, with its address. */
export async function serveHttp(
  settings: Settings,
  parts: HttpParts,
  logger: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  const links = await SignedLinks.open(parts.infrastructure.database, () => new Date());
  const api = createApiModule({
    imports: [busModule(parts, links)],
    metrics: new HttpMetrics(parts.registry),
    options: {
      bodyBytesMax: settings.BODY_BYTES_MAX,
      importBytesMax: settings.IMPORT_BYTES_MAX,
      requestTimeoutMs: settings.REQUEST_TIMEOUT_SECONDS * 1_000,
      hstsSeconds: settings.HSTS_SECONDS,
      audio: isVoiceConfigured(settings)
        ? { bytesMax: settings.AUDIO_BYTES_MAX, secondsMax: settings.AUDIO_SECONDS_MAX }
        : null,
      corsOrigins: settings.CORS_ORIGINS ?? [],
      publicUrl: settings.PUBLIC_URL,
      trustedProxies: settings.TRUSTED_PROXIES ?? [],
      queues: {
        waitingMax: settings.QUEUE_WAITING_MAX,
        oldestSecondsMax: settings.QUEUE_WAIT_SECONDS_MAX,
      },
      limits: {
        drafts: settings.RATE_LIMIT_DRAFTS,
        executions: settings.RATE_LIMIT_EXECUTIONS,
        reads: settings.RATE_LIMIT_READS,
        auth: settings.RATE_LIMIT_AUTH,
      },
    },
  });
  const app = await createHttpServer({ module: RootModule, imports: [api] }, logger);
  await app.listen(settings.PORT, settings.HOST);
  const { port } = app.getHttpServer().address() as { port: number };
  const host = settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST;
  return { url: `http://${host}:${port}`, close: () => closeHttp(app) };
}

/** A connection that was answering when closing began goes idle after that, and would be waited for. */
const IDLE_SWEEP_MS = 50;

async function closeHttp(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer() as Server;
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}
