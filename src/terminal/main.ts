/** The process of `drafthorse`: its streams, its signals, its exit code. */
import { runCommandLine } from './cli.js';
import { EXIT } from './exit-codes.js';
import { terminalScreen } from './screen.js';

const interruption = new AbortController();
const interrupt = () => {
  // Whoever presses it twice does not want to wait for anything.
  if (interruption.signal.aborted) process.exit(EXIT.interrupted);
  interruption.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// `drafthorse … | head`: the reader has had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.unexpected),
);

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  workingDirectory: process.cwd(),
  signal: interruption.signal,
  output: process.stdout,
  screen: ({ quiet }) =>
    terminalScreen({
      input: process.stdin,
      output: process.stdout,
      errors: process.stderr,
      signal: interruption.signal,
      onInterrupt: interrupt,
      quiet,
    }),
});
