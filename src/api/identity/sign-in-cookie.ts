/** The cookie that a browser brings back from a provider. */
import { parseCookie, stringifySetCookie } from 'cookie';
import { SIGN_IN_SECONDS_MAX } from '../../identity/openid/sign-in-memory.js';
import type { Request } from '../requests/request.js';

const NAME = 'drafthorse_sign_in';
const PATH = '/api/v1/auth/openid';

export function signInCookie(memory: string, publicUrl: string): string {
  return stringifySetCookie({
    name: NAME,
    value: memory,
    path: PATH,
    httpOnly: true,
    // Lax, not Strict: the way back from the provider is a link from another site.
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: SIGN_IN_SECONDS_MAX,
  });
}

export const forgottenCookie = (publicUrl: string): string =>
  stringifySetCookie({
    name: NAME,
    value: '',
    path: PATH,
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: 0,
  });

/** Null without one. */
export const signInMemoryOf = (request: Pick<Request, 'headers'>): string | null =>
  parseCookie(request.headers.cookie ?? '')[NAME] ?? null;
