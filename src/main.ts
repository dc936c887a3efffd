/** The program: reads its configuration, starts, and ends on a signal or when it cannot go on. */
import 'reflect-metadata';
import './platform/node-version.js';
import { start } from './composition/start.js';
import { ConfigError, readConfig } from './platform/config/config.js';

try {
  const starting = start(readConfig(process.env), () => end(1));
  // A second Ctrl-C must not cut short what the first one began, nor one during the start leave a half behind.
  let ending: Promise<void> | undefined;
  const end = (exitCode: number) => {
    ending ??= starting.then((running) => running.stop()).finally(() => process.exit(exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));

  const running = await starting;
  if (running.url) console.log(`Drafthorse listens on ${running.url}`);
  if (running.apiKeyFile) console.log(`The owner's API key is in ${running.apiKeyFile}`);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
