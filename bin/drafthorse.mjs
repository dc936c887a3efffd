#!/usr/bin/env node
// `drafthorse`: runs the terminal client on the Node that the package pins, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
await import(new URL('scripts/ensure-installed.mjs', root));
const pinned = fileURLToPath(new URL('node_modules/node/bin/node', root));
const client = fileURLToPath(new URL('src/terminal/main.ts', root));
const child = spawn(
  existsSync(pinned) ? pinned : process.execPath,
  ['--import', import.meta.resolve('tsx'), client, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
// Ctrl-C reaches the client too, which ends in its own time and says what became of the draft.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
