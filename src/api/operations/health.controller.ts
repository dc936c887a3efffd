/** Whether this process lives, can serve, and how every part it depends on is. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { z } from 'zod';
import { Documented } from '../docs/documented.js';
import { HEALTH_REPORTER, type ComponentHealth, type HealthReporter } from '../ports.js';
import type { Reply } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

const Alive = z.object({ status: z.literal('up') });
const Ready = z.object({ status: z.enum(['ready', 'not_ready']), reason: z.string().nullable() });
const Detailed = z.object({
  status: z.enum(['up', 'degraded', 'down']),
  components: z.record(z.string(), z.object({ status: z.enum(['up', 'degraded', 'down']) }).loose()),
});

/** Under both addresses: orchestrators expect the short one. */
@Controller(['api/v1/health', 'health'])
export class HealthController {
  constructor(@Inject(HEALTH_REPORTER) private readonly health: HealthReporter) {}

  @Get('live')
  @RouteConfig({ public: true })
  @Documented({ tag: 'Operations', summary: 'Whether the process runs', answer: Alive })
  live() {
    return { status: 'up' };
  }

  @Get('ready')
  @RouteConfig({ public: true })
  @Documented({ tag: 'Operations', summary: 'Whether the process can serve', answer: Ready })
  async ready(@Res({ passthrough: true }) reply: Reply) {
    const { ready, reason } = await this.health.ready();
    if (!ready) void reply.code(503);
    return { status: ready ? 'ready' : 'not_ready', reason };
  }

  @Get('detailed')
  @RouteConfig({ needs: 'account' })
  @Documented({ tag: 'Operations', summary: 'Every part the process depends on', answer: Detailed })
  async detailed() {
    const components = await this.health.components();
    return { status: worst(Object.values(components)), components };
  }
}

function worst(components: ComponentHealth[]): ComponentHealth['status'] {
  const statuses = new Set(components.map(({ status }) => status));
  return (['down', 'degraded'] as const).find((status) => statuses.has(status)) ?? 'up';
}
