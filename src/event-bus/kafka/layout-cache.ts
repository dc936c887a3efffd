/** The topics' layouts as the relay wrote them, kept fresh: where a key travels is asked synchronously. */
import type { Topic } from '../../events/streams.js';
import type { Queryable } from '../../platform/database/database.js';
import type { Layout, Layouts } from './partitions.js';

interface LayoutRow {
  topic: Topic;
  after_position: string;
  partitions: number;
  ends: string[];
}

export async function loadLayouts(database: Queryable): Promise<Map<Topic, Layout[]>> {
  const { rows } = await database.query<LayoutRow>(
    'SELECT topic, after_position, partitions, ends FROM relay_layouts ORDER BY topic, after_position',
  );
  const layouts = new Map<Topic, Layout[]>();
  for (const { topic, after_position, partitions, ends } of rows) {
    const layout = { after: BigInt(after_position), partitions, ends: ends.map(BigInt) };
    layouts.set(topic, [...(layouts.get(topic) ?? []), layout]);
  }
  return layouts;
}

export interface LayoutCacheOptions {
  database: Queryable;
  /** For topics the relay has not begun with. */
  partitionsDefault: number;
  refreshMs: number;
}

export class LayoutCache {
  private layouts = new Map<Topic, Layout[]>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: LayoutCacheOptions) {
    // A database that is away comes back; until then the layouts stand.
    this.timer = setInterval(() => void this.refresh().catch(() => undefined), options.refreshMs);
    this.timer.unref();
  }

  of(topic: Topic): Layouts {
    return this.layouts.get(topic) ?? [{ after: 0n, partitions: this.options.partitionsDefault, ends: [] }];
  }

  async refresh(): Promise<void> {
    this.layouts = await loadLayouts(this.options.database);
  }

  close(): void {
    clearInterval(this.timer);
  }
}
