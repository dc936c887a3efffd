/**
 * Appending and loading on PostgreSQL with fsync: beside other event stores and raw INSERTs, then as streams and log grow.
 * `npm run bench:append -- [--rounds 5] [--seconds 3] [--log-millions 0,1,5] [--only stores|streams|log]`
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startTestCluster } from '../../test/support/cluster.js';
import { Report } from '../harness/report.js';
import { compareLogLengths } from './log-length.js';
import { compareStreamLengths } from './stream-length.js';
import { compareStores } from './throughput.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** Of one round of one contender. */
    seconds: { type: 'string', default: '3' },
    'log-millions': { type: 'string', default: '0,1,5' },
    only: { type: 'string' },
  },
});
const options = z
  .strictObject({
    rounds: z.coerce.number().int().positive(),
    seconds: z.coerce.number().positive(),
    'log-millions': z.string().transform((text, context) => {
      const millions = text.split(',').map(Number);
      if (millions.length > 1 && millions.every((count) => count >= 0)) return millions;
      context.addIssue('two lengths or more, in millions of events, with commas between them');
      return z.NEVER;
    }),
    only: z.enum(['stores', 'streams', 'log']).optional(),
  })
  .parse({ ...values });

const report = new Report('append');
const server = await startTestCluster({ durable: true });
try {
  const { only } = options;
  if (!only || only === 'stores') await compareStores(report, server.url, options);
  if (!only || only === 'streams') await compareStreamLengths(report, server.url, options);
  if (!only || only === 'log') await compareLogLengths(report, server.url, options, options['log-millions']);
} finally {
  await server.remove();
}
await report.write();
