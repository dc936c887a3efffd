/** Idempotency keys go after their time: asked for by the clock. */
import { z } from 'zod';
import type { Receipts } from '../../event-store/receipts.js';
import { defineJob } from '../../platform/jobs/job.js';

const EVERY_QUARTER_OF_AN_HOUR = '7,22,37,52 * * * *';
/** In one statement; as many statements follow as are needed. */
const KEYS_AT_ONCE = 1_000;
const HOUR_MS = 3_600_000;

export const deleteOldKeysJob = (ports: {
  receipts: Pick<Receipts, 'deleteBefore'>;
  keptHours: number;
  now(): Date;
}) =>
  defineJob({
    name: 'delete-old-keys',
    cron: EVERY_QUARTER_OF_AN_HOUR,
    payload: z.object({}),
    async run(_, { signal }) {
      const before = new Date(ports.now().getTime() - ports.keptHours * HOUR_MS);
      while (!signal.aborted && (await ports.receipts.deleteBefore(before, KEYS_AT_ONCE)) === KEYS_AT_ONCE);
    },
  });
