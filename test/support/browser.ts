/** As much of a browser as a sign-in takes: cookies per host, redirects, and forms that are filled in. */
import { parseSetCookie, stringifyCookie } from 'cookie';

const STEPS_MAX = 20;

export interface Visit {
  /** Where it ended, fragment included. */
  url: string;
  status: number;
  body: string;
}

export class Browser {
  private readonly cookies = new Map<string, Record<string, string>>();

  /** Follows redirects until an answer is none, or leads to an address that `stopAt` knows. */
  async visit(url: string, stopAt: (url: URL) => boolean = () => false): Promise<Visit> {
    return this.follow(url, undefined, stopAt);
  }

  /** Sends a page's only form, with these fields beside its hidden ones. */
  async submit({ url, body }: Visit, fields: Record<string, string>, stopAt?: (url: URL) => boolean) {
    const action = /<form[^>]* action="([^"]+)"/.exec(body)?.[1];
    if (!action) throw new Error(`no form at ${url}: ${body.slice(0, 300)}`);
    const hidden = [...body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const form = new URLSearchParams({
      ...Object.fromEntries(hidden.map(([, k, v]) => [k!, v!])),
      ...fields,
    });
    return this.follow(new URL(action, url).href, form, stopAt);
  }

  /** What another page's script would do: a request with this browser's cookies, whose cookies it keeps. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? {};
    const headers = new Headers(init.headers);
    if (Object.keys(jar).length > 0) headers.set('cookie', stringifyCookie(jar));
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const { name, value, maxAge, expires } = parseSetCookie(line);
      if (maxAge === 0 || (expires && expires.getTime() < Date.now())) delete jar[name];
      else jar[name] = value ?? '';
    }
    this.cookies.set(host, jar);
    return answer;
  }

  private async follow(
    url: string,
    form: URLSearchParams | undefined,
    stopAt: (url: URL) => boolean = () => false,
  ): Promise<Visit> {
    let at = url;
    let body = form;
    for (let step = 0; step < STEPS_MAX; step++) {
      const answer = await this.fetch(at, body ? { method: 'POST', body } : {});
      const location = answer.headers.get('location');
      if (location === null) return { url: at, status: answer.status, body: await answer.text() };
      at = new URL(location, at).href;
      if (stopAt(new URL(at))) return { url: at, status: answer.status, body: '' };
      body = undefined;
    }
    throw new Error(`more than ${STEPS_MAX} redirects from ${url}`);
  }
}
