/** `npm run rename-group -- OLD NEW`: gives a consumer group another name, with what it has handled. Stop both first. */
import { renameGroup } from './event-bus/kafka/rename-group.js';
import { ConfigError, readConfig } from './platform/config/config.js';
import { Database } from './platform/database/database.js';

async function run(): Promise<void> {
  const [from, to] = process.argv.slice(2);
  if (!from || !to) throw new ConfigError(['two names are needed: the old and the new one']);
  const url = readConfig(process.env).settings.DATABASE_URL;
  if (!url) throw new ConfigError(['DATABASE_URL is needed']);
  const database = new Database({ url, poolSizeMax: 1, applicationName: 'drafthorse-rename-group' });
  try {
    await renameGroup(database, from, to);
    console.log(`${from} is called ${to} now`);
  } finally {
    await database.close();
  }
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
