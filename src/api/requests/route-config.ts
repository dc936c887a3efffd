/** What a route is to the hooks that run before it. */
import { RouteConfig as NestRouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';
import type { Permission } from '../../identity/permissions.js';

type Access = { public: true } | { needs: Permission };

/**
 * Once per route, and every route has one: the server refuses to start with a route that says neither who may call it
 * nor that anybody may. Nest's own decorator takes anything: a name spelled wrong would be a route without a limit.
 */
export const RouteConfig = (config: FastifyContextConfig & Access): MethodDecorator =>
  NestRouteConfig(config);
