/**
 * "Something was appended": to listeners in this process at once, to other processes by NOTIFY. The NOTIFY is sent
 * after the commit, on a connection of its own and merged while one is under way: inside the append it would make
 * all appends of the database commit one after the other (4 to 5 times slower, measured).
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const CHANNEL = 'drafthorse_log';
/** Between two NOTIFYs while appends come faster; other processes hear of them that much later. */
const SPACING_MS = 2;
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

type Listener = (position: bigint | null) => void;

export class LogSignal {
  /** So that our own notifications, which we have acted on already, are not acted on twice. */
  private readonly sender = randomUUID();
  private readonly listeners = new Set<Listener>();
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private reconnectTimer: NodeJS.Timeout | undefined;
  private reconnectMs = RECONNECT_MS_MIN;
  private unsent: bigint | null = null;
  private sending = false;
  private closed = false;

  constructor(private readonly url: string) {}

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    void this.connect();
    return () => this.listeners.delete(listener);
  }

  /** After a commit of our own. */
  appended(position: bigint): void {
    this.tell(position);
    if (this.unsent === null || position > this.unsent) this.unsent = position;
    void this.send();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnectTimer);
    await this.connecting;
    await this.client?.end().catch(() => undefined);
    this.client = null;
  }

  private tell(position: bigint | null): void {
    for (const listener of this.listeners) listener(position);
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await this.connect();
      while (this.unsent !== null && this.client) {
        const payload = `${this.sender}:${this.unsent}`;
        this.unsent = null;
        // A failure ends the connection, and whoever missed it polls.
        await this.client.query(`NOTIFY ${CHANNEL}, '${payload}'`).catch(() => undefined);
        if (this.unsent !== null) await sleep(SPACING_MS);
      }
    } finally {
      this.sending = false;
    }
  }

  private connect(): Promise<void> {
    if (this.client || this.closed || this.reconnectTimer) return Promise.resolve();
    this.connecting ??= this.listen().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'drafthorse-log-signal',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    client.on('notification', ({ payload }) => this.received(payload ?? ''));
    client.on('error', () => undefined);
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      // A NOTIFY takes a transaction id: waiting for the disk with it would hold back the visible end of the log.
      await client.query(`SET synchronous_commit = off; LISTEN ${CHANNEL}`);
      this.client = client;
      this.reconnectMs = RECONNECT_MS_MIN;
      // Whatever was appended while nobody listened.
      this.tell(null);
    } catch {
      await client.end().catch(() => undefined);
      this.reconnectLater();
    }
  }

  private received(payload: string): void {
    const [sender, position] = payload.split(':');
    if (sender !== this.sender) this.tell(position && /^\d+$/.test(position) ? BigInt(position) : null);
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnectLater();
  }

  private reconnectLater(): void {
    if (this.closed || this.reconnectTimer) return;
    this.reconnectTimer = setTimeout(() => {
      this.reconnectTimer = undefined;
      void this.connect();
    }, this.reconnectMs);
    this.reconnectMs = Math.min(this.reconnectMs * 2, RECONNECT_MS_MAX);
  }
}
