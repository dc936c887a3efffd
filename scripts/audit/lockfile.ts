/** What a lockfile must say of every package, which can be looked at without a network. */

export interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  deprecated?: string;
}

export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

const HASH = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** Licences under which the program may be given to others, as the terms of SPDX name them. */
const LICENCES = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  '0BSD',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
  // Of its own files only, and we change none of them.
  'MPL-2.0',
]);

/** Packages whose lockfile entry names no licence: what their own LICENSE file says. */
const LICENCES_LOOKED_UP: Record<string, string> = {
  busboy: 'MIT',
  'humanize-number': 'MIT',
  streamsearch: 'MIT',
};

/** One line for each thing wrong. */
export function faultsOf(lockfile: Lockfile, lookedUp = LICENCES_LOOKED_UP): string[] {
  return Object.entries(lockfile.packages).flatMap(([path, locked]) => {
    if (path === '' || locked.link) return [];
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const what = `${name}@${locked.version ?? '?'}`;
    const faults: string[] = [];
    if (!HASH.test(locked.integrity ?? '')) faults.push(`${what}: no SHA-512 of its content`);
    // Where packages come from is npm's setting and not the lockfile's: what they are is said by their hashes.
    if (locked.resolved !== undefined) faults.push(`${what}: comes from ${locked.resolved}`);
    const licence = locked.license ?? lookedUp[name];
    if (licence === undefined) faults.push(`${what}: no licence is named`);
    else if (!licencesIn(licence).some((one) => LICENCES.has(one)))
      faults.push(`${what}: licence ${licence}`);
    return faults;
  });
}

/** Of "(MIT OR GPL-3.0)" one may be chosen; of "MIT AND X" the whole is one term, which no list has. */
const licencesIn = (expression: string) => expression.replaceAll(/[()]/g, '').split(' OR ');
