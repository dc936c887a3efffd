/** Ties the lives of this process's servers to the process: whichever way it ends, they are asked to stop. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface OwnedServer {
  /** Resolves when it has ended; bounded. */
  stop(): Promise<void>;
  /** The process is ending and waits for nothing more. Must not throw. */
  abandon(): void;
}

const owned = new Set<OwnedServer>();

export function own(server: OwnedServer): void {
  if (owned.size === 0) {
    process.on('exit', atExit);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  owned.add(server);
}

export function disown(server: OwnedServer): void {
  if (!owned.delete(server) || owned.size > 0) return;
  process.off('exit', atExit);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function atExit(): void {
  for (const server of owned) server.abandon();
}

/** With handlers of its own, the program decides in which order things stop; without, the signal does its work after us. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  void Promise.allSettled([...owned].map((server) => server.stop())).then(() =>
    process.kill(process.pid, signal),
  );
}
