/** Figures for Prometheus, as text. They name routes and counts, never a tenant. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Documented } from '../docs/documented.js';
import type { Reply } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';
import { HttpMetrics } from './metrics.js';

@Controller(['api/v1/metrics', 'metrics'])
export class MetricsController {
  constructor(@Inject(HttpMetrics) private readonly metrics: HttpMetrics) {}

  @Get()
  @RouteConfig({ public: true })
  @Documented({ tag: 'Operations', summary: 'Figures for Prometheus', answerTypes: ['text/plain'] })
  async get(@Res({ passthrough: true }) reply: Reply) {
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
