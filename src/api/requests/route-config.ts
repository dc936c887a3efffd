/** What a route is to the hooks that run before it. */
import { RouteConfig as NestRouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';

/** Nest's own decorator takes anything: a name spelled wrong would be a route without a limit. Once per route. */
export const RouteConfig = (config: FastifyContextConfig): MethodDecorator => NestRouteConfig(config);
