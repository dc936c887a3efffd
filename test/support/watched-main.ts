/**
 * The real program, which tells its parent the routes that its server registered, and in which a statement that forgets its
 * workspace fails (see scoped-statements.setup.ts).
 */
import { subscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import './scoped-statements.setup.js';

export interface RegisteredRoute {
  method: string;
  path: string;
  /** As the route says itself. */
  needs: string;
}

const registered: RouteOptions[] = [];

subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', (route) => void registered.push(route));
});

/** Other servers of the process, which serve nobody, have routes that say nothing. */
const routes = (): RegisteredRoute[] =>
  registered.flatMap(({ method, url, config }) => {
    const needs = config?.public ? 'public' : config?.needs;
    return needs === undefined ? [] : [method].flat().map((name) => ({ method: name, path: url, needs }));
  });

process.on('message', () => process.send?.(routes()));
// A test run that was killed itself must not leave its programs behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

await import('../../src/main.js');
