/** The database for a command of an operator: the configured one, or the embedded one whether its server runs or not. */
import type { Settings } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from '../platform/database/embedded-postgres.js';
import { migrate } from '../platform/database/migrate.js';

const POOL_SIZE_MAX = 4;

export async function openDatabase(
  settings: Settings,
): Promise<{ database: Database; close(): Promise<void> }> {
  const running = settings.DATABASE_URL
    ? { url: settings.DATABASE_URL }
    : await runningEmbeddedPostgres(settings.DATA_DIR);
  const started = running ? null : await startEmbeddedPostgres({ dataDir: settings.DATA_DIR, durable: true });
  const { url } = (running ?? started)!;
  await migrate(url);
  const database = new Database({
    url,
    poolSizeMax: POOL_SIZE_MAX,
    applicationName: 'drafthorse-operator',
    durableCommits: true,
  });
  return {
    database,
    close: async () => {
      await database.close();
      await started?.stop();
    },
  };
}
