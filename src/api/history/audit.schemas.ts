/** What verifying the audit trail takes and answers. */
import { z } from 'zod';
import { FINDINGS } from '../../audit-chain/chain-walk.js';
import { CheckpointShown } from '../../audit-chain/export-lines.js';
import type { PublicKeyShown } from '../../audit-chain/proofs.js';
import { PENDING_COUNTED_MAX, type Verification as Answer } from '../../audit-chain/verify/verify.js';
import { ReadQuery } from '../requests/lists.js';

export { CheckpointShown };

export const VerifyQuery = ReadQuery.extend({
  fromCheckpoint: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only what came after the last checkpoint; what is before was verified then'),
  afterSeq: z
    .string()
    .regex(/^(?:0|[1-9]\d{0,17})$/, 'a whole number')
    .transform(BigInt)
    .optional()
    .describe('Begin behind this link: `checked.upTo.seq` of an answer that was not complete'),
}).refine((query) => !(query.fromCheckpoint && query.afterSeq !== undefined), {
  message: 'fromCheckpoint and afterSeq name two beginnings',
});
export type VerifyQuery = z.output<typeof VerifyQuery>;

const Finding = z.object({
  what: z.enum(FINDINGS),
  position: z.string().nullable().describe('In the log'),
  seq: z.string().nullable().describe('In the chain'),
  detail: z.string(),
});

export const Verification = z.object({
  whole: z.boolean().describe('Nothing was found in what was checked'),
  complete: z.boolean().describe('False: go on with afterSeq'),
  firstBad: Finding.nullable(),
  checked: z.object({
    events: z.int(),
    after: z.object({ seq: z.string() }),
    upTo: z.object({ seq: z.string(), position: z.string() }),
  }),
  pending: z.object({
    events: z.int().describe(`Appended and not chained yet, counted up to ${PENDING_COUNTED_MAX}`),
    trailRows: z.int().describe('Chained and not in the trail yet'),
  }),
  lastCheckpoint: CheckpointShown.extend({
    keySource: z.enum(['configured', 'database']).nullable(),
  }).nullable(),
  proves: z.array(z.string()).readonly(),
  doesNotProve: z.array(z.string()).readonly(),
}) satisfies z.ZodType<Answer>;

export const PublicKeys = z.object({
  keys: z.array(
    z.object({
      keyId: z.string(),
      algorithm: z.literal('Ed25519'),
      publicKey: z.string().describe('PEM'),
      source: z
        .enum(['configured', 'database'])
        .describe('`database`: known from nowhere else; compare it with one that you kept'),
      current: z.boolean(),
    }) satisfies z.ZodType<PublicKeyShown>,
  ),
});
