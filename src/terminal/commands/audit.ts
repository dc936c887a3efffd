/** `audit verify <export>`: whether an export of the audit log is what was written, without a server or a network. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { checkpointIn, CheckpointShown } from '../../audit-chain/export-lines.js';
import type { Checkpoint } from '../../audit-chain/encoding.js';
import { publicKeyOf, type PublicKey } from '../../audit-chain/keys.js';
import { verifyExport, type OfflineReport } from '../../audit-chain/offline.js';
import { PROVES } from '../../audit-chain/wording.js';
import { ed25519PublicKey } from '../../platform/ed25519.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Screen } from '../screen.js';
import { clean } from '../text/display.js';

interface Options {
  publicKey: string[];
  checkpoint?: string;
}

/** What the command works with: no client, so no key and no address either. */
export interface AuditContext {
  screen: Screen;
  json: boolean;
}

/** Longest line that is read: an event is at most a few megabytes. */
const LINE_BYTES_MAX = 256 * 1024 * 1024;
const NEW_LINE = 0x0a;

export class UnusableFile extends Error {}

export function auditCommand(
  run: (command: (context: AuditContext) => Promise<ExitCode>) => Promise<void>,
): Command {
  const command = new Command('audit').description('proofs of the audit log, offline');
  command
    .command('verify')
    .description(
      'whether an export (GET /api/v1/audit/export) is whole; exits with 0 whole, 1 not, 2 unusable',
    )
    .argument('<export>', 'the file')
    .option('--public-key <file>', 'a public key you kept, PEM or base64; may be repeated', collect, [])
    .option(
      '--checkpoint <file>',
      'a checkpoint you kept earlier, JSON as GET /api/v1/audit/checkpoints answers it',
    )
    .action((file: string, options: Options) => run((context) => verifyFile(context, file, options)));
  return command;
}

const collect = (value: string, before: string[]) => [...before, value];

async function verifyFile({ screen, json }: AuditContext, file: string, options: Options): Promise<ExitCode> {
  const publicKeys = await Promise.all(options.publicKey.map(publicKeyIn));
  const earlier = options.checkpoint === undefined ? null : await checkpointFrom(options.checkpoint);
  const report = await verifyExport(linesOf(file), { publicKeys, earlier });
  if (json)
    screen.line(JSON.stringify({ ...report, proves: PROVES.offline, doesNotProve: PROVES.not }, null, 2));
  else for (const line of describe(report)) screen.line(line);
  return report.whole ? EXIT.done : EXIT.notWhole;
}

async function publicKeyIn(file: string): Promise<PublicKey> {
  const key = ed25519PublicKey((await readFile(file, 'utf8')).trim());
  if (!key) throw new UnusableFile(`${file} holds no Ed25519 public key, PEM or base64`);
  return publicKeyOf(key);
}

/** One checkpoint, whatever stands beside it: an answer to a verification keeps it under `lastCheckpoint`. */
async function checkpointFrom(file: string): Promise<Checkpoint> {
  const parsed = CheckpointShown.strip().safeParse(await jsonIn(file));
  if (!parsed.success) throw new UnusableFile(`${file} holds no checkpoint`);
  return checkpointIn(parsed.data);
}

async function jsonIn(file: string): Promise<unknown> {
  try {
    const content = JSON.parse(await readFile(file, 'utf8')) as { lastCheckpoint?: unknown } | null;
    return content?.lastCheckpoint ?? content;
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnusableFile(`${file} is not JSON`, { cause: error });
    throw error;
  }
}

/** As bytes: what is verified is the file, not a reading of it. */
export async function* linesOf(file: string): AsyncGenerator<{ bytes: Buffer; ended: boolean }> {
  let pieces: Buffer[] = [];
  let waiting = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, start)) {
      yield { bytes: Buffer.concat([...pieces, chunk.subarray(start, end)]), ended: true };
      [pieces, waiting, start] = [[], 0, end + 1];
    }
    if (start < chunk.length) {
      pieces.push(chunk.subarray(start));
      waiting += chunk.length - start;
    }
    if (waiting > LINE_BYTES_MAX)
      throw new UnusableFile(`${file} has a line of more than ${LINE_BYTES_MAX} bytes`);
  }
  if (waiting > 0) yield { bytes: Buffer.concat(pieces), ended: false };
}

function describe(report: OfflineReport): string[] {
  const { whole, firstBad, events, checkpoints, upTo, lastCheckpoint, keysFrom, earlierHolds } = report;
  const place = (position: string | null, seq: string | null) =>
    [position !== null && `position ${position}`, seq !== null && `link ${seq}`].filter(Boolean).join(', ');
  return [
    whole ? 'Whole.' : 'NOT whole.',
    ...(firstBad
      ? [
          `First bad: ${[place(firstBad.position, firstBad.seq), `line ${firstBad.line}`].filter(Boolean).join(', ')}`,
        ]
      : []),
    ...(firstBad ? [`${firstBad.what}: ${clean(firstBad.detail)}`] : []),
    `Workspace ${report.workspaceId ?? 'unknown'}: ${events} events verified up to ${place(upTo.position, upTo.seq)}, ${checkpoints} checkpoints.`,
    lastCheckpoint
      ? `Last checkpoint: link ${lastCheckpoint.seq}, signed at ${clean(lastCheckpoint.signedAt)} with key ${clean(lastCheckpoint.keyId)}.`
      : 'No checkpoint: nothing of it was signed.',
    ...(earlierHolds === null
      ? []
      : [earlierHolds ? 'The earlier checkpoint holds.' : 'The earlier checkpoint does NOT hold.']),
    ...(keysFrom === 'export'
      ? ['The public keys are those that the export itself names: give one you kept with --public-key.']
      : []),
    ...(whole ? ['', 'This proves:', ...PROVES.offline.map((line) => `- ${line}`)] : []),
    '',
    'It does not prove:',
    ...PROVES.not.map((line) => `- ${line}`),
  ];
}
