/** Derived ids: the same parts always give the same id, so whatever is done twice is recognised. */
import { v5 as uuidv5 } from 'uuid';

/** Namespace of the ids this product derives; any fixed UUID would do. */
const NAMESPACE = '6f1c1a52-2f0e-5d0b-9c1e-8a3b5d7e9f10';

/** UUID v5 (RFC 9562) of the parts. Parts that come from outside must not contain `:`, or stand last. */
export const derivedId = (...parts: (string | number)[]) => uuidv5(parts.join(':'), NAMESPACE);

/** Ids of the events of one command, in order. */
export const eventIds = (commandId: string, count: number) =>
  Array.from({ length: count }, (_, ordinal) => derivedId(commandId, ordinal));
