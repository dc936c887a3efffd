/** Who may pass: every route needs a key or an access token, but those that say they are public. Runs before any body is read. */
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../../identity/authenticator.js';
import { looksLikeAccessToken } from '../../identity/sessions/access-tokens.js';
import { Problem } from '../problems/problem.js';
import type { Request } from '../requests/request.js';

export function requireCallers(
  server: FastifyInstance,
  authenticator: Pick<Authenticator, 'authenticate'>,
  onFailure: (request: Request) => Promise<void>,
): void {
  server.decorateRequest('caller', null);
  server.addHook('onRequest', async (request) => {
    // Preflights carry no key, and an address that does not exist has nothing to protect.
    if (request.is404 || request.method === 'OPTIONS' || request.routeOptions.config.public) return;
    const bearer = bearerOf(request.headers.authorization);
    request.caller = bearer === null ? null : await authenticator.authenticate(bearer);
    if (request.caller) return;
    // A token that is over is what every client sends once, and a signature is not guessed.
    if (bearer !== null && !looksLikeAccessToken(bearer)) await onFailure(request);
    throw unauthenticated(bearer !== null);
  });
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1] ?? null;
}

function unauthenticated(keyGiven: boolean): Problem {
  const challenge = keyGiven
    ? 'Bearer realm="drafthorse", error="invalid_token"'
    : 'Bearer realm="drafthorse"';
  return new Problem('UNAUTHENTICATED', {
    detail: keyGiven
      ? 'This key or token is not known, or no longer good.'
      : 'Send "Authorization: Bearer <API key or access token>".',
    headers: { 'www-authenticate': challenge },
  });
}
