/**
 * `npm run audit`: known weaknesses of what is installed, as the registry knows them, and whether the lockfile still says
 * what it must. Exits with 0 when there are none, 1 when there are, 2 when the registry could not be asked: no answer is
 * not a good one.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { faultsOf, type Lockfile } from './lockfile.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LEVEL = 'moderate';

const Report = z.object({
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
});

const lockfile = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as Lockfile;
const faults = faultsOf(lockfile);
for (const fault of faults) console.error(`lockfile: ${fault}`);

const npm = spawnSync('npm', ['audit', '--json', `--audit-level=${LEVEL}`], {
  cwd: ROOT,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const report = Report.safeParse(jsonIn(npm.stdout));
if (!report.success) {
  const [reason = ''] = npm.stderr.split('\n').filter((line) => line.includes('audit'));
  console.error(`Not audited: this registry does not answer audits (${reason.trim() || 'no answer'}).`);
  console.error('Run it where npm reaches a registry that does.');
  process.exitCode = 2;
} else {
  const { vulnerabilities } = report.data.metadata;
  console.log(`Known weaknesses: ${JSON.stringify(vulnerabilities)}`);
  if (npm.status !== 0) {
    spawnSync('npm', ['audit', `--audit-level=${LEVEL}`], { cwd: ROOT, stdio: 'inherit' });
    process.exitCode = 1;
  }
}
if (faults.length > 0) process.exitCode = 1;

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
