/**
 * What processes tell each other through PostgreSQL (LISTEN and NOTIFY): at once, but not surely. A listener is told null
 * where it may have missed something, and whoever relies on hearing needs a second way to find out.
 */
import pg from 'pg';
import type { Queryable } from './database.js';

const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 5_000;

type Listener = (payload: string | null) => void;

export class Notifications {
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private reconnectTimer: NodeJS.Timeout | undefined;
  private reconnectMs = RECONNECT_MS_MIN;
  private closed = false;

  /** `channel`: an identifier of ours, not from outside. */
  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly listener: Listener,
  ) {}

  /** Resolves when it listens, or when the first try failed; it goes on trying until it is closed. */
  listen(): Promise<void> {
    this.connecting ??= this.connect().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnectTimer);
    await this.connecting;
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: `drafthorse-${this.channel}`,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    client.on('notification', ({ payload }) => this.listener(payload ?? null));
    client.on('error', () => undefined);
    client.on('end', () => this.lost(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
      this.client = client;
      this.reconnectMs = RECONNECT_MS_MIN;
      // Whatever was said while nobody listened.
      this.listener(null);
    } catch {
      await client.end().catch(() => undefined);
      this.reconnectLater();
    }
  }

  private lost(client: pg.Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.reconnectLater();
  }

  private reconnectLater(): void {
    if (this.closed) return;
    clearTimeout(this.reconnectTimer);
    this.reconnectTimer = setTimeout(() => void this.listen(), this.reconnectMs);
    this.reconnectMs = Math.min(this.reconnectMs * 2, RECONNECT_MS_MAX);
  }
}

/** Reaches every process that listens, this one too. `payload`: at most 8,000 bytes. */
export async function notify(queryable: Queryable, channel: string, payload: string): Promise<void> {
  await queryable.query('SELECT pg_notify($1, $2)', [channel, payload]);
}
