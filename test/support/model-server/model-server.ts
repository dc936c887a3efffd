/**
 * A model server over real HTTP that behaves as a spec tells it, well or badly. It speaks the OpenAI protocol's chat
 * completions and transcriptions; further paths are one more entry in ROUTES.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  path: string;
  headers: IncomingMessage['headers'];
  /** The body as sent. */
  text: string;
  body: { model: string; messages: { role: string; content: string }[]; [key: string]: unknown };
  /** What was sent to be heard; null on other paths. The fields beside it are in `body`. */
  recording: { name: string; type: string; content: Buffer } | null;
  /** The caller hung up before it was answered. */
  aborted: boolean;
}

/** Answers one request, in whatever way; may never do so. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => void;

const ROUTES: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/audio/transcriptions']);

export class ModelServer {
  readonly requests: ReceivedRequest[] = [];
  private behave: (request: ReceivedRequest, count: number) => Behaviour = () => () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelServer> {
    const server = createServer();
    const models = new ModelServer(server);
    server.on('request', (request, response) => void models.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return models;
  }

  /** The base URL a client is given. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Every request is answered like this. */
  always(behaviour: Behaviour): void {
    this.behave = () => behaviour;
  }

  /** The first request like the first, …; the last one stands for all after it. */
  inTurn(...behaviours: Behaviour[]): void {
    let turn = 0;
    this.behave = () => behaviours[Math.min(turn++, behaviours.length - 1)] as Behaviour;
  }

  perModel(behaviours: Record<string, Behaviour>): void {
    this.behave = ({ body }) => behaviours[body.model] ?? (() => undefined);
  }

  reset(): void {
    this.requests.length = 0;
    this.behave = () => () => undefined;
  }

  /** Hangs up on everybody. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    const path = incoming.url ?? '';
    const { headers } = incoming;
    const request: ReceivedRequest = {
      path,
      headers,
      text: content.toString('utf8'),
      ...(await bodyOf(content, headers['content-type'] ?? '')),
      aborted: false,
    };
    response.on('close', () => (request.aborted = !response.writableFinished));
    response.on('error', () => undefined);
    this.requests.push(request);
    if (!ROUTES.has(path)) response.writeHead(404).end();
    else this.behave(request, this.requests.length)(response, request);
  }
}

async function bodyOf(
  content: Buffer<ArrayBuffer>,
  type: string,
): Promise<Pick<ReceivedRequest, 'body' | 'recording'>> {
  if (!type.startsWith('multipart/form-data'))
    return { body: JSON.parse(content.toString('utf8')) as ReceivedRequest['body'], recording: null };
  const form = await new Response(content, { headers: { 'content-type': type } }).formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('a form without a recording');
  const fields = Object.fromEntries([...form].filter(([name]) => name !== 'file'));
  return {
    body: { ...fields, messages: [] } as unknown as ReceivedRequest['body'],
    recording: { name: file.name, type: file.type, content: Buffer.from(await file.arrayBuffer()) },
  };
}
