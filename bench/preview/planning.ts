/** The step that makes a preview, alone: match, plan, seal, on the server's own database, by the code that its job runs. */
import { randomUUID } from 'node:crypto';
import type { Task } from '../../src/catalogue/task.js';
import { CatalogueWriter } from '../../src/commands/catalogue/catalogue-writer.js';
import { StreamWriter } from '../../src/commands/stream-writer.js';
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import { EmbeddedEventBus } from '../../src/event-bus/embedded/embedded-event-bus.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { DEFAULT_PLAN_RULES } from '../../src/planning/rules.js';
import type { Database } from '../../src/platform/database/database.js';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import { FreshCatalogue } from '../../src/projections/products/fresh-catalogue.js';
import { Projections } from '../../src/projections/projections.js';
import { catalogueReads } from '../../src/sagas/planner/catalogue-reads.js';
import { Planner } from '../../src/sagas/planner/planner.js';
import { workspaceRules } from '../../src/sagas/planner/workspace-rules.js';

export interface PlanningStep {
  /** Answers how many products the plan matched. */
  preview(workspaceId: string, task: Task): Promise<number>;
  close(): Promise<void>;
}

export function planningStep(database: Database): PlanningStep {
  const now = () => new Date();
  const store = new PostgresEventStore(database);
  const writer = new StreamWriter(store, now);
  // Nothing is projected here: the server does that. Only reads wait, and find that they need not.
  const bus = new EmbeddedEventBus({ store, database, deadLetters: new DeadLetters(database) });
  const projections = new Projections({ database, bus, store, projections: ALL_PROJECTIONS });
  const reader = new FreshCatalogue(database, store, projections);
  const catalogue = new CatalogueWriter(writer, store, reader, workspaceRules(writer), now);
  const reads = catalogueReads(database, reader, catalogue, writer);
  const planner = new Planner({
    reads,
    writer,
    store,
    rules: DEFAULT_PLAN_RULES,
    previewTtlMs: 60_000,
    now,
  });
  return {
    preview: async (workspaceId, task) => {
      const draftId = randomUUID();
      const planned = await planner.plan(task, { draftId, workspaceId, language: 'en' });
      if ('kind' in planned) throw new Error(planned.message);
      const context = {
        workspaceId,
        userId: null,
        commandId: randomUUID(),
        correlationId: draftId,
        causationId: null,
      };
      const { summary } = await planner.seal(planned, { draftId }, [], context);
      return summary.matched;
    },
    close: async () => {
      await bus.close();
      await store.close();
    },
  };
}
