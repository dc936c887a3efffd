/**
 * The API as a Nest module. The modules it imports provide, and export:
 * `CommandBus` and `QueryBus` (CqrsModule, with every handler registered), `StreamWriter`, `Authenticator`, `DeadLetters`,
 * `SignedLinks`, and under IDENTITY and their tokens EVENT_STORE, FILE_STORE, READ_MODEL_GATE, DRAFT_WATCHER, RECORDING_KEEPER, UPLOAD_KEEPER,
 * LIMITER_STORE, RECEIPTS, REQUEST_SECRETS, QUEUE_GAUGE and HEALTH_REPORTER.
 */
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import { API_OPTIONS, type ApiOptions } from './api-options.js';
import { ArchivesController } from './archives/archives.controller.js';
import { AudioController } from './audio/audio.controller.js';
import { SignedFilesController } from './audio/signed-files.controller.js';
import { DraftReads } from './drafts/draft-reads.js';
import { ApprovalsController } from './drafts/approvals.controller.js';
import { DraftsController } from './drafts/drafts.controller.js';
import { HistoryController } from './history/history.controller.js';
import { AuditController } from './history/audit.controller.js';
import { ImportsController } from './imports/imports.controller.js';
import { ApiKeysController } from './identity/api-keys.controller.js';
import { AuthController } from './identity/auth.controller.js';
import { JwksController } from './identity/jwks.controller.js';
import { MeController } from './identity/me.controller.js';
import { MembersController } from './identity/members.controller.js';
import { HealthController } from './operations/health.controller.js';
import { LinkedAccountsController } from './identity/linked-accounts.controller.js';
import { OpenIdBrowser } from './identity/openid-browser.js';
import { OpenIdController } from './identity/openid.controller.js';
import { MetricsController } from './operations/metrics.controller.js';
import { HttpMetrics } from './operations/metrics.js';
import { ProductsController } from './products/products.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { Redrives } from './dead-letters/redrives.js';
import { PrivacyController } from './privacy/privacy.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { RateLimits } from './limits/rate-limits.js';
import { SignInLimits } from './limits/sign-in-limits.js';
import { WorkspaceSettingsController } from './workspace/workspace-settings.controller.js';
import { CatalogueFreshness } from './requests/catalogue-freshness.js';

export class ApiModule {}

export interface ApiModuleDependencies {
  imports: NonNullable<ModuleMetadata['imports']>;
  options: ApiOptions;
  /** Other parts of the program add their metrics to its registry. */
  metrics: HttpMetrics;
}

export function createApiModule({ imports, options, metrics }: ApiModuleDependencies): DynamicModule {
  return {
    module: ApiModule,
    imports,
    controllers: [
      DraftsController,
      ApprovalsController,
      AudioController,
      SignedFilesController,
      ImportsController,
      ProductsController,
      HistoryController,
      AuditController,
      UsageController,
      WorkspaceSettingsController,
      AuthController,
      MeController,
      MembersController,
      ApiKeysController,
      JwksController,
      DeadLettersController,
      PrivacyController,
      ArchivesController,
      HealthController,
      MetricsController,
      OpenIdController,
      LinkedAccountsController,
    ],
    providers: [
      { provide: API_OPTIONS, useValue: options },
      { provide: HttpMetrics, useValue: metrics },
      DraftReads,
      CatalogueFreshness,
      RateLimits,
      SignInLimits,
      OpenIdBrowser,
      Redrives,
    ],
  };
}
