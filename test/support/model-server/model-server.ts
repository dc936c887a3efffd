/**
 * A model server over real HTTP that behaves as a spec tells it, well or badly. It speaks the OpenAI protocol's chat
 * completions; further paths are one more entry in ROUTES.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  path: string;
  headers: IncomingMessage['headers'];
  /** The body as sent. */
  text: string;
  body: { model: string; messages: { role: string; content: string }[]; [key: string]: unknown };
  /** The caller hung up before it was answered. */
  aborted: boolean;
}

/** Answers one request, in whatever way; may never do so. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest) => void;

const ROUTES: ReadonlySet<string> = new Set(['/v1/chat/completions']);

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
    const text = Buffer.concat(chunks).toString('utf8');
    const path = incoming.url ?? '';
    const request: ReceivedRequest = {
      path,
      headers: incoming.headers,
      text,
      body: JSON.parse(text) as ReceivedRequest['body'],
      aborted: false,
    };
    response.on('close', () => (request.aborted = !response.writableFinished));
    response.on('error', () => undefined);
    this.requests.push(request);
    if (!ROUTES.has(path)) response.writeHead(404).end();
    else this.behave(request, this.requests.length)(response, request);
  }
}
