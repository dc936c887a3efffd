/** Known weaknesses of the packages that a lockfile names, as `npm audit` has them from the registry. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

/** No second try: whoever asks has a deadline, and asks again with the next run. */
const FLAGS = ['--json', '--package-lock-only', '--include=dev', '--fetch-retries=0'];

/** From the least on. */
export const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;

const Advisory = z.object({
  name: z.string(),
  title: z.string(),
  url: z.string(),
  severity: z.enum(SEVERITIES),
  /** The versions that are weak, say `<1.3.0`. */
  range: z.string(),
});
/** True: by a version that is asked for already. Else the package of package.json whose upgrade brings it. */
const Fix = z.union([z.boolean(), z.object({ name: z.string(), version: z.string() })]);
/** `via`: advisories, and names of packages that are weak through others; those are told of there. */
const Report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      via: z.array(z.union([z.string(), Advisory])),
      nodes: z.array(z.string()),
      fixAvailable: Fix,
    }),
  ),
});
const Refusal = z.object({ message: z.string() });

/** How long the registry has for all its answers, and what tells that it is over. */
export interface Deadline {
  milliseconds: number;
  signal: AbortSignal;
}

export interface Weakness extends z.infer<typeof Advisory> {
  /** Where in the lockfile, say `node_modules/a/node_modules/b`: all of that name of which anything is known. */
  paths: string[];
  fix: z.infer<typeof Fix>;
}

/** `weaknesses` null: nobody answered, and `why`. */
export type Asked = { weaknesses: Weakness[] } | { weaknesses: null; why: string };

/** Asks the registry that npm is set to. `folder` holds a package.json and its lockfile; nothing needs to be installed. */
export async function askRegistry(folder: string, deadline: Deadline): Promise<Asked> {
  const json = jsonIn(await npmAudit(folder, deadline));
  if (deadline.signal.aborted) return { weaknesses: null, why: 'no answer in time' };
  const report = Report.safeParse(json);
  if (report.success)
    return {
      weaknesses: Object.values(report.data.vulnerabilities).flatMap(({ via, nodes, fixAvailable }) =>
        via.flatMap((each) =>
          typeof each === 'string' ? [] : [{ ...each, paths: nodes, fix: fixAvailable }],
        ),
      ),
    };
  const refusal = Refusal.safeParse(json);
  return {
    weaknesses: null,
    why: refusal.success ? withoutAddress(refusal.data.message) : 'no sense in the answer',
  };
}

/** Its weaknesses have been public since 2020. */
const WEAK = { name: 'minimist', version: '0.0.8' };

/**
 * Why the registry's word is worth nothing, or null. npm takes `{}`, and an empty list, and `null`, for "nothing is known",
 * and mirrors that know nothing answer so. Hence a question whose answer is known comes first.
 */
export async function whyNotAsk(deadline: Deadline): Promise<string | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'drafthorse-audit-'));
  try {
    const root = { name: 'control', version: '1.0.0', dependencies: { [WEAK.name]: WEAK.version } };
    const packages = { '': root, [`node_modules/${WEAK.name}`]: { version: WEAK.version } };
    const lockfile = { name: root.name, version: root.version, lockfileVersion: 3, packages };
    await writeFile(path.join(folder, 'package.json'), JSON.stringify(root));
    await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lockfile));
    const asked = await askRegistry(folder, deadline);
    if (asked.weaknesses === null) return asked.why;
    const isKnown = asked.weaknesses.some(({ name }) => name === WEAK.name);
    return isKnown ? null : `the registry knows no weakness of ${WEAK.name}@${WEAK.version}, which has some`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What it prints, whatever it exits with: found weaknesses are a failure to npm. Where `npm` is a shim, what is killed in the end
 * is the shim alone: npm itself is not waited for, and gives up by its own timeout.
 */
function npmAudit(folder: string, { milliseconds, signal }: Deadline): Promise<string> {
  return new Promise((resolve) => {
    const npm = spawn('npm', ['audit', ...FLAGS, `--fetch-timeout=${milliseconds}`], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
      killSignal: 'SIGKILL',
      shell: process.platform === 'win32',
    });
    let output = '';
    npm.stdout!.on('data', (piece: Buffer) => (output += piece.toString()));
    npm.on('error', () => {
      npm.stdout!.destroy();
      resolve('');
    });
    npm.on('close', () => resolve(output));
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Which registry it was is in npm's settings, not in our output. */
const withoutAddress = (message: string) => message.replaceAll(/\s*(- \w+ |\w+ )?https?:\/\/\S+/g, '').trim();
