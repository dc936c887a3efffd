/** An event store by others, as the append benchmark uses it. Implementations: `bench/peers/event-stores/`. */

export interface PeerEvent {
  type: string;
  data: object;
  metadata: object;
}

export interface PeerStore {
  /** All or none of the events, visible and on the disk when it answers. */
  append(streamName: string, events: readonly PeerEvent[]): Promise<void>;
  /** The whole stream, as its API hands it out; answers how many events came. */
  load(streamName: string): Promise<number>;
  close(): Promise<void>;
}

export interface PeerStoreModule {
  /** Installs what the store needs into an empty database and opens it with a pool of its own. */
  open(options: { url: string; poolSizeMax: number }): Promise<PeerStore>;
}
