import { describe, expect, it } from 'vitest';
import {
  catalogueStream,
  draftStream,
  importStream,
  parseStreamId,
  planStream,
  routeOf,
  workspaceStream,
} from './streams.js';

const id = '0197a000-0000-7000-8000-000000000001';

describe('a stream', () => {
  it.each([
    [draftStream(id), 'draft', 'drafthorse.drafts'],
    [planStream(id), 'plan', 'drafthorse.plans'],
    [catalogueStream(id), 'catalogue', 'drafthorse.catalogue'],
    [importStream(id), 'import', 'drafthorse.catalogue'],
    [workspaceStream(id), 'workspace', 'drafthorse.workspaces'],
  ])('named %s is of kind %s and travels on %s under its own id', (streamId, kind, topic) => {
    expect(parseStreamId(streamId)).toEqual({ kind, id });
    expect(routeOf(streamId)).toEqual({ topic, key: id });
  });

  it.each(['', 'draft', 'drafts', 'imports', 'draft-', '-1', `order-${id}`, `Draft-${id}`])(
    'is never named "%s"',
    (streamId) => expect(() => parseStreamId(streamId)).toThrow('not a stream of this product'),
  );
});
