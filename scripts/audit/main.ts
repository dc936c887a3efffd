/**
 * `npm run audit`: what the lockfiles must say, and known weaknesses of what they name, as the registry knows them. Exits with 0
 * when there are none, 1 when there are, 2 when the registry was asked in vain: no answer is not a good one. With
 * `--where-answered`, as in `npm test`, it says so and exits with 0: whoever works offline can test.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { faultsOf, type Lockfile } from './lockfile.js';
import { Acceptance, askRegistry, weaknessFaults } from './weaknesses.js';

const { values } = parseArgs({
  options: {
    'where-answered': { type: 'boolean', default: false },
    /** Another project than this one, for the specs. */
    root: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) },
    accepted: { type: 'string', default: fileURLToPath(new URL('accepted.json', import.meta.url)) },
  },
});
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const accepted = z.array(Acceptance).parse(read(values.accepted));
const folders = globSync('{,*/,*/*/}package-lock.json', { cwd: values.root })
  .filter((file) => !file.includes('node_modules'))
  .map((file) => path.dirname(file));

const projects = await Promise.all(
  folders.map(async (name) => {
    const folder = path.join(values.root, name);
    const lockfile = read(path.join(folder, 'package-lock.json')) as Lockfile;
    return { name, lockfile, isProduct: name === '.', ...(await askRegistry(folder)) };
  }),
);
const answered = projects.flatMap((project) => (project.weaknesses ? [project] : []));
const unanswered = projects.flatMap((project) => (project.weaknesses ? [] : [project]));

const faults = [
  ...projects.flatMap(({ name, lockfile, isProduct }) =>
    isProduct ? faultsOf(lockfile).map((fault) => `${name}: ${fault}`) : [],
  ),
  ...weaknessFaults(answered, accepted, {
    today: new Date().toISOString().slice(0, 10),
    all: unanswered.length === 0,
  }),
];
for (const { name, why } of unanswered) console.error(`dependencies not audited (${name}): ${why}`);
for (const fault of faults) console.error(`dependencies: ${fault}`);
if (answered.length > 0) {
  const packages = answered.reduce((sum, { lockfile }) => sum + Object.keys(lockfile.packages).length, 0);
  console.log(`dependencies audited: ${packages} packages of ${answered.length} lockfiles`);
}
if (faults.length > 0) process.exitCode = 1;
else if (unanswered.length > 0 && !values['where-answered']) process.exitCode = 2;
