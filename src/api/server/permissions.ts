/** What a caller must be allowed to do, asked in one place for every route; a route that does not say stops the start. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Permission } from '../../identity/permissions.js';
import { Problem } from '../problems/problem.js';
import { callerOf, type Request } from '../requests/request.js';

/** Must be called before the first route is added. */
export function refuseUndeclaredRoutes(server: FastifyInstance): void {
  server.addHook('onRoute', ({ url, method, config }: RouteOptions) => {
    // Preflights are answered by the CORS plugin, before anybody is asked who they are.
    if (method === 'OPTIONS' || config?.public || config?.needs) return;
    throw new Error(`${[method].flat().join(', ')} ${url} says neither what it needs nor that it is public`);
  });
}

/** Runs after authentication and before any body is read. */
export function requirePermissions(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _, done) => {
    const { needs } = request.routeOptions.config;
    if (needs && !request.is404 && request.method !== 'OPTIONS') requirePermission(request, needs);
    done();
  });
}

function requirePermission(request: Request, needs: Permission): void {
  const { role, permissions } = callerOf(request);
  if (permissions.has(needs)) return;
  throw new Problem('FORBIDDEN', {
    detail: `This takes the permission ${needs}, which this caller (${role}) does not have.`,
    extensions: { role, needs },
  });
}
