/** Schemathesis in an environment of its own, outside this folder: installed once, by its version, from PyPI. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Its checks and its seeds differ from one version to the next: another one is another test. */
export const SCHEMATHESIS_VERSION = '4.32.5';

const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const FOLDER = join(CACHE, 'drafthorse', `schemathesis-${SCHEMATHESIS_VERSION}`);
const BINARIES = join(FOLDER, process.platform === 'win32' ? 'Scripts' : 'bin');

/** Path of the program. Throws with what to install where there is no Python. */
export async function installedSchemathesis(): Promise<string> {
  const program = join(BINARIES, 'schemathesis');
  if (existsSync(program)) return program;
  console.error(`Installing schemathesis ${SCHEMATHESIS_VERSION} (once) in ${FOLDER}…`);
  await mkdir(CACHE, { recursive: true });
  try {
    run('python3', ['-m', 'venv', FOLDER]);
    run(join(BINARIES, 'pip'), ['install', '--quiet', `schemathesis==${SCHEMATHESIS_VERSION}`]);
  } catch (error) {
    await rm(FOLDER, { recursive: true, force: true });
    throw error;
  }
  return program;
}

function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  throw new Error(`${program} ${args.join(' ')} failed: python3 with venv and pip, and PyPI, are needed`, {
    cause: error,
  });
}

export interface Run {
  /** Of the server: the document is at /docs/openapi.json. */
  url: string;
  apiKey: string;
  /** The same seed asks for the same requests, as far as the answers are the same. */
  seed: number;
  /** Generated requests per operation and phase. */
  examples: number;
  /** Of the whole run. */
  secondsMax: number;
  /** Further arguments, as they are. */
  more: readonly string[];
}

/**
 * What must hold for every answer. Its other checks guess what ought to be refused from the schemas alone, which
 * cannot say that an id in an address is somebody's, or that a header is a version.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
];

/** Longer than the server holds any answer. */
const REQUEST_TIMEOUT_SECONDS = 40;

/** Its exit code; 0: every check held. */
export async function runSchemathesis(program: string, options: Run): Promise<number> {
  const named = {
    url: options.url,
    header: `Authorization: Bearer ${options.apiKey}`,
    checks: CHECKS.join(','),
    seed: options.seed,
    'max-examples': options.examples,
    'max-time': options.secondsMax,
    'request-timeout': REQUEST_TIMEOUT_SECONDS,
    'generation-database': 'none',
  };
  const args = Object.entries(named).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const flags = ['--continue-on-failure', '--no-color'];
  // Settings of its own in a folder above ours must not make this another run.
  const child = spawn(
    program,
    ['run', `${options.url}/docs/openapi.json`, ...args, ...flags, ...options.more],
    { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
