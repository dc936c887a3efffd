/**
 * Tells every process that a key was destroyed, so that none goes on opening texts from memory. A notification can be lost
 * with its connection: then everything is forgotten when the connection is back, and after KEYS_REMEMBERED_MS at the latest.
 */
import pg from 'pg';

const CHANNEL = 'drafthorse_erasures';
const RECONNECT_MS = 1_000;

export class ErasureSignal {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private connecting: Promise<void> = Promise.resolve();
  private closed = false;

  /** `erased`: forget what you remember. */
  constructor(
    private readonly url: string,
    private readonly erased: () => void,
  ) {
    this.connecting = this.listen();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.connecting;
    await this.client?.end().catch(() => undefined);
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'drafthorse-erasures',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    client.on('notification', this.erased);
    client.on('error', () => undefined);
    client.on('end', () => this.lost(client));
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      // Whatever was destroyed while nobody listened.
      this.erased();
    } catch {
      await client.end().catch(() => undefined);
      this.lost(client);
    }
  }

  private lost(client: pg.Client): void {
    if (this.closed || this.client !== client) return;
    this.client = null;
    this.timer = setTimeout(() => (this.connecting = this.listen()), RECONNECT_MS);
  }
}

/** To be sent in the statement that destroys a key: it goes out when that is committed. */
export const NOTIFY_ERASED = `pg_notify('${CHANNEL}', '')`;
