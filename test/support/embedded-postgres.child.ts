/** A process that owns an embedded PostgreSQL: prints its URL and lives until it is killed. */
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';

const { url } = await startEmbeddedPostgres({ dataDir: process.argv[2]!, durable: false });
console.log(url);
setInterval(() => undefined, 60_000);
