/** What every answer says to browsers and caches, whatever it is: a page, a problem, a stream, or no request at all. */
import helmet from '@fastify/helmet';
import { fastify } from 'fastify';

export type SecurityHeaders = Readonly<Record<string, string>>;

/**
 * Taken from an answer of the library's: per request it would put the same headers together anew (4 % of a read).
 * `hstsSeconds` 0: nothing is said of TLS.
 */
export async function securityHeaders(hstsSeconds: number): Promise<SecurityHeaders> {
  const model = fastify();
  await model.register(helmet, {
    // Whether the address is served by TLS is known where TLS ends, which is not here: whoever installs it says so.
    strictTransportSecurity: hstsSeconds > 0 && { maxAge: hstsSeconds, includeSubDomains: false },
    contentSecurityPolicy: {
      directives: {
        upgradeInsecureRequests: null,
        // The library's own choice lets styles and fonts come from any address with TLS.
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
      },
    },
  });
  model.get('/', async (_, reply) => reply.raw.getHeaders());
  const answer = await model.inject('/');
  await model.close();
  return {
    ...answer.json<Record<string, string>>(),
    // Nothing here is public but the documentation's files, which say for themselves how long they are good.
    'cache-control': 'no-store',
  };
}
