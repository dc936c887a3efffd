/** Starts one process with its roles, and stops it so that nothing accepted is lost. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ModelMetrics } from '../api/operations/model-metrics.js';
import { apiKeyFromFile } from '../identity/api-key-file.js';
import type { Config, Settings } from '../platform/config/config.js';
import { createLogger } from '../platform/logging/logger.js';
import { ALL_PROJECTIONS } from '../projections/all.js';
import { groupOf } from '../projections/projections.js';
import { sagaConsumer, sagaGroup } from '../sagas/saga.js';
import { ALL_SAGAS, buildApplication } from './application.js';
import { auditChain } from './audit-chain.js';
import { healthReporter } from './health.js';
import { serveHealth } from './health-server.js';
import { serveHttp } from './http.js';
import { openInfrastructure } from './infrastructure.js';
import { Lifecycle } from './lifecycle.js';
import { readersOf } from './models.js';
import { queueGauge } from './queues.js';
import { hearRevocations } from './revocations.js';
import { transcriberHealth, transcriberOf } from './voice.js';

/** What is left of an upload that began so long ago belongs to a process that died in the middle of it. */
const ABANDONED_UPLOAD_MS = 24 * 3_600_000;

export interface RunningProcess {
  /** Null when this process has no `api` role. */
  url: string | null;
  /** Where the generated key is kept; null when the key was given. */
  apiKeyFile: string | null;
  stop(): Promise<void>;
}

/** `onLost`: a part this process cannot do without is gone for good; stop and start again. */
export async function start(
  { settings, warnings, secrets }: Config,
  onLost: () => void,
): Promise<RunningProcess> {
  const logger = createLogger({ level: settings.LOG_LEVEL, secrets });
  for (const warning of warnings) logger.warn({}, warning);
  const lifecycle = new Lifecycle(logger);
  try {
    const infrastructure = await openInfrastructure(settings, logger, lifecycle, onLost);
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    let modelMetrics: ModelMetrics | undefined;
    const metrics = () => (modelMetrics ??= new ModelMetrics(registry));
    const readers = readersOf(settings, metrics);
    lifecycle.started('models', async () => readers.close());
    const transcriber = transcriberOf(settings, metrics);
    if (transcriber) lifecycle.started('transcriber', async () => transcriber.close());
    const application = buildApplication(settings, infrastructure, {
      interpreter: readers.interpreter,
      transcriber,
      onTranscriptionFailure: (failure) => logger.warn(failure, 'a recording was not transcribed'),
    });
    const chain = await auditChain(settings, infrastructure, { logger, registry });
    const reporter = healthReporter(infrastructure, settings, {
      ...(readers.health && { models: readers.health }),
      ...(transcriber && { transcription: () => transcriberHealth(transcriber) }),
      'audit-chain': chain.health,
    });
    const owner = await ownerKey(settings);
    await application.identity.workspaces.bootstrapOwner({ apiKey: owner.apiKey });

    const { bus, jobs, relay } = infrastructure;
    if (relay) {
      await relay.prepare([...ALL_PROJECTIONS.map(groupOf), ...ALL_SAGAS.map(sagaGroup)]);
      relay.start();
      lifecycle.started('relay', () => relay.stop());
    }
    if (settings.ROLES.includes('projections')) {
      await application.projections.start();
      lifecycle.started('projections', () => application.projections.stop());
    }
    const { follower } = chain;
    if (follower) {
      follower.start();
      lifecycle.started('audit chain', () => follower.stop());
    }
    if (settings.ROLES.includes('sagas')) {
      await infrastructure.files.deleteAbandoned(new Date(Date.now() - ABANDONED_UPLOAD_MS));
      await jobs.start(application.jobDefinitions);
      // Before the projections: running jobs wait for them.
      lifecycle.started('running jobs', () => jobs.stop());
      for (const saga of ALL_SAGAS) await bus.subscribe(sagaConsumer(saga, jobs));
    }
    if (!settings.ROLES.includes('api')) {
      if (settings.HEALTH_PORT !== null) {
        const address = { host: settings.HOST, port: settings.HEALTH_PORT };
        const health = await serveHealth(address, reporter, registry);
        lifecycle.started('health', () => health.close());
      }
      return { url: null, apiKeyFile: null, stop: () => lifecycle.stop() };
    }
    const queues = queueGauge(infrastructure.database, {
      bus: settings.KAFKA_BROKERS === null ? 'embedded' : 'kafka',
      countedMax: settings.QUEUE_WAITING_MAX + 1,
    });
    const parts = { infrastructure, application, reporter, queues, registry, proofs: chain.proofs };
    await hearRevocations(infrastructure, application.identity, lifecycle);
    const http = await serveHttp(settings, parts, logger);
    lifecycle.started('HTTP', () => http.close());
    return { url: http.url, apiKeyFile: owner.file, stop: () => lifecycle.stop() };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

/** With a database of one's own there may be several processes on several machines: no file would be theirs. */
async function ownerKey(settings: Settings): Promise<{ apiKey: string | null; file: string | null }> {
  if (settings.DRAFTHORSE_API_KEY !== null || settings.DATABASE_URL !== null)
    return { apiKey: settings.DRAFTHORSE_API_KEY, file: null };
  return apiKeyFromFile(settings.DATA_DIR);
}
