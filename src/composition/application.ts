/** The rooms between the outside parts and HTTP: the write side, the sagas with their jobs, the projections. */
import { CatalogueWriter } from '../commands/catalogue/catalogue-writer.js';
import type { Approvals } from '../commands/draft/draft.handlers.js';
import { StreamWriter } from '../commands/stream-writer.js';
import { buildIdentity, type Identity } from '../identity/identity.js';
import { forgetPerson } from '../identity/users/forget-person.js';
import type { Transcriber } from '../interpreter/audio/transcriber.js';
import type { Interpreter } from '../interpreter/interpreter.js';
import { DEFAULT_PLAN_RULES } from '../planning/rules.js';
import type { Settings } from '../platform/config/config.js';
import type { JobDefinition } from '../platform/jobs/job.js';
import { ALL_PROJECTIONS } from '../projections/all.js';
import { FreshCatalogue } from '../projections/products/fresh-catalogue.js';
import { productsBySku } from '../projections/products/products.queries.js';
import { Projections, WAIT_MS_MAX_DEFAULT } from '../projections/projections.js';
import { loadVocabulary, vocabularyVersion } from '../projections/vocabulary/vocabulary.queries.js';
import { applyChangesJob } from '../sagas/apply-changes/apply-changes.job.js';
import { applyChangesSaga } from '../sagas/apply-changes/apply-changes.saga.js';
import { catalogueReads } from '../sagas/planner/catalogue-reads.js';
import { Planner } from '../sagas/planner/planner.js';
import { workspaceRules } from '../sagas/planner/workspace-rules.js';
import { draftsOfPerson, deleteReplies } from '../sagas/erase-user-data/drafts-of-person.js';
import { eraseUserDataJob } from '../sagas/erase-user-data/erase-user-data.job.js';
import { eraseUserDataSaga } from '../sagas/erase-user-data/erase-user-data.saga.js';
import { expireDraftJob } from '../sagas/expire-drafts/expire-draft.job.js';
import { expireDraftsSaga } from '../sagas/expire-drafts/expire-drafts.saga.js';
import { deleteUnclaimedJob } from '../sagas/import-products/delete-unclaimed.job.js';
import { importProductsJob } from '../sagas/import-products/import-products.job.js';
import { importProductsSaga } from '../sagas/import-products/import-products.saga.js';
import { askModelsJob } from '../sagas/interpret-prompt/ask-models.job.js';
import {
  interpretPromptJob,
  type InterpretPromptPorts,
} from '../sagas/interpret-prompt/interpret-prompt.job.js';
import { interpretPromptSaga } from '../sagas/interpret-prompt/interpret-prompt.saga.js';
import { keptReplies } from '../sagas/interpret-prompt/kept-replies.js';
import { VocabularyCache } from '../sagas/interpret-prompt/vocabulary-cache.js';
import { followMembersJob } from '../sagas/follow-members/follow-members.job.js';
import { followMembersSaga } from '../sagas/follow-members/follow-members.saga.js';
import { deleteOldKeysJob } from '../sagas/delete-old-keys/delete-old-keys.job.js';
import { recordUndoJob } from '../sagas/record-undo/record-undo.job.js';
import { recordUndoSaga } from '../sagas/record-undo/record-undo.saga.js';
import { archiveWorkspaceJob, retentionJob } from '../sagas/retention/retention.job.js';
import { deleteAudioJob } from '../sagas/transcribe-audio/delete-audio.job.js';
import {
  transcribeAudioJob,
  type TranscribeAudioPorts,
} from '../sagas/transcribe-audio/transcribe-audio.job.js';
import { transcribeAudioSaga } from '../sagas/transcribe-audio/transcribe-audio.saga.js';
import { catalogueShown } from '../sagas/catalogue-shown.js';
import type { Saga } from '../sagas/saga.js';
import type { Infrastructure } from './infrastructure.js';
import { modelBudget } from './models.js';

export const ALL_SAGAS: readonly Saga[] = [
  interpretPromptSaga,
  applyChangesSaga,
  expireDraftsSaga,
  recordUndoSaga,
  importProductsSaga,
  transcribeAudioSaga,
  followMembersSaga,
  eraseUserDataSaga,
];

export interface Application {
  writer: StreamWriter;
  catalogue: CatalogueWriter;
  planner: Planner;
  approvals: Approvals;
  projections: Projections;
  identity: Identity;
  jobDefinitions: JobDefinition<never>[];
}

/** Who understands people: what they wrote, and what they said. */
export interface Understanding {
  interpreter: Interpreter;
  /** Null: nobody hears. */
  transcriber: Transcriber | null;
  onTranscriptionFailure: TranscribeAudioPorts['onFailure'];
}

export function buildApplication(
  settings: Settings,
  infrastructure: Infrastructure,
  { interpreter, transcriber, onTranscriptionFailure }: Understanding,
): Application {
  const { database, derived, bus, jobs, files } = infrastructure;
  const { store, keys } = infrastructure.personal;
  const now = () => new Date();
  const previewTtlMs = settings.PREVIEW_TTL_MINUTES * 60_000;
  const rules = { ...DEFAULT_PLAN_RULES, secondConfirmationRows: settings.SECOND_CONFIRMATION_ROWS };

  const writer = new StreamWriter(store, now);
  const identity = buildIdentity(database, writer, now, {
    providers: settings.OPENID_PROVIDERS,
    publicUrl: settings.PUBLIC_URL,
  });
  const projections = new Projections({ database: derived, bus, store, projections: ALL_PROJECTIONS });
  const reader = new FreshCatalogue(database, store, projections);
  const catalogue = new CatalogueWriter(writer, store, reader, workspaceRules(writer), now);
  const reads = catalogueReads(database, reader, catalogue, writer);
  const planner = new Planner({ reads, writer, store, rules, previewTtlMs, now });
  const shown = catalogueShown(projections);
  const workspaceAfter = (workspaceId: string | null) => identity.workspaces.after(workspaceId);
  const vocabularies = new VocabularyCache({
    version: async (workspaceId) => vocabularyVersion(database.scope(workspaceId)),
    load: async (workspaceId) => loadVocabulary(database.scope(workspaceId)),
  });

  const budget = modelBudget(settings, database, projections);
  const keepReply = keptReplies(database, settings.LLM_REPLIES_KEPT_DAYS);
  const reading: InterpretPromptPorts = {
    writer,
    planner,
    reads,
    jobs,
    interpreter,
    vocabularies,
    knownSkus: async (workspaceId, candidates) =>
      (await productsBySku(database.scope(workspaceId), candidates)).map(({ sku }) => sku),
    tierOf: (workspaceId) => settings.LLM_TIERS[workspaceId],
    ...(budget && { budget }),
    ...(keepReply && { keepReply }),
    now,
    previewTtlMs,
  };

  return {
    writer,
    catalogue,
    planner,
    approvals: { ttlMs: settings.APPROVAL_TTL_HOURS * 3_600_000 },
    projections,
    identity,
    jobDefinitions: [
      interpretPromptJob(reading),
      askModelsJob(reading),
      applyChangesJob({ writer, catalogue, planner, shown, jobs, now }),
      expireDraftJob({ writer, jobs, now }),
      recordUndoJob({ writer, now }),
      deleteOldKeysJob({
        receipts: infrastructure.receipts,
        keptHours: settings.IDEMPOTENCY_KEY_HOURS,
        now,
      }),
      followMembersJob({ follow: (workspaceId) => identity.members.follow(workspaceId) }),
      eraseUserDataJob({
        writer,
        files,
        jobs,
        destroyKey: (erasure) => keys.destroy(erasure),
        forgetPerson: (person) => forgetPerson(database, identity.revocations, { ...person, at: now() }),
        drafts: (person, createdUpTo) => draftsOfPerson(database, person, createdUpTo),
        deleteReplies: (person) => deleteReplies(database, person),
        now,
      }),
      retentionJob({ workspaceAfter, jobs }),
      archiveWorkspaceJob({
        workspaceAfter,
        jobs,
        writer,
        log: infrastructure.store,
        files,
        reads: database,
        isShown: (readModel, target) =>
          projections.waitForEvent(readModel, target, { timeoutMs: WAIT_MS_MAX_DEFAULT }),
        draftsKeptMs: keptMs(settings.DRAFTS_KEPT_DAYS),
        changeSetsKeptMs: keptMs(settings.CHANGE_SETS_KEPT_DAYS),
        now,
      }),
      deleteUnclaimedJob({ writer, files }),
      importProductsJob({ writer, catalogue, reader, files, shown, now }),
      transcribeAudioJob({ writer, files, transcriber, onFailure: onTranscriptionFailure, now }),
      deleteAudioJob({ writer, files, jobs, keepMs: settings.AUDIO_KEEP_HOURS * 3_600_000, now }),
    ],
  };
}

/** Null: for ever. */
const keptMs = (days: number) => (days === 0 ? null : days * 24 * 3_600_000);
