/** A process that owns embedded PostgreSQLs, one per folder: prints their URLs and lives until it is killed. */
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';

for (const dataDir of process.argv.slice(2)) {
  const { url } = await startEmbeddedPostgres({ dataDir, durable: false });
  console.log(url);
}
setInterval(() => undefined, 60_000);
