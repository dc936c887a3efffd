/**
 * `npm run outage`: the provider of models is down for a minute under 10 drafts a second, once silent and once refusing.
 *   --seconds 60   how long it is down
 *   --rate 10      drafts a second
 */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, rate: { type: 'string', default: '10' } },
});
process.env['OUTAGE_SECONDS'] = values.seconds;
process.env['OUTAGE_RATE'] = values.rate;
process.env['OUTAGE_TIMEOUT_MS'] = '6000';
// The specs' own PostgreSQL and their clean-up serve here as well.
const vitest = await startVitest('test', ['test/outage'], { project: ['e2e'], watch: false });
await vitest.close();
