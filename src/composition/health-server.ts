/** Health and figures over HTTP for processes that serve no API: whoever watches them asks the same addresses as everywhere. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { HealthReporter } from '../api/ports.js';

/** Listening on `/health/live`, `/health/ready` and `/metrics`. `port` 0 takes a free one. */
export async function serveHealth(
  { host, port }: { host: string; port: number },
  reporter: Pick<HealthReporter, 'ready'>,
  registry: Pick<Registry, 'metrics' | 'contentType'>,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health/live') return answer(response, 200, { status: 'up' });
    if (path === '/metrics')
      return void registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => answer(response, 503, { status: 'no_metrics' }),
      );
    if (path !== '/health/ready') return answer(response, 404, { status: 'not_found' });
    reporter.ready().then(
      ({ ready, reason }) =>
        answer(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not_ready', reason }),
      () => answer(response, 503, { status: 'not_ready', reason: 'health cannot be told' }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
