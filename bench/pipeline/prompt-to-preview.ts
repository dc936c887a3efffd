/**
 * From prompt to preview, over HTTP on the embedded default: p50 and p99 at a steady rate.
 * `npm run bench:preview -- [--rate 20] [--seconds 20]`
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Report } from '../harness/report.js';
import { quantile } from '../harness/spread.js';
import { importAll, promptToPreview, startBenchServer } from '../support.js';

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '20' }, seconds: { type: 'string', default: '20' } },
});
const rate = Number(values.rate);
const WARM_UP_DRAFTS = 40;

const PROMPTS = [
  'lower every silver iPhone 17 by 10 %',
  'موجودی همه هودی‌های مشکی رو صفر کن',
  'set the stock of all hoodies to 7',
  'قیمت آیفون ۱۷ نقره‌ای رو ۵ درصد زیاد کن',
];

/** With the aims of the product, in ms. */
const QUANTILES: readonly { name: string; share: number; atMost?: number }[] = [
  { name: 'p50', share: 0.5, atMost: 50 },
  { name: 'p90', share: 0.9 },
  { name: 'p99', share: 0.99, atMost: 150 },
  { name: 'max', share: 1 },
];

const catalogue = fileURLToPath(new URL('../../examples/catalogues/demo.ndjson', import.meta.url));
const server = await startBenchServer();
try {
  await importAll(server.newClient(), (await readFile(catalogue, 'utf8')).trim().split('\n'));
  for (let i = 0; i < WARM_UP_DRAFTS; i += 1)
    await promptToPreview(server.newClient(), PROMPTS[i % PROMPTS.length]!);
  const startedAt = performance.now();
  const runs = Array.from({ length: rate * Number(values.seconds) }, async (_, i) => {
    await sleep(Math.max(0, (i * 1_000) / rate - (performance.now() - startedAt)));
    return promptToPreview(server.newClient(), PROMPTS[i % PROMPTS.length]!);
  });
  const done = await Promise.all(runs);
  const samples = done.map(({ ms }) => ms);
  const previews = done.filter(({ draft }) => draft.status === 'preview').length;
  console.log(`${done.length} drafts at ${rate}/s, ${previews} in preview`);
  const report = new Report('prompt-to-preview');
  for (const { name, share, atMost } of QUANTILES)
    report.figure({
      title: `from prompt to preview at ${rate}/s, ${name}`,
      unit: 'ms',
      value: quantile(samples, share),
      ...(atMost === undefined ? {} : { atMost }),
    });
  await report.write();
} finally {
  await server.stop();
}
