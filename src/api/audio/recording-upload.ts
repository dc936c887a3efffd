/** A multipart upload with one recording in it, spooled as it arrives, and the fields beside it. */
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { once } from 'node:events';
import { FileStoreError } from '../../platform/files/file-store.js';
import { Spool } from '../../platform/files/spool.js';
import { Problem } from '../problems/problem.js';

/** Everything of a form that is not the recording: boundaries, headers, a few short fields. */
export const ENVELOPE_BYTES_MAX = 65_536;
const FIELDS_MAX = 10;
const FIELD_BYTES_MAX = 4_096;

const FILE_FIELD = 'file';

export interface RecordingUpload {
  /** The one who gets it closes it. */
  recording: Spool;
  fields: Record<string, string>;
}

interface Upload {
  /** Undefined where the content type is no form's. */
  contentType: string | undefined;
  contentLength: number | null;
  body: AsyncIterable<Buffer>;
}

/**
 * Reads the form to its end, but no further than a recording may be large. Throws UNSUPPORTED_MEDIA_TYPE,
 * AUDIO_TOO_LARGE, AUDIO_MISSING, INVALID_REQUEST.
 */
export async function readRecording(upload: Upload, bytesMax: number): Promise<RecordingUpload> {
  if (upload.contentLength !== null && upload.contentLength > heardOut(bytesMax)) throw tooLarge(bytesMax);
  const form = new Form(formOf(upload.contentType), bytesMax);
  try {
    await form.read(upload.body);
    return await form.result();
  } catch (error) {
    await form.discard();
    throw error;
  }
}

/**
 * Whoever sends too much is heard out so far before he is told: an answer on a connection that is cut while the client
 * still writes is seldom read. Nothing of it is kept.
 */
const heardOut = (bytesMax: number) => 2 * bytesMax + ENVELOPE_BYTES_MAX;

class Form {
  private readonly fields = new Map<string, string>();
  private file: BusboyFileStream | null = null;
  private recording: Promise<Spool> | null = null;
  private problem: Problem | null = null;
  /** Rejects as soon as reading on is of no use. */
  private readonly failed = Promise.withResolvers<never>();

  constructor(
    private readonly parser: BusboyInstance,
    private readonly bytesMax: number,
  ) {
    this.failed.promise.catch(() => undefined);
    parser.on('file', (name, file) => this.takeFile(name, file));
    parser.on('field', (name, value, nameIsCut, valueIsCut) => {
      if (nameIsCut || valueIsCut) this.problem ??= invalid(name, 'longer than any field may be');
      this.fields.set(name, value);
    });
    parser.on('fieldsLimit', () => (this.problem ??= invalid('form', `more than ${FIELDS_MAX} fields`)));
    parser.on('filesLimit', () => (this.problem ??= invalid(FILE_FIELD, 'more than one file')));
    parser.on('error', (cause) => this.failed.reject(broken(cause)));
  }

  async read(body: AsyncIterable<Buffer>): Promise<void> {
    let bytes = 0;
    let refusal: unknown = null;
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > this.bytesMax + ENVELOPE_BYTES_MAX) refusal ??= tooLarge(this.bytesMax);
      if (bytes > heardOut(this.bytesMax)) break;
      refusal ??= await this.take(piece);
    }
    if (refusal) throw refusal;
    const finished = once(this.parser, 'finish');
    this.parser.end();
    await this.orFailed(finished).catch((error: unknown) => {
      throw this.refusalOf(error);
    });
  }

  /** Null, or why the form is refused. */
  private async take(piece: Buffer): Promise<unknown> {
    try {
      if (!this.parser.write(piece)) await this.orFailed(once(this.parser, 'drain'));
      return null;
    } catch (error) {
      return this.refusalOf(error);
    }
  }

  private refusalOf(error: unknown): unknown {
    const isTooLarge = error instanceof FileStoreError && error.code === 'FILE_TOO_LARGE';
    return isTooLarge ? tooLarge(this.bytesMax) : error;
  }

  async result(): Promise<RecordingUpload> {
    if (this.problem) throw this.problem;
    const recording = await this.recording;
    if (recording === null || recording.bytes === 0)
      throw new Problem('AUDIO_MISSING', {
        detail: `Send multipart/form-data with the recording as the field "${FILE_FIELD}".`,
      });
    return { recording, fields: Object.fromEntries(this.fields) };
  }

  async discard(): Promise<void> {
    this.parser.destroy();
    this.file?.destroy();
    await (await this.recording?.catch(() => null))?.[Symbol.asyncDispose]();
  }

  private takeFile(name: string, file: BusboyFileStream): void {
    if (name !== FILE_FIELD || this.recording !== null) {
      this.problem ??= invalid(name, name === FILE_FIELD ? 'more than one file' : 'unknown key');
      file.resume();
      return;
    }
    this.file = file;
    // A form that ends too early says so before anybody reads the file; whoever reads it then is told.
    file.on('error', () => undefined);
    this.recording = Spool.of(file as AsyncIterable<Buffer>, this.bytesMax);
    this.recording.catch((error: unknown) =>
      this.failed.reject(error instanceof FileStoreError || isOurs(error) ? error : broken(error)),
    );
  }

  private orFailed<T>(work: Promise<T>): Promise<T> {
    // What is given up on must not be an unhandled rejection later.
    work.catch(() => undefined);
    return Promise.race([work, this.failed.promise]);
  }
}

/** The disk's or the system's fault, not the form's. */
const isOurs = (error: unknown) => typeof (error as NodeJS.ErrnoException | null)?.errno === 'number';

function formOf(contentType: string | undefined): BusboyInstance {
  if (!/^multipart\/form-data\s*;/i.test(contentType ?? '')) throw noForm();
  try {
    return new Busboy({
      headers: { 'content-type': contentType! },
      isPartAFile: (name, _type, fileName) => name === FILE_FIELD || fileName !== undefined,
      limits: { fields: FIELDS_MAX, fieldSize: FIELD_BYTES_MAX, files: 2, headerPairs: 20 },
    });
  } catch (error) {
    throw noForm(error);
  }
}

const noForm = (cause?: unknown) =>
  new Problem('UNSUPPORTED_MEDIA_TYPE', {
    detail: `Send multipart/form-data with the recording as the field "${FILE_FIELD}".`,
    cause,
  });

const broken = (cause: unknown) =>
  new Problem('INVALID_REQUEST', { detail: 'The form ends too early or cannot be read.', cause });

const invalid = (field: string, message: string) =>
  new Problem('INVALID_REQUEST', {
    detail: `body.${field}: ${message}`,
    extensions: { errors: [{ path: `body.${field}`, message }] },
  });

const tooLarge = (bytesMax: number) =>
  new Problem('AUDIO_TOO_LARGE', {
    detail: `A recording has at most ${bytesMax} bytes.`,
    extensions: { bytesMax },
  });
