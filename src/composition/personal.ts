/** What people say, encrypted: the keys, and the event store as those see it who may read it. */
import type { EventStore } from '../event-store/event-store.js';
import { claimMasterKey, masterKey } from '../personal-data/master-key.js';
import { PersonalEventStore } from '../personal-data/personal-event-store.js';
import { ERASURES_CHANNEL, PersonalKeys } from '../personal-data/personal-keys.js';
import { PersonalTexts } from '../personal-data/personal-texts.js';
import { RequestSecretsUnder } from '../personal-data/request-secrets.js';
import type { Settings } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import { Notifications } from '../platform/database/notifications.js';
import type { Lifecycle } from './lifecycle.js';

export interface PersonalData {
  keys: PersonalKeys;
  texts: PersonalTexts;
  store: PersonalEventStore;
  /** For what is kept of requests. */
  requests: RequestSecretsUnder;
}

/** Throws MasterKeyRefused: the start of a process that could read nobody's words, and write what others cannot read. */
export async function openPersonalData(
  settings: Settings,
  { database, store }: { database: Database; store: EventStore },
  lifecycle: Lifecycle,
): Promise<PersonalData> {
  const master = await masterKey(settings.PERSONAL_DATA_KEY, settings.DATA_DIR);
  await claimMasterKey(database, master);
  const keys = new PersonalKeys(database, master);
  const heard = new Notifications(database.options.url, ERASURES_CHANNEL, () => keys.forget());
  lifecycle.started('erasures', () => heard.close());
  await heard.listen();
  const texts = new PersonalTexts(keys);
  const requests = new RequestSecretsUnder(master);
  return { keys, texts, store: new PersonalEventStore(store, texts), requests };
}
