import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { refuseUndeclaredRoutes } from './permissions.js';

const serverWith = (config?: object) => {
  const server = fastify();
  refuseUndeclaredRoutes(server);
  return () => server.get('/things', config ? { config } : {}, async () => 'things');
};

describe('a route that does not say who may call it', () => {
  it.each([undefined, {}, { limit: 'reads' }, { public: false }])('stops the start: %j', (config) => {
    expect(serverWith(config)).toThrow('GET /things says neither what it needs nor that it is public');
  });

  it.each([{ public: true }, { needs: 'account' }])('is the only one that does: %j', (config) => {
    expect(serverWith(config)).not.toThrow();
  });
});
