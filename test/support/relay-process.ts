/** Relays in processes of their own, to be killed and held still. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built } from './built.js';
import { QUICK_RELAY, type KafkaSpec } from './kafka-buses.js';
import type { RelayChildOptions } from './relay.child.js';
import { until } from './until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface RelayProcess {
  lines: string[];
  signal(signal: NodeJS.Signals): void;
  leads(): Promise<unknown>;
}

export function startRelayProcess({ data, connection, topics }: KafkaSpec): RelayProcess {
  const options: RelayChildOptions = { url: data.url, connection, topics, times: QUICK_RELAY };
  const child = spawn(process.execPath, [built('test/support/relay.child.ts'), JSON.stringify(options)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    lines,
    signal: (signal) => void child.kill(signal),
    leads: () => until('the relay leads', () => lines.some((line) => line.startsWith('leading')), 30_000),
  };
}

/** After each spec: nobody may go on. */
export function killRelayProcesses(): void {
  for (const child of children) child.kill('SIGKILL');
}
