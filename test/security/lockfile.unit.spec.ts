import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faultsOf, type LockedPackage, type Lockfile } from '../../scripts/audit/lockfile.js';

const ROOT = new URL('../../', import.meta.url);
const lockfile = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as Lockfile;

it('everything that is installed is named by its content, by no address, and may be given on', () => {
  expect(Object.keys(lockfile.packages).length).toBeGreaterThan(300);
  expect(faultsOf(lockfile)).toEqual([]);
});

const good: LockedPackage = { version: '1.0.0', license: 'MIT', integrity: `sha512-${'A'.repeat(86)}==` };

it.each<[string, LockedPackage, string]>([
  ['no hash', { ...good, integrity: 'sha1-x' }, 'no SHA-512'],
  ['an address', { ...good, resolved: 'git+ssh://git@example.org/x.git' }, 'comes from'],
  ['a licence that binds', { ...good, license: 'AGPL-3.0' }, 'licence AGPL-3.0'],
  ['two licences at once', { ...good, license: 'MIT AND GPL-3.0' }, 'licence MIT AND GPL-3.0'],
  ['no licence', { version: '1.0.0', integrity: good.integrity! }, 'no licence'],
])('a package with %s is found', (_, locked, fault) => {
  const faults = faultsOf({ packages: { '': {}, 'node_modules/a/node_modules/@b/c': locked } });
  expect(faults).toEqual([expect.stringContaining(fault)]);
  expect(faults[0]).toContain('@b/c@1.0.0');
});

it('of two licences one may be chosen', () => {
  expect(faultsOf({ packages: { 'node_modules/a': { ...good, license: '(GPL-3.0 OR MIT)' } } })).toEqual([]);
});
