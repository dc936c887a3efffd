/** Tells an address that does not exist from one that exists but does not take the method. */
import type { FastifyInstance } from 'fastify';

export class AllowedMethods {
  private readonly routes: { pattern: RegExp; methods: string[] }[] = [];

  /** Must be called before the first route is added. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', ({ url, method }) => {
      // The plugin that answers preflights has one route for all addresses, those that do not exist included.
      if (url === '*') return;
      this.routes.push({ pattern: patternOf(url), methods: [method].flat() });
    });
  }

  /** Sorted; empty when nothing is at this address. */
  at(url: string): string[] {
    const [path = ''] = url.split('?', 1);
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    return [...new Set(methods)].sort();
  }
}

function patternOf(route: string): RegExp {
  const parts = route.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}/?$`);
}
