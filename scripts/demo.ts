/** `npm run demo [-- --catalogue FILE]`: exits with 0 only when everything went as it should. */
import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { runDemo } from '../src/terminal/demo/demo.js';
import { EXIT } from '../src/terminal/exit-codes.js';
import { terminalScreen } from '../src/terminal/screen.js';

/** The demo leaves within a minute; cleaning up needs some of it. */
const WORK_TIMEOUT_MS = 50_000;
/** A catalogue larger than those it was made for may take longer in proportion. */
const BYTES_PER_SECOND = 1_000_000;

/** Also where the output is no terminal: it is for reading. */
const COLUMNS_MAX = 120;

const { catalogue = null } = new Command('demo')
  .description('A server on a fresh data folder, one change in English and one in Persian, and back.')
  .option('--catalogue <file>', 'NDJSON, CSV or JSON; default: the one that comes with Drafthorse')
  .parse()
  .opts<{ catalogue?: string }>();

const interruption = new AbortController();
const hurry = new AbortController();
const interrupt = () => (interruption.signal.aborted ? hurry : interruption).abort();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

try {
  const bytes = catalogue === null ? 0 : (await stat(catalogue)).size;
  const workTimeoutMs = WORK_TIMEOUT_MS + (bytes / BYTES_PER_SECOND) * 1_000;
  const timeout = AbortSignal.timeout(Math.round(workTimeoutMs));
  const signal = AbortSignal.any([interruption.signal, timeout]);
  const { stdin, stdout, stderr } = process;
  const terminal = terminalScreen({
    input: stdin,
    output: stdout,
    errors: stderr,
    signal,
    onInterrupt: interrupt,
  });
  const screen = { ...terminal, columns: Math.min(terminal.columns, COLUMNS_MAX) };
  try {
    await runDemo({ catalogue, screen, signal, hurry: hurry.signal });
  } catch (error) {
    if (timeout.aborted)
      throw new Error(`not done within ${Math.round(workTimeoutMs / 1_000)} s`, { cause: error });
    throw error;
  }
} catch (error) {
  if (!interruption.signal.aborted)
    console.error(error instanceof Error ? `\nThe demo failed: ${error.message}` : error);
  process.exitCode = interruption.signal.aborted ? EXIT.interrupted : EXIT.unexpected;
}
