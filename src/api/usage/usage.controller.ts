/** Usage over HTTP: what the workspace did, by the hour or the day. */
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import {
  GetUsage,
  USAGE_STEPS,
  type Usage,
  type UsageNumbers,
} from '../../projections/usage/usage.queries.js';
import { Documented } from '../docs/documented.js';
import { Problem, type InputError } from '../problems/problem.js';
import { ReadQuery } from '../requests/lists.js';
import { parsed } from '../requests/parsed.js';
import { callerOf, type Request } from '../requests/request.js';
import { RouteConfig } from '../requests/route-config.js';

export const USAGE_PERIODS_MAX = 1_000;
const DAYS_BY_DEFAULT = 30;
const HOUR_MS = 3_600_000;
const STEP_MS = { hour: HOUR_MS, day: 24 * HOUR_MS };

/** A day, or a moment on the hour: what was counted by the hour cannot be cut finer. */
const Moment = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'a day (2026-03-01) or a time (2026-03-01T10:00:00Z)',
  )
  .transform((text) => new Date(text))
  .refine((moment) => moment.getTime() % HOUR_MS === 0, 'a whole hour of UTC');

export const UsageQuery = ReadQuery.extend({
  from: Moment.optional().describe(`First moment, UTC; ${DAYS_BY_DEFAULT} days before \`to\` when absent`),
  to: Moment.optional().describe('The moment after the last, UTC; the next hour from now when absent'),
  by: z.enum(USAGE_STEPS).default('day'),
});
type UsageQuery = z.output<typeof UsageQuery>;

const Count = z.int().min(0);
const Numbers = z.object({
  drafts: z
    .object({
      created: Count,
      previewed: Count,
      answered: Count,
      clarified: Count,
      confirmed: Count,
      executed: Count,
      failed: Count,
      cancelled: Count,
      expired: Count,
      undone: Count,
    })
    .describe('How often it happened: a draft that was previewed twice counts twice'),
  read: z
    .object({ rules: Count, llm: Count, none: Count })
    .describe('Sentences read, by kind of interpreter'),
  rowsChanged: Count.describe('Products added, changed or deleted by drafts, undos and by hand'),
  valueMoved: z
    .string()
    .describe('Sum of |price after − price before| over those changes of a price, per piece; exact'),
  imports: z.object({ completed: Count, failed: Count }),
  rowsImported: Count,
  models: z
    .object({
      attempts: z
        .object({
          read: Count,
          unsure: Count,
          ungrounded: Count,
          invalid: Count,
          unavailable: Count,
          timeout: Count,
          rate_limited: Count,
          rejected: Count,
          breaker_open: Count,
          cancelled: Count,
        })
        .describe('Requests by how they ended'),
      cached: Count.describe('Of those, answered from memory'),
      promptTokens: Count,
      completionTokens: Count,
      cost: z.string().describe('In the unit of the price table; exact'),
      latencyMs: z.number().min(0).describe('Sum over all requests'),
      degraded: z
        .object({ model_unavailable: Count, model_invalid: Count, budget_spent: Count })
        .describe('Sentences read offline where a model was to read'),
    })
    .describe('What was asked of language models'),
}) satisfies z.ZodType<UsageNumbers>;

const UsageAnswer = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  by: z.enum(USAGE_STEPS),
  periods: z
    .array(Numbers.extend({ start: z.iso.datetime() }))
    .describe('Hours or days of UTC in which something happened, oldest first'),
  total: Numbers,
});
UsageAnswer satisfies z.ZodType<Usage>;

/** The range that is meant, or what is wrong with it. */
export function usageRange({ from, to, by }: UsageQuery, now: Date) {
  const end = to ?? new Date(Math.ceil((now.getTime() + 1) / HOUR_MS) * HOUR_MS);
  const start = from ?? dayOf(new Date(end.getTime() - DAYS_BY_DEFAULT * STEP_MS.day));
  if (start >= end) return { problem: { path: 'query.from', message: 'lies before to' } };
  if ((end.getTime() - start.getTime()) / STEP_MS[by] > USAGE_PERIODS_MAX)
    return { problem: { path: 'query.from', message: `at most ${USAGE_PERIODS_MAX} ${by}s lie before to` } };
  return { range: { from: start.toISOString(), to: end.toISOString(), by } };
}

const dayOf = (moment: Date) => new Date(Math.floor(moment.getTime() / STEP_MS.day) * STEP_MS.day);

@Controller('api/v1/usage')
export class UsageController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Get()
  @RouteConfig({ needs: 'catalogue.read', readsFrom: ['usage'] })
  @Documented({
    tag: 'Operations',
    summary: 'What the workspace did: drafts and their outcomes, rows changed, value moved',
    query: UsageQuery,
    answer: UsageAnswer,
  })
  async usage(@Query(parsed(UsageQuery)) query: UsageQuery, @Req() request: Request) {
    const { range, problem } = usageRange(query, new Date());
    if (problem) throw invalidRange(problem);
    const usage = await this.queries.execute(new GetUsage(callerOf(request).workspaceId, range));
    return { ...range, ...usage };
  }
}

const invalidRange = (error: InputError) =>
  new Problem('INVALID_REQUEST', {
    detail: `${error.path}: ${error.message}`,
    extensions: { errors: [error] },
  });
