/** `npm run migrate`: brings the database of DATABASE_URL to this program's schema, and ends. */
import { ConfigError, readConfig } from './platform/config/config.js';
import { migrate } from './platform/database/migrate.js';

try {
  const { DATABASE_URL } = readConfig(process.env).settings;
  if (DATABASE_URL === null)
    throw new ConfigError(['DATABASE_URL is not set; the embedded database is migrated at every start']);
  const { applied } = await migrate(DATABASE_URL);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('nothing to apply');
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
