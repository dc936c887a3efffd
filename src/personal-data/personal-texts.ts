/** Personal texts on their way in and out: what keys there are, and what is shown where there is none. */
import type { PersonalKeys, FoundKey, Person } from './personal-keys.js';
import { keyIdOf, openText, sealText, type Place } from './sealed-text.js';

/** Shown in place of what a person said once their key is destroyed. */
export const ERASED = '[erased]';
/** Shown in place of what is not as it was written, or stands where it was not written. */
export const UNREADABLE = '[unreadable]';

/** From a text as it is stored, and where, to the text as it is shown. */
export type Opener = (stored: string, place: Place) => string;

export class PersonalTexts {
  constructor(private readonly keys: Pick<PersonalKeys, 'forWriting' | 'forReading'>) {}

  /**
   * Seals texts of one person; the empty one stays as it is, there is nothing in it to hide. `since`: when what they are
   * about was said (ISO 8601, the log's clock), null: now. Where the person was erased since, the texts are: whoever had read
   * the words before does not put them under the key that the person has now.
   */
  async sealer(person: Person, since: string | null = null): Promise<Opener> {
    const key = await this.keys.forWriting(person);
    const isErased = since !== null && key.erasedAt !== null && Date.parse(since) <= key.erasedAt.getTime();
    return (text, place) => (text === '' ? '' : isErased ? ERASED : sealText(text, place, key));
  }

  /**
   * Opens any of these texts of one workspace; the keys of all of them are asked for together. A text that is not sealed
   * (it is from before, or empty) is shown as it is.
   */
  async opener(workspaceId: string, stored: Iterable<string>): Promise<Opener> {
    const keyIds = new Set<string>();
    for (const text of stored) {
      const keyId = keyIdOf(text);
      if (keyId) keyIds.add(keyId);
    }
    const keys: ReadonlyMap<string, FoundKey> =
      keyIds.size > 0 ? await this.keys.forReading(workspaceId, keyIds) : new Map();
    return (text, place) => {
      const keyId = keyIdOf(text);
      const key = keyId === null ? 'unknown' : (keys.get(keyId) ?? 'unknown');
      // Somebody typed what looks like one of ours, before texts were sealed.
      if (key === 'unknown') return text;
      return key === 'erased' ? ERASED : (openText(text, place, key) ?? UNREADABLE);
    };
  }
}
