/** Reads of usage. */
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../platform/database/database.js';
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
  constructor(@Inject(Database) private readonly database: Database) {}

  async execute({ workspaceId, range: { from, to, by } }: GetUsage): Promise<Usage> {
    const scope = this.database.scope(workspaceId);
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
  const group = <Name extends string>(prefix: string): Record<Name, number> =>
    Object.fromEntries(
      MEASURES.filter((measure) => measure.startsWith(`${prefix}.`)).map((measure) => [
        measure.slice(prefix.length + 1),
        count(measure),
      ]),
    ) as Record<Name, number>;
  return {
    drafts: group<keyof UsageNumbers['drafts']>('drafts'),
    read: group<keyof UsageNumbers['read']>('read'),
    rowsChanged: count('rows.changed'),
    valueMoved: values.get('value.moved') ?? '0.00',
    imports: group<keyof UsageNumbers['imports']>('imports'),
    rowsImported: count('rows.imported'),
  };
}

export const USAGE_QUERY_HANDLERS = [GetUsageHandler];
