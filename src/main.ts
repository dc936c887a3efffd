/** The program: reads its configuration, starts, and ends on a signal or when it cannot go on. */
import 'reflect-metadata';
import './platform/node-version.js';
import { inspect } from 'node:util';
import { start } from './composition/start.js';
import { ConfigError, readConfig } from './platform/config/config.js';
import { redactor } from './platform/logging/redaction.js';

let withoutSecrets = redactor([]);
const crash = (error: unknown) => {
  console.error(withoutSecrets(error instanceof ConfigError ? error.message : inspect(error)));
  process.exit(1);
};
// As Node would end, but for the secrets that its own words may hold.
process.on('uncaughtException', crash);

try {
  const config = readConfig(process.env);
  withoutSecrets = redactor(config.secrets);
  const starting = start(config, () => end(1));
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
  crash(error);
}
