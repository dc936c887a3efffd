/** Derived ids: the same parts always give the same id, so whatever is done twice is recognised. */
import { v5 } from 'uuid';

/** UUID v5 namespace of the ids this product derives. Never changes: it makes old appends recognisable. */
const NAMESPACE = '5f0c0f0e-3f0a-5c7b-9d5e-6d1b8a6f4c21';

/** UUID v5 (RFC 9562) of the parts. A part that comes from outside stands last, so that it cannot imitate others. */
export const derivedId = (...parts: (string | number)[]) => v5(parts.join('/'), NAMESPACE);

/**
 * The ids of the `count` events of one append, in order. A command that appends to several streams names each
 * one in `scope` (say, by its stream id): the same id must not stand in two streams.
 */
export function eventIds(commandId: string, count: number, scope = ''): string[] {
  return Array.from({ length: count }, (_, ordinal) => derivedId(commandId, scope, ordinal));
}
