/** Stream names, and the topic and key under which a stream's events travel. */

export const STREAM_KINDS = ['draft', 'plan', 'catalogue', 'workspace', 'import'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

export const draftStream = (draftId: string) => `draft-${draftId}`;
/** Rows of a preview that are too many for its PreviewBuilt event. */
export const planStream = (planId: string) => `plan-${planId}`;
export const catalogueStream = (workspaceId: string) => `catalogue-${workspaceId}`;
export const workspaceStream = (workspaceId: string) => `workspace-${workspaceId}`;
export const importStream = (importId: string) => `import-${importId}`;

export const TOPICS = [
  'drafthorse.drafts',
  'drafthorse.catalogue',
  'drafthorse.workspaces',
  // Rows of large previews: bulky, and of no interest to those who follow drafts.
  'drafthorse.plans',
] as const;
export type Topic = (typeof TOPICS)[number];

const TOPIC_BY_KIND: Record<StreamKind, Topic> = {
  draft: 'drafthorse.drafts',
  plan: 'drafthorse.plans',
  catalogue: 'drafthorse.catalogue',
  import: 'drafthorse.catalogue',
  workspace: 'drafthorse.workspaces',
};

/** The stream kinds whose events travel under these topics. */
export const kindsOf = (topics: readonly Topic[]): StreamKind[] =>
  STREAM_KINDS.filter((kind) => topics.includes(TOPIC_BY_KIND[kind]));

/** `draft-0197…` → kind `draft`, id `0197…`. Throws on a name this product never writes. */
export function parseStreamId(streamId: string): { kind: StreamKind; id: string } {
  const dash = streamId.indexOf('-');
  const kind = STREAM_KINDS.find((candidate) => candidate === streamId.slice(0, dash));
  if (dash < 0 || !kind || dash === streamId.length - 1)
    throw new Error(`not a stream of this product: ${streamId}`);
  return { kind, id: streamId.slice(dash + 1) };
}

/** Topic and partition key of a stream: events of one stream share a key, so their order is kept. */
export function routeOf(streamId: string): { topic: Topic; key: string } {
  const { kind, id } = parseStreamId(streamId);
  return { topic: TOPIC_BY_KIND[kind], key: id };
}
