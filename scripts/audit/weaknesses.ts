/** Known weaknesses of the packages that a lockfile names, as `npm audit` has them from the registry. */
import { spawn } from 'node:child_process';
import { z } from 'zod';
import type { Lockfile } from './lockfile.js';

/** A registry that is away, or slow, holds nobody up for longer. */
const PATIENCE_MS = 15_000;
const FLAGS = [
  '--json',
  '--package-lock-only',
  '--include=dev',
  '--fetch-retries=0',
  '--fetch-timeout=10000',
];

const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Severity = (typeof SEVERITIES)[number];

const Advisory = z.object({
  name: z.string(),
  title: z.string(),
  url: z.string(),
  severity: z.enum(SEVERITIES),
  range: z.string(),
});
/** `via`: advisories, and names of packages that are weak through others; those are told of there. */
const Report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ via: z.array(z.union([z.string(), Advisory])), nodes: z.array(z.string()) }),
  ),
});
const Refusal = z.object({ message: z.string() });

export type Advisory = z.infer<typeof Advisory>;

export interface Weakness extends Advisory {
  /** Where in the lockfile, say `node_modules/a/node_modules/b`. */
  paths: string[];
}

/** What is known and lived with, for a while and for a reason. */
export const Acceptance = z.strictObject({
  package: z.string(),
  /** Its address, as the audit prints it. */
  advisory: z.url(),
  reason: z.string().min(10),
  /** The last day, YYYY-MM-DD. */
  until: z.iso.date(),
});
export type Acceptance = z.infer<typeof Acceptance>;

/** `weaknesses` null: nobody answered, and `why`. */
export type Asked = { weaknesses: Weakness[] } | { weaknesses: null; why: string };

/** Asks the registry that npm is set to. `folder` holds a package.json and its lockfile; nothing needs to be installed. */
export async function askRegistry(folder: string, environment = process.env): Promise<Asked> {
  const output = await npmAudit(folder, environment);
  const json = jsonIn(output);
  const report = Report.safeParse(json);
  if (report.success)
    return {
      weaknesses: Object.values(report.data.vulnerabilities).flatMap(({ via, nodes }) =>
        via.flatMap((each) => (typeof each === 'string' ? [] : [{ ...each, paths: nodes }])),
      ),
    };
  const refusal = Refusal.safeParse(json);
  return { weaknesses: null, why: refusal.success ? withoutAddress(refusal.data.message) : 'no answer' };
}

export interface Audited {
  lockfile: Lockfile;
  /** What users run; else tools of our own. */
  isProduct: boolean;
  weaknesses: readonly Weakness[];
}

/**
 * One line for each weakness that must not stay (from moderate on in what users run, from high on elsewhere), and for each
 * acceptance that has run out or, when `all` were asked about, accepts nothing.
 */
export function weaknessFaults(
  found: readonly Audited[],
  accepted: readonly Acceptance[],
  { today, all }: { today: string; all: boolean },
): string[] {
  const grave = found.flatMap(({ lockfile, isProduct, weaknesses }) =>
    weaknesses.filter(({ severity, paths }) => {
      const isRunByUsers = isProduct && paths.some((path) => lockfile.packages[path]?.dev !== true);
      return rank(severity) >= rank(isRunByUsers ? 'moderate' : 'high');
    }),
  );
  const isOf = (weakness: Weakness) => (acceptance: Acceptance) =>
    acceptance.package === weakness.name && acceptance.advisory === weakness.url;
  return [
    ...grave
      .filter((weakness) => !accepted.some(isOf(weakness)))
      .map(({ name, range, severity, title, url, paths }) => {
        const where = paths.join(', ');
        return `${name} ${range}: ${severity}, ${title} (${url}), in ${where}`;
      }),
    ...accepted
      .filter(({ until }) => until < today)
      .map(({ package: name, advisory, until }) => `${name}: accepted until ${until} only (${advisory})`),
    ...accepted
      .filter((acceptance) => all && !grave.some((weakness) => isOf(weakness)(acceptance)))
      .map(({ package: name, advisory }) => `${name}: accepted, and not found any more (${advisory})`),
  ];
}

const rank = (severity: Severity) => SEVERITIES.indexOf(severity);

/** What it prints, whatever it exits with: found weaknesses are a failure to npm. */
function npmAudit(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const npm = spawn('npm', ['audit', ...FLAGS], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PATIENCE_MS,
      shell: process.platform === 'win32',
    });
    let output = '';
    npm.stdout!.on('data', (piece: Buffer) => (output += piece.toString()));
    npm.on('error', () => resolve(''));
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
const withoutAddress = (message: string) => message.replaceAll(/\s*(- \w+ )?https?:\/\/\S+/g, '').trim();
