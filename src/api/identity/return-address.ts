/** Where a browser may be sent after signing in: here, or to an origin that may call. Nowhere else, or links would lie. */
import { Problem } from '../problems/problem.js';

/** `returnTo`: a path or an address. Throws INVALID_REQUEST. */
export function returnAddress(returnTo: string, publicUrl: string, corsOrigins: readonly string[]): URL {
  const url = URL.parse(returnTo, publicUrl);
  const isKnown = url && (url.origin === new URL(publicUrl).origin || corsOrigins.includes(url.origin));
  if (isKnown && url.username === '' && url.password === '') return url;
  const message = 'a path, or an address of an origin in CORS_ORIGINS';
  throw new Problem('INVALID_REQUEST', {
    detail: `query.returnTo: ${message}`,
    extensions: { errors: [{ path: 'query.returnTo', message }] },
  });
}

/** The address with these facts in its fragment, which no server is told and no log holds. */
export function withFragment(url: URL, facts: Record<string, string>): string {
  const whole = new URL(url);
  whole.hash = new URLSearchParams(facts).toString();
  return whole.href;
}
