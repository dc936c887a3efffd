/**
 * How cost grows: with consumers, with the catalogue, with the length of its stream, with workspaces; and what memory each
 * process takes. Ratios are to the smallest of each.
 * `npm run bench:scaling -- [--only consumers,workspaces,stream,catalogue] [--seconds 2] [--products-max 100000]`
 */
import { parseArgs } from 'node:util';
import { Report } from '../harness/report.js';
import { Driver } from '../pipeline/driver-process.js';
import { whyNoKafka } from '../pipeline/kafka.js';
import { measureConsumers } from './consumers.js';
import { measureSizes } from './sizes.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'consumers,workspaces,stream,catalogue' },
    seconds: { type: 'string', default: '2' },
    'products-max': { type: 'string', default: '100000' },
  },
});
const parts = new Set(values.only.split(','));

const driver = Driver.start();
try {
  const report = new Report('scaling');
  const bench = { driver, report, seconds: Number(values.seconds) };
  if (parts.has('workspaces') || parts.has('stream') || parts.has('catalogue'))
    await measureSizes(bench, { parts, productsMax: Number(values['products-max']) });
  if (parts.has('consumers')) {
    const whyNot = whyNoKafka();
    if (whyNot === null) await measureConsumers(bench);
    else console.log(`left out, consumers: ${whyNot}`);
  }
  await report.write();
} finally {
  await driver.stop();
}
