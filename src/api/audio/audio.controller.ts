/** Spoken drafts over HTTP: say what should change, hear again what was said, have it transcribed again. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { CreateVoiceDraftInput } from '../../commands/draft/create-voice-draft.js';
import { newDraftId } from '../../commands/draft/draft-id.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { CreateVoiceDraft, RetryTranscription } from '../../commands/draft/voice.handlers.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import type { SourceAudio } from '../../events/draft.events.js';
import { AUDIO_TYPES } from '../../platform/audio/audio-types.js';
import { inspectAudio } from '../../platform/audio/inspect-audio.js';
import { FILE_STORE, type FileStore } from '../../platform/files/file-store.js';
import { SignedLinks } from '../../platform/files/signed-links.js';
import type { Spool } from '../../platform/files/spool.js';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Documented } from '../docs/documented.js';
import { DraftReads } from '../drafts/draft-reads.js';
import { DraftAccepted } from '../drafts/drafts.schemas.js';
import { RECORDING_KEEPER, type RecordingKeeper } from '../ports.js';
import { Problem } from '../problems/problem.js';
import { refusalProblem } from '../problems/refusals.js';
import { draftAccepted } from '../drafts/drafts.schemas.js';
import { idempotencyKeyOf } from '../idempotency/idempotency-key.js';
import { commandContext } from '../requests/command-context.js';
import { idOr, invalidInput, noBody } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { signalOf } from '../requests/signal.js';
import { SIGNED_FILES_PATH } from './signed-files.controller.js';
import { readRecording } from './recording-upload.js';

/** How long a link to a recording leads there. */
export const AUDIO_LINK_SECONDS = 300;

const draftId = idOr('DRAFT_NOT_FOUND');

const AudioLink = z.object({
  url: z
    .string()
    .describe('Relative to this API, or absolute. Whoever holds it may listen, until it expires'),
  expiresAt: z.iso.datetime(),
  contentType: z.string(),
  bytes: z.int(),
  seconds: z.number().nullable(),
});

@Controller('api/v1/ai')
export class AudioController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(StreamWriter) private readonly writer: StreamWriter,
    @Inject(FILE_STORE) private readonly files: FileStore,
    @Inject(RECORDING_KEEPER) private readonly keeper: RecordingKeeper,
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(DraftReads) private readonly drafts: DraftReads,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('audio')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.propose', streams: true, limit: 'drafts', newWork: true })
  @Documented({
    tag: 'Drafts',
    summary: 'Say aloud what should change',
    description: `multipart/form-data with one recording as \`file\` (${AUDIO_TYPES.join(', ')}, told by its content), and optionally \`language\` (fa, en) and \`clientRequestId\`. The draft's prompt is what was heard.`,
    bodyTypes: ['multipart/form-data'],
    status: 202,
    answer: DraftAccepted,
    refusals: [413, 415, 422],
  })
  async create(
    @Body() body: AsyncIterable<Buffer> | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const limits = this.options.audio;
    if (!limits)
      throw new Problem('VOICE_NOT_CONFIGURED', { detail: 'Type the prompt, and send it to /ai/drafts.' });
    const { recording, fields } = await readRecording(uploadOf(request, body), limits.bytesMax);
    await using spool = recording;
    const input = CreateVoiceDraftInput.safeParse(fields);
    if (!input.success) throw invalidInput('body', input.error);
    const audio = { ...(await inspected(spool, limits.secondsMax)), language: input.data.language ?? null };
    const outcome = await this.createDraft(request, spool, audio, input.data.clientRequestId);
    return accepted(reply, outcome.position, { draftId: outcome.draftId, status: outcome.status });
  }

  @Post('drafts/:id/retry')
  @HttpCode(202)
  @RouteConfig({ needs: 'drafts.propose', limit: 'drafts' })
  @Documented({
    tag: 'Drafts',
    summary: 'Have a recording transcribed again',
    params: ['id'],
    status: 202,
    answer: DraftAccepted,
    refusals: [404, 409, 410],
  })
  async retry(
    @Param('id', draftId) id: string,
    @Body(noBody) _: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const outcome = await this.commands.execute(
      new RetryTranscription(id, commandContext(request, draftAccepted)),
    );
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return accepted(reply, outcome.position, draftAccepted(outcome.state));
  }

  @Get('drafts/:id/audio')
  @RouteConfig({ needs: 'drafts.propose', readsFrom: ['drafts'] })
  @Documented({
    tag: 'Drafts',
    summary: 'A link to what was said, while it is kept',
    params: ['id'],
    answer: AudioLink,
    refusals: [403, 404, 410],
  })
  async link(@Param('id', draftId) id: string, @Req() request: Request) {
    const { workspaceId } = callerOf(request);
    const { audio } = await this.drafts.get({ workspaceId, draftId: id }, signalOf(request));
    if (!audio) throw new Problem('AUDIO_NOT_FOUND', { detail: 'This draft was typed.' });
    if (audio.deletedAt !== null)
      throw new Problem('AUDIO_GONE', { detail: `The recording was deleted at ${audio.deletedAt}.` });
    const { fileId, contentType, bytes, seconds } = audio;
    const link = { fileId, workspaceId, contentType, seconds: AUDIO_LINK_SECONDS };
    const url = (await this.files.directUrl(link)) ?? `${SIGNED_FILES_PATH}?${this.links.sign(link)}`;
    const expiresAt = new Date(Date.now() + AUDIO_LINK_SECONDS * 1_000).toISOString();
    return { url, expiresAt, contentType, bytes, seconds };
  }

  /** The file's id is the draft's: a repeated request finds the file where the first one left it. */
  private async createDraft(
    request: Request,
    spool: Spool,
    audio: Omit<SourceAudio, 'fileId' | 'bytes'>,
    givenRequestId: string | undefined,
  ) {
    const context = commandContext(request, draftAccepted);
    const { workspaceId } = context;
    const repeated = idempotencyKeyOf(request) === null ? undefined : `idempotent:${context.commandId}`;
    const clientRequestId = givenRequestId ?? repeated;
    const id = newDraftId(clientRequestId, context);
    const known = await this.writer.load(draftRef(id, workspaceId));
    if (known.state.status !== 'absent')
      return { draftId: id, status: known.state.status, position: known.position };
    await this.keeper.watch({ draftId: id, workspaceId });
    const content = spool.read() as AsyncIterable<Buffer>;
    const file = { fileId: id, workspaceId };
    const { bytes, outcome: put } = await this.files.put({ ...file, content, bytesMax: spool.bytes });
    // A request with the same id and another recording came first, and may have died: what it stored is what is heard.
    const stored = put === 'different' ? await inspectAudio(this.source(file, bytes)) : audio;
    if ('refused' in stored) throw new Error(`the stored recording ${id} cannot be read: ${stored.refused}`);
    const draft = {
      draftId: id,
      clientRequestId: clientRequestId ?? null,
      audio: { ...stored, language: audio.language, fileId: id, bytes },
    };
    const outcome = await this.commands.execute(new CreateVoiceDraft(draft, context));
    if (!outcome.accepted) throw refusalProblem(outcome.refusal);
    return { ...draftAccepted(outcome.state), position: outcome.position };
  }

  private source(file: { fileId: string; workspaceId: string }, bytes: number) {
    return { bytes, read: () => Readable.from(this.files.open(file), { objectMode: false }) };
  }
}

function uploadOf(request: Request, body: AsyncIterable<Buffer> | undefined) {
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding !== 'identity')
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send the form as it is, not compressed.' });
  if (!body) throw new Problem('EMPTY_BODY', { detail: 'The upload holds nothing.' });
  const length = request.headers['content-length'];
  return {
    contentType: request.headers['content-type'],
    contentLength: length === undefined ? null : Number(length),
    body,
  };
}

async function inspected(spool: Spool, secondsMax: number) {
  const found = await inspectAudio(spool);
  if ('refused' in found)
    throw new Problem(found.refused, {
      detail:
        found.refused === 'AUDIO_UNSUPPORTED'
          ? 'By its content, the file is none of the kinds that are taken.'
          : 'The file begins like a recording, but cannot be read as one.',
      extensions: { supported: AUDIO_TYPES },
    });
  if (found.seconds !== null && found.seconds > secondsMax)
    throw new Problem('AUDIO_TOO_LONG', {
      detail: `The recording lasts ${found.seconds} s; ${secondsMax} s are taken.`,
      extensions: { seconds: found.seconds, secondsMax },
    });
  return found;
}
