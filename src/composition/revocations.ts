/** What another process revoked stops here at once, too. */
import type { Identity } from '../identity/identity.js';
import { REVOCATIONS_CHANNEL } from '../identity/revocations.js';
import { Notifications } from '../platform/database/notifications.js';
import type { Infrastructure } from './infrastructure.js';
import type { Lifecycle } from './lifecycle.js';

export async function hearRevocations(
  { database }: Pick<Infrastructure, 'database'>,
  { revocations }: Pick<Identity, 'revocations'>,
  lifecycle: Lifecycle,
): Promise<void> {
  const heard = new Notifications(database.options.url, REVOCATIONS_CHANNEL, (payload) =>
    revocations.hear(payload),
  );
  lifecycle.started('revocations', () => heard.close());
  await heard.listen();
}
