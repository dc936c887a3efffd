/** A Redis of the benchmark's own, with the persistence it has by default, in a folder that goes with it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../program.js';

const run = promisify(execFile);
const INSTALL_MS_MAX = 180_000;
const START_MS_MAX = 10_000;

export interface Redis {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Null when a Redis can be started here, once it has been installed where that is ours to do; otherwise why not. */
export async function whyNoRedis(): Promise<string | null> {
  if (await isInstalled()) return null;
  if (process.getuid?.() !== 0) return 'redis-server is not installed, and only root may install it';
  console.log('installing redis-server…');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['install', '-y', 'redis-server'], { env: environment, timeout: INSTALL_MS_MAX });
  try {
    await install().catch(async () => {
      await run('apt-get', ['update'], { timeout: INSTALL_MS_MAX });
      await install();
    });
  } catch {
    return 'redis-server is not installed, and apt-get could not install it';
  }
  return (await isInstalled()) ? null : 'redis-server is not on the PATH after its installation';
}

const isInstalled = () =>
  run('redis-server', ['--version']).then(
    () => true,
    () => false,
  );

export async function startRedis(): Promise<Redis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-redis-'));
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder], {
    stdio: 'ignore',
  });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const stop = async () => {
    process.off('exit', endWithUs);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  for (const deadline = performance.now() + START_MS_MAX; performance.now() < deadline;) {
    if (await answers(port)) return { port, pid: child.pid!, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`redis-server did not answer within ${START_MS_MAX} ms`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
  });
}
