/**
 * New ways in (a first password, an account elsewhere) open all that their user has, everywhere, and an erasure closes it
 * for good: not for a key that was made for less.
 */
import type { Identity } from '../../identity/identity.js';
import { Problem } from '../problems/problem.js';
import { callerOf, type Request } from '../requests/request.js';

/** Throws FORBIDDEN. */
export async function requireWholeUser(identity: Pick<Identity, 'apiKeys'>, request: Request): Promise<void> {
  const { credential, workspaceId } = callerOf(request);
  if (credential.kind === 'session') return;
  if (await identity.apiKeys.isUnscoped(workspaceId, credential.id)) return;
  throw new Problem('FORBIDDEN', {
    detail:
      'This is for who is signed in, or comes with a key of the whole user, like the one of the first owner.',
  });
}
