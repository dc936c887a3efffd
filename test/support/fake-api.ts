/** The API on parts that answer what a spec tells them: for edge behaviour only, the journeys run on the real program. */
import { createSecretKey, randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';
import { expect } from 'vitest';
import { createApiModule } from '../../src/api/api.module.js';
import { REQUEST_SECRETS } from '../../src/api/idempotency/request-secrets.js';
import type { ApiOptions } from '../../src/api/api-options.js';
import { HttpMetrics } from '../../src/api/operations/metrics.js';
import {
  DRAFT_WATCHER,
  HEALTH_REPORTER,
  QUEUE_GAUGE,
  READ_MODEL_GATE,
  RECORDING_KEEPER,
  UPLOAD_KEEPER,
  type Wait,
} from '../../src/api/ports.js';
import { createHttpServer } from '../../src/api/server/http-server.js';
import { StreamWriter } from '../../src/commands/stream-writer.js';
import { DeadLetters } from '../../src/event-bus/dead-letters.js';
import type { DeadLetter } from '../../src/event-bus/event-bus.js';
import { EVENT_STORE } from '../../src/event-store/event-store.js';
import { MemoryReceipts } from '../../src/event-store/memory/memory-receipts.js';
import { RECEIPTS } from '../../src/event-store/receipts.js';
import { Authenticator } from '../../src/identity/authenticator.js';
import { IDENTITY } from '../../src/identity/identity.js';
import { callerOfRole } from '../../src/identity/caller.js';
import { RequestSecretsUnder } from '../../src/personal-data/request-secrets.js';
import { FILE_STORE, FileStoreError, type FileUpload } from '../../src/platform/files/file-store.js';
import { SignedLinks } from '../../src/platform/files/signed-links.js';
import { LIMITER_STORE, memoryLimiterStore } from '../../src/platform/limits/limiter-store.js';
import { createLogger } from '../../src/platform/logging/logger.js';

export const OWNER = callerOfRole({
  userId: randomUUID(),
  workspaceId: randomUUID(),
  role: 'owner',
  credential: { kind: 'api-key', id: randomUUID() },
});
const CALLERS = new Map([
  ['owner-key', OWNER],
  ['viewer-key', callerOfRole({ ...OWNER, userId: randomUUID(), role: 'viewer' })],
]);
export const DRAFT_ID = randomUUID();
export const DRAFTS = '/api/v1/ai/drafts';
export const BODY_BYTES_MAX = 10_000;
export const IMPORT_BYTES_MAX = 20_000;
export const AUDIO_BYTES_MAX = 10_000;
export const AUDIO_SECONDS_MAX = 2;

export class FakeApi {
  app!: NestFastifyApplication;
  /** What was logged, in order. */
  readonly lines: Record<string, unknown>[] = [];
  /** What was uploaded, in order; `watched` before a recording. */
  readonly uploads: string[] = [];
  /** Every workspace's dead letters: none, until a spec says otherwise. */
  readonly deadLetters = {
    list: async (_filter: unknown): Promise<DeadLetter[]> => [],
    inspect: async (_id: string, _workspaceId: string | null): Promise<DeadLetter | null> => null,
    count: async (): Promise<number> => 0,
  };
  readonly receipts = new MemoryReceipts();
  /** What waits, as the next look will find it. */
  queues = { waiting: 0, oldestSeconds: 0 };
  private readonly files = new Map<string, Buffer>();
  readonly links = new SignedLinks(Buffer.alloc(32), () => new Date());
  /** Of whatever file is asked for. */
  directUrl!: string | null;
  /** Content of a file; of one that nobody put, "content". */
  opened!: (fileId: string) => AsyncIterable<Buffer>;
  command!: (command: unknown) => unknown;
  query!: (query: unknown) => unknown;
  gate!: (readModel: string, position: bigint, wait: Wait) => Promise<boolean>;
  watch!: (wait: Wait) => Promise<void>;
  authenticate!: (key: string) => unknown;
  isReady!: boolean;
  /** Position of what the log holds of any draft or import; 0: nothing. */
  written!: bigint;

  static async start(options: Partial<ApiOptions> = {}): Promise<FakeApi> {
    const api = new FakeApi();
    api.reset();
    const module = createApiModule({
      imports: [api.parts()],
      metrics: new HttpMetrics(),
      options: {
        bodyBytesMax: BODY_BYTES_MAX,
        importBytesMax: IMPORT_BYTES_MAX,
        audio: { bytesMax: AUDIO_BYTES_MAX, secondsMax: AUDIO_SECONDS_MAX },
        corsOrigins: [],
        publicUrl: null,
        limits: { drafts: 0, executions: 0, reads: 0, auth: 0 },
        ...options,
      },
    });
    const destination = { write: (line: string) => void api.lines.push(JSON.parse(line)) };
    api.app = await createHttpServer(module, createLogger({ level: 'debug', destination }));
    return api;
  }

  /** Everything answers as if all were well and nothing were there. */
  reset(): void {
    this.lines.length = 0;
    this.uploads.length = 0;
    this.command = () => ({
      accepted: true,
      position: 42n,
      revision: 0,
      draftId: DRAFT_ID,
      changeSetId: null,
      state: { status: 'pending', draftId: DRAFT_ID },
    });
    this.query = () => null;
    this.gate = async () => true;
    this.watch = async () => undefined;
    this.authenticate = (key) => CALLERS.get(key) ?? null;
    this.isReady = true;
    this.written = 0n;
    this.directUrl = null;
    this.files.clear();
    const { files } = this;
    this.opened = async function* (fileId) {
      yield files.get(fileId) ?? Buffer.from('content');
    };
  }

  stop = () => this.app.close();

  /** As the owner, unless the headers say otherwise. */
  send(options: InjectOptions) {
    return this.app.inject({
      ...options,
      headers: { authorization: 'Bearer owner-key', ...options.headers },
    });
  }

  get(url: string, headers: Record<string, string> = {}) {
    return this.send({ method: 'GET', url, headers });
  }

  post(url: string, payload?: unknown, headers: Record<string, string> = {}) {
    return this.send({
      method: 'POST',
      url,
      headers,
      ...(payload === undefined ? {} : { payload: payload as object }),
    });
  }

  private parts(): DynamicModule {
    const providers = [
      { provide: CommandBus, useValue: { execute: async (command: unknown) => this.command(command) } },
      { provide: QueryBus, useValue: { execute: async (query: unknown) => this.query(query) } },
      { provide: Authenticator, useValue: { authenticate: async (key: string) => this.authenticate(key) } },
      { provide: IDENTITY, useValue: {} },
      {
        provide: EVENT_STORE,
        useValue: { streamEnd: async () => ({ revision: -1, position: 0n }), findEvent: async () => null },
      },
      { provide: DeadLetters, useValue: this.deadLetters },
      { provide: LIMITER_STORE, useValue: memoryLimiterStore() },
      { provide: RECEIPTS, useValue: this.receipts },
      { provide: REQUEST_SECRETS, useValue: new RequestSecretsUnder(createSecretKey(Buffer.alloc(32))) },
      { provide: QUEUE_GAUGE, useValue: { lengths: async () => this.queues } },
      {
        provide: StreamWriter,
        useValue: {
          load: async () => ({
            position: this.written,
            state: { status: this.written === 0n ? 'absent' : 'pending' },
          }),
        },
      },
      {
        provide: FILE_STORE,
        useValue: {
          put: (upload: FileUpload) => this.store(upload),
          open: ({ fileId }: FileUpload) => this.opened(fileId),
          directUrl: async () => this.directUrl,
          delete: async () => undefined,
        },
      },
      {
        provide: READ_MODEL_GATE,
        useValue: { waitFor: (model: string, at: bigint, wait: Wait) => this.gate(model, at, wait) },
      },
      {
        provide: DRAFT_WATCHER,
        useValue: {
          watch: (_: string, look: () => Promise<boolean>, wait: Wait) => this.watch(wait).then(look),
        },
      },
      { provide: UPLOAD_KEEPER, useValue: { watch: async () => undefined } },
      { provide: RECORDING_KEEPER, useValue: { watch: async () => void this.uploads.push('watched') } },
      { provide: SignedLinks, useValue: this.links },
      {
        provide: HEALTH_REPORTER,
        useValue: {
          ready: async () => ({ ready: this.isReady, reason: this.isReady ? null : 'starting' }),
          components: async () => ({ store: { status: 'up' }, bus: { status: 'degraded' } }),
        },
      },
    ];
    class FakeParts {}
    Module({ providers, exports: providers.map(({ provide }) => provide) })(FakeParts);
    return { module: FakeParts };
  }

  private async store({ content, bytesMax, fileId }: FileUpload) {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > bytesMax) throw new FileStoreError('FILE_TOO_LARGE', `more than ${bytesMax} bytes`);
      pieces.push(piece);
    }
    const sent = Buffer.concat(pieces);
    const first = this.files.get(fileId);
    if (first)
      return { fileId, bytes: first.length, sha256: '', outcome: first.equals(sent) ? 'same' : 'different' };
    this.files.set(fileId, sent);
    this.uploads.push(sent.toString());
    return { fileId, bytes, sha256: '', outcome: 'stored' };
  }
}

/** The answer is a problem document of this status and code; gives both back. */
export async function expectProblem(sent: ReturnType<FakeApi['send']>, status: number, code: string) {
  const answer = await sent;
  const problem = answer.json();
  expect(problem).toMatchObject({ status, code, type: expect.stringMatching(/^urn:drafthorse:problem:/) });
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  return { answer, problem };
}
