import type { DrafthorseClient } from '../client.js';
import type { Screen } from '../screen.js';

/** What every command works with. */
export interface Context {
  client: DrafthorseClient;
  screen: Screen;
  /** One JSON document instead of tables. */
  json: boolean;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}
