/** What follows from what is known of the packages in a lockfile: what must not stay, and what is lived with. */
import path from 'node:path';
import { z } from 'zod';
import { SEVERITIES, type Weakness } from './ask-registry.js';
import type { Lockfile } from './lockfile.js';

/** In the place of an advisory: the package was given up by its makers. */
const DEPRECATED = 'deprecated';

/** What is known and lived with, for a while and for a reason. */
export const Acceptance = z.strictObject({
  package: z.string(),
  /** Its address as the audit prints it, or `deprecated`. */
  advisory: z.union([z.url(), z.literal(DEPRECATED)]),
  reason: z.string().min(10),
  /** The last day, YYYY-MM-DD. */
  until: z.iso.date(),
});
export type Acceptance = z.infer<typeof Acceptance>;

export interface Project {
  /** Its folder from the root on, `.` for the root. */
  name: string;
  lockfile: Lockfile;
}

/** One thing wrong with one package. */
export interface Finding {
  package: string;
  advisory: string;
  line: string;
}

/** Weaknesses that must not stay: from moderate on in what users run, from high on in tools of our own. */
export const graveWeaknesses = (project: Project, weaknesses: readonly Weakness[]): Finding[] =>
  weaknesses
    .filter(({ severity, paths }) => {
      const least = paths.some((each) => isRunByUsers(project, each)) ? 'moderate' : 'high';
      return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
    })
    .map((weakness) => {
      const { name, severity, title, range, url, paths } = weakness;
      const where = paths.map((each) => placeOf(project, each)).join(', ');
      const line = `${name} ${range}: ${severity}, ${title} (${url}); ${remedy(weakness)}; here ${where}`;
      return { package: name, advisory: url, line };
    });

/** What users run and its makers gave up. The registry's word, as it was when the lockfile was written. */
export const deprecations = (project: Project): Finding[] =>
  Object.entries(project.lockfile.packages).flatMap(([each, { deprecated }]) => {
    if (deprecated === undefined || !isRunByUsers(project, each)) return [];
    const name = each.slice(each.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const line = `${name}: given up by its makers, ${deprecated}; here ${placeOf(project, each)}`;
    return [{ package: name, advisory: DEPRECATED, line }];
  });

/**
 * One line for each finding that is not accepted, and for each acceptance that has run out or accepts nothing: of weaknesses,
 * that can be said only when `allAnswered`, for every lockfile.
 */
export function faultsIn(
  findings: readonly Finding[],
  accepted: readonly Acceptance[],
  { today, allAnswered }: { today: string; allAnswered: boolean },
): string[] {
  const accepts = (acceptance: Acceptance, finding: Finding) =>
    acceptance.package === finding.package && acceptance.advisory === finding.advisory;
  const canTell = ({ advisory }: Acceptance) => allAnswered || advisory === DEPRECATED;
  return [
    ...findings.filter((each) => !accepted.some((one) => accepts(one, each))).map(({ line }) => line),
    ...accepted
      .filter(({ until }) => until < today)
      .map(({ package: name, advisory, until }) => `${name}: accepted until ${until} only (${advisory})`),
    ...accepted
      .filter((one) => canTell(one) && !findings.some((each) => accepts(one, each)))
      .map(({ package: name, advisory }) => `${name}: accepted, and not found any more (${advisory})`),
  ];
}

const isRunByUsers = ({ name, lockfile }: Project, place: string) =>
  name === '.' && lockfile.packages[place]?.dev !== true;

const placeOf = ({ name, lockfile }: Project, place: string) =>
  `${lockfile.packages[place]?.version ?? '?'} in ${path.posix.join(name, place)}`;

function remedy({ fix }: Weakness): string {
  if (typeof fix === 'object') return `fixed by ${fix.name}@${fix.version}`;
  return fix ? 'fixed by npm update' : 'no fix is known';
}
