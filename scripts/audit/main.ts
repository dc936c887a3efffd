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
import { askRegistry, whyNotAsk } from './ask-registry.js';
import { Acceptance, deprecations, faultsIn, graveWeaknesses } from './findings.js';
import { faultsOf, type Lockfile } from './lockfile.js';

const { values } = parseArgs({
  options: {
    'where-answered': { type: 'boolean', default: false },
    /** How long the registry has for all its answers. */
    seconds: { type: 'string', default: '10' },
    /** Another project than this one, for the specs. */
    root: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) },
    accepted: { type: 'string', default: fileURLToPath(new URL('accepted.json', import.meta.url)) },
  },
});
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const accepted = z.array(Acceptance).parse(read(values.accepted));
const projects = globSync('**/package-lock.json', { cwd: values.root, exclude: ['**/node_modules/**'] })
  .toSorted()
  .map((file) => ({
    name: path.dirname(file),
    lockfile: read(path.join(values.root, file)) as Lockfile,
  }));

const milliseconds = z.coerce.number().positive().parse(values.seconds) * 1000;
const deadline = { milliseconds, signal: AbortSignal.timeout(milliseconds) };
const silence = await whyNotAsk(deadline);
const answers =
  silence === null
    ? await Promise.all(
        projects.map(async (project) => ({
          project,
          ...(await askRegistry(path.join(values.root, project.name), deadline)),
        })),
      )
    : [];
const answered = answers.flatMap(({ project, weaknesses }) => (weaknesses ? [{ project, weaknesses }] : []));
const allAnswered = answered.length === projects.length;

const findings = [
  ...projects.flatMap(deprecations),
  ...answered.flatMap(({ project, weaknesses }) => graveWeaknesses(project, weaknesses)),
];
const faults = [
  ...projects.filter(({ name }) => name === '.').flatMap(({ lockfile }) => faultsOf(lockfile)),
  ...faultsIn(findings, accepted, { today: new Date().toISOString().slice(0, 10), allAnswered }),
];

if (silence !== null) console.error(`dependencies not audited: ${silence}`);
for (const answer of answers)
  if (answer.weaknesses === null)
    console.error(`dependencies not audited (${answer.project.name}): ${answer.why}`);
for (const fault of faults) console.error(`dependencies: ${fault}`);
if (answered.length > 0) {
  const packages = answered.flatMap(({ project }) => Object.keys(project.lockfile.packages).filter(Boolean));
  console.log(`dependencies audited: ${packages.length} packages of ${answered.length} lockfiles`);
}
if (faults.length > 0) process.exitCode = 1;
else if (!allAnswered && !values['where-answered']) process.exitCode = 2;
