/**
 * `npm run contracts`: writes the published contracts to contracts/. Refuses what consumers, or the log, could not
 * bear under the same version: that takes a new version and an upcaster.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { brokenPromises, committed, contractFiles, CONTRACTS_FOLDER } from './contract-files.js';

const broken = await brokenPromises();
for (const { file, path, what } of broken) console.error(`contracts/${file}: ${path || 'the event'} ${what}`);
if (broken.length > 0) {
  console.error(
    'Nothing was written. Give each event a new version and an upcaster, or take the change back.',
  );
  process.exit(1);
}
await mkdir(new URL('events/', CONTRACTS_FOLDER), { recursive: true });
for (const [path, text] of await contractFiles()) {
  if ((await committed(path)) === text) continue;
  await writeFile(new URL(path, CONTRACTS_FOLDER), text);
  console.log(`contracts/${path}`);
}
