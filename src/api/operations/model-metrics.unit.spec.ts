import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { ModelMetrics } from './model-metrics.js';

let registry: Registry;
let metrics: ModelMetrics;
beforeEach(() => {
  registry = new Registry();
  metrics = new ModelMetrics(registry);
});
const figures = () => registry.metrics();

describe('figures of models', () => {
  it('show the state a breaker is in, and count how it got there', async () => {
    for (const state of ['closed', 'open', 'half_open', 'open', 'half_open', 'closed', 'closed'])
      metrics.breakerChanged('large', state);
    const text = await figures();
    expect(text).toContain('drafthorse_model_breaker_state{model="large",state="closed"} 1');
    expect(text).toContain('drafthorse_model_breaker_state{model="large",state="open"} 0');
    expect(text).toContain('drafthorse_model_breaker_transitions_total{model="large",to="open"} 2');
    expect(text).toContain('drafthorse_model_breaker_transitions_total{model="large",to="closed"} 1');
  });

  it('count requests on the wire by how they ended, and questions by what came of them', async () => {
    metrics.requestEnded('large', 'server_error', 120);
    metrics.requestEnded('large', null, 900);
    const attempt = {
      model: 'large',
      promptTokens: 900,
      completionTokens: 60,
      cost: '0.00285',
      cached: false,
    };
    metrics.attemptEnded({ ...attempt, outcome: 'invalid' });
    metrics.attemptEnded({ ...attempt, outcome: 'read' });
    metrics.degraded('model_unavailable');
    metrics.gateChanged({ running: 3, waiting: 7 });
    const text = await figures();
    for (const line of [
      'drafthorse_model_requests_total{model="large",outcome="answered"} 1',
      'drafthorse_model_requests_total{model="large",outcome="server_error"} 1',
      'drafthorse_model_request_duration_seconds_count{model="large"} 2',
      'drafthorse_model_attempts_total{model="large",outcome="invalid",cached="false"} 1',
      'drafthorse_model_tokens_total{model="large",kind="prompt"} 1800',
      'drafthorse_model_cost_total{model="large"} 0.0057',
      'drafthorse_readings_degraded_total{reason="model_unavailable"} 1',
      'drafthorse_model_gate{state="waiting"} 7',
    ])
      expect(text).toContain(line);
  });
});
