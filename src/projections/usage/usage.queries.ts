/** Reads of usage. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  WORKSPACE_READS,
  type WorkspaceReads,
  type WorkspaceScope,
} from '../../platform/database/workspace-scope.js';
import { MEASURES, type Measure } from './usage-counts.js';

export const USAGE_STEPS = ['hour', 'day'] as const;
export type UsageStep = (typeof USAGE_STEPS)[number];

export interface UsageNumbers {
  drafts: {
    created: number;
    previewed: number;
    answered: number;
    clarified: number;
    confirmed: number;
    executed: number;
    failed: number;
    cancelled: number;
    expired: number;
    undone: number;
  };
  /** Sentences read, by kind of interpreter; `none`: undos, which nothing had to read. */
  read: { rules: number; llm: number; none: number };
  rowsChanged: number;
  /** Money, a decimal string. */
  valueMoved: string;
  imports: { completed: number; failed: number };
  rowsImported: number;
  models: {
    /** Requests by how they ended. */
    attempts: {
      read: number;
      unsure: number;
      ungrounded: number;
      invalid: number;
      unavailable: number;
      timeout: number;
      rate_limited: number;
      rejected: number;
      breaker_open: number;
      cancelled: number;
    };
    /** Of those, answered from memory. */
    cached: number;
    promptTokens: number;
    completionTokens: number;
    /** A decimal string in the unit of the price table. */
    cost: string;
    /** Sum over all requests. */
    latencyMs: number;
    /** Sentences read offline where a model was to read, by reason. */
    degraded: { model_unavailable: number; model_invalid: number; budget_spent: number };
  };
}

export interface UsagePeriod extends UsageNumbers {
  /** Start of the hour or of the day, UTC. */
  start: string;
}

export interface Usage {
  /** Periods in which something happened, oldest first. */
  periods: UsagePeriod[];
  total: UsageNumbers;
}

/** `from` inclusive, `to` exclusive, both ISO 8601; whole hours. The caller bounds how many periods lie between them. */
export class GetUsage extends Query<Usage> {
  constructor(
    readonly workspaceId: string,
    readonly range: { from: string; to: string; by: UsageStep },
  ) {
    super();
  }
}

/** `$2` from, `$3` to, `$4` hour or day. Numbers as text: they are exact. */
const SELECT = `
  SELECT date_trunc($4, hour, 'UTC') AS start, measure, sum(value)::text AS value
    FROM usage_hours
   WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
   GROUP BY start, measure
   ORDER BY start`;

/** `$2` from, `$3` to. */
const SELECT_TOTAL = `
  SELECT measure, sum(value)::text AS value
    FROM usage_hours WHERE workspace_id = $1 AND hour >= $2 AND hour < $3 GROUP BY measure`;

@QueryHandler(GetUsage)
export class GetUsageHandler implements IQueryHandler<GetUsage> {
  constructor(@Inject(WORKSPACE_READS) private readonly reads: WorkspaceReads) {}

  async execute({ workspaceId, range: { from, to, by } }: GetUsage): Promise<Usage> {
    const scope = this.reads.scope(workspaceId);
    const [rows, totals] = await Promise.all([
      scope.query<{ start: Date; measure: Measure; value: string }>(SELECT, [from, to, by]),
      scope.query<{ measure: Measure; value: string }>(SELECT_TOTAL, [from, to]),
    ]);
    const byStart = Map.groupBy(rows, ({ start }) => start.toISOString());
    return {
      periods: [...byStart].map(([start, measured]) => ({ start, ...numbersOf(measured) })),
      total: numbersOf(totals),
    };
  }
}

function numbersOf(rows: { measure: Measure; value: string }[]): UsageNumbers {
  const values = new Map(rows.map(({ measure, value }) => [measure, value]));
  const count = (measure: Measure) => Number(values.get(measure) ?? 0);
  const group = <Name extends string>(prefix: string) => countsOf<Name>(values, prefix);
  return {
    drafts: group<keyof UsageNumbers['drafts']>('drafts'),
    read: group<keyof UsageNumbers['read']>('read'),
    rowsChanged: count('rows.changed'),
    valueMoved: values.get('value.moved') ?? '0.00',
    imports: group<keyof UsageNumbers['imports']>('imports'),
    rowsImported: count('rows.imported'),
    models: modelsOf(values),
  };
}

function modelsOf(values: Values): UsageNumbers['models'] {
  const { cached = 0, ...attempts } = countsOf<keyof UsageNumbers['models']['attempts'] | 'cached'>(
    values,
    'attempts',
  );
  return {
    attempts,
    cached,
    promptTokens: Number(values.get('tokens.prompt') ?? 0),
    completionTokens: Number(values.get('tokens.completion') ?? 0),
    cost: values.get('model.cost') ?? '0',
    latencyMs: Number(values.get('model.latencyMs') ?? 0),
    degraded: countsOf(values, 'degraded'),
  };
}

type Values = ReadonlyMap<Measure, string>;

/** Every measure of a group, also those that nothing was counted of. */
const countsOf = <Name extends string>(values: Values, prefix: string) =>
  Object.fromEntries(
    MEASURES.filter((measure) => measure.startsWith(`${prefix}.`)).map((measure) => [
      measure.slice(prefix.length + 1),
      Number(values.get(measure) ?? 0),
    ]),
  ) as Record<Name, number>;

/** `$2` the day, as a moment in it. */
const SELECT_COST = `
  SELECT coalesce(sum(value), 0)::text AS cost
    FROM usage_hours
   WHERE workspace_id = $1 AND measure = 'model.cost'
     AND hour >= date_trunc('day', $2::timestamptz, 'UTC')
     AND hour < date_trunc('day', $2::timestamptz, 'UTC') + interval '1 day'`;

/** What models have cost a workspace on a day (UTC), as far as the read model has got. Plain decimal. */
export async function modelCostOn(scope: WorkspaceScope, day: Date): Promise<string> {
  const rows = await scope.query<{ cost: string }>(SELECT_COST, [day.toISOString()]);
  return rows[0]?.cost ?? '0';
}

export const USAGE_QUERY_HANDLERS = [GetUsageHandler];
