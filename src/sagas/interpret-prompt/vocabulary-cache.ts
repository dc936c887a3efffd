/** Built vocabularies by workspace, until the workspace's words change. */
import { Vocabulary, type VocabularyData } from '../../interpreter/vocabulary.js';

/** Workspaces kept at once; the one used longest ago goes first. */
export const WORKSPACES_CACHED_MAX = 50;

export interface VocabularySource {
  /** Moves only when a word appears or disappears: one cheap read per sentence. */
  version(workspaceId: string): Promise<string>;
  load(workspaceId: string): Promise<{ version: string; data: VocabularyData }>;
}

export class VocabularyCache {
  /** In order of use: a Map keeps insertion order, and a hit is inserted again. */
  private readonly built = new Map<string, { version: string; vocabulary: Promise<Vocabulary> }>();

  constructor(private readonly source: VocabularySource) {}

  async of(workspaceId: string): Promise<Vocabulary> {
    const version = await this.source.version(workspaceId);
    const known = this.built.get(workspaceId);
    const entry = known?.version === version ? known : { version, vocabulary: this.build(workspaceId) };
    this.built.delete(workspaceId);
    this.built.set(workspaceId, entry);
    if (this.built.size > WORKSPACES_CACHED_MAX) this.built.delete(this.built.keys().next().value!);
    try {
      return await entry.vocabulary;
    } catch (error) {
      // A failed load must not be answered from the cache for ever.
      if (this.built.get(workspaceId) === entry) this.built.delete(workspaceId);
      throw error;
    }
  }

  private async build(workspaceId: string): Promise<Vocabulary> {
    return Vocabulary.from((await this.source.load(workspaceId)).data);
  }
}
