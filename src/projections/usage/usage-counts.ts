/** What one event adds to a workspace's usage. Pure. */
import type { ProductChange } from '../../catalogue/product.js';
import type { ModelAttempt } from '../../events/draft.events.js';
import type { DomainEvent } from '../../events/registry.js';

/**
 * Whole numbers, but for `value.moved`, which is money. Counted are events: a draft that was previewed twice counts
 * twice under `drafts.previewed`.
 * - `rows.changed`: products that drafts, undos and changes by hand added, changed or deleted; `rows.imported`: those of imports.
 * - `value.moved`: over every update of a price by a draft, an undo or by hand, the sum of |price after − price before|, per
 *   piece and not times the stock. Additions and deletions move no value, and imports are the supplier's doing.
 * - `read.<kind>`: sentences that an interpreter of this kind made a task or a question of.
 * - `attempts.<outcome>`: requests to language models; `attempts.cached`: those of them that were answered from memory.
 * - `tokens.*`, `model.cost`, `model.latencyMs`: what those requests took. Cost is a decimal in the unit of the price table.
 * - `degraded.<reason>`: sentences that were read offline where a model was to read.
 */
export const MEASURES = [
  'drafts.created',
  'drafts.previewed',
  'drafts.answered',
  'drafts.clarified',
  'drafts.confirmed',
  'drafts.executed',
  'drafts.failed',
  'drafts.cancelled',
  'drafts.expired',
  'drafts.undone',
  'read.rules',
  'read.llm',
  'read.none',
  'rows.changed',
  'value.moved',
  'imports.completed',
  'imports.failed',
  'rows.imported',
  'attempts.read',
  'attempts.unsure',
  'attempts.ungrounded',
  'attempts.invalid',
  'attempts.unavailable',
  'attempts.timeout',
  'attempts.rate_limited',
  'attempts.rejected',
  'attempts.breaker_open',
  'attempts.cancelled',
  'attempts.cached',
  'tokens.prompt',
  'tokens.completion',
  'model.cost',
  'model.latencyMs',
  'degraded.model_unavailable',
  'degraded.model_invalid',
  'degraded.budget_spent',
] as const;
export type Measure = (typeof MEASURES)[number];

/** A plain decimal text per measure, exact. */
export type Addition = [Measure, string];

export function additionsOf(event: DomainEvent): Addition[] {
  switch (event.type) {
    case 'DraftCreated':
      return [['drafts.created', '1']];
    case 'ModelsAsked':
      return [
        ...event.data.attempts.flatMap(attemptAdditions),
        ...(event.data.degraded ? [[`degraded.${event.data.degraded}`, '1'] as Addition] : []),
      ];
    case 'Parsed':
      return [[`read.${event.data.interpreter.kind}`, '1']];
    case 'ClarificationAsked':
      return [
        ['drafts.clarified', '1'],
        [`read.${event.data.interpreter.kind}`, '1'],
      ];
    case 'PreviewBuilt':
      return [['drafts.previewed', '1']];
    case 'Answered':
      return [['drafts.answered', '1']];
    case 'Confirmed':
      return [['drafts.confirmed', '1']];
    case 'Executed':
      return [['drafts.executed', '1']];
    case 'Failed':
    case 'Rejected':
    case 'TranscriptionFailed':
      return [['drafts.failed', '1']];
    case 'Cancelled':
      return [['drafts.cancelled', '1']];
    case 'Expired':
      return [['drafts.expired', '1']];
    case 'Undone':
      return [['drafts.undone', '1']];
    case 'ImportCompleted':
      return [['imports.completed', '1']];
    case 'ImportFailed':
      return [['imports.failed', '1']];
    case 'ProductsChanged': {
      const { changes, origin } = event.data;
      const rows = String(changes.length);
      if (origin.kind === 'import') return [['rows.imported', rows]];
      return [
        ['rows.changed', rows],
        ['value.moved', money(changes.reduce((sum, change) => sum + centsMoved(change), 0n))],
      ];
    }
    default:
      return [];
  }
}

function attemptAdditions(attempt: ModelAttempt): Addition[] {
  const { outcome, promptTokens, completionTokens, cost, latencyMs, cached } = attempt;
  const additions: Addition[] = [
    [`attempts.${outcome}`, '1'],
    ['attempts.cached', cached ? '1' : '0'],
    ['tokens.prompt', String(promptTokens)],
    ['tokens.completion', String(completionTokens)],
    ['model.cost', cost],
    ['model.latencyMs', String(latencyMs)],
  ];
  return additions.filter(([, value]) => value !== '0');
}

/** Prices have exactly two decimals (`Price`), so whole numbers of cents are exact whatever the sum. */
function centsMoved({ op, before, after }: ProductChange): bigint {
  const [from, to] = [before?.['price'], after?.['price']];
  if (op !== 'update' || typeof from !== 'string' || typeof to !== 'string') return 0n;
  const moved = cents(to) - cents(from);
  return moved < 0n ? -moved : moved;
}

const cents = (price: string) => BigInt(price.replace('.', ''));
const money = (sum: bigint) => `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`;
