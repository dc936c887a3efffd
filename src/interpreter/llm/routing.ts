/** Which models read a sentence, in which order. Data in, data out: the decision is kept with the reading. */
import type { Route } from '../interpreter.js';
import { isKind } from '../rules/items.js';
import type { UserWords } from './guard/user-words.js';

export const ROUTING_PLANS = [
  /** No model. */
  'offline',
  /** A model only where the offline interpreter is not sure; the cheapest first. */
  'unsure',
  /** Simple sentences: the cheapest model first, a better one where that is unsure. Complex ones: the best first. */
  'cheapest-first',
  /** The best model first; others only stand in for it. */
  'best-first',
] as const;
export type RoutingPlan = (typeof ROUTING_PLANS)[number];

/** Plans by tier; `*` is everybody else's. */
export type Routing = Readonly<Record<string, RoutingPlan>> & { readonly '*': RoutingPlan };

const COMPLEX_FROM = 2;
const WORDS_PER_POINT = 15;

/**
 * A point for everything that has to be kept apart from something else: conditions, alternatives, exceptions, further
 * changes, earlier turns, and every 15 words. One in ten of the accuracy cases is complex.
 */
export function complexityOf(words: UserWords, turns: number): Route['complexity'] {
  const joints = words.items.filter((item) =>
    isKind(
      item,
      'or',
      'and',
      'not',
      'isNot',
      'hasNot',
      'except',
      'without',
      'between',
      'compare',
      'superlative',
      'where',
    ),
  ).length;
  const amounts = words.items.filter((item) => isKind(item, 'number')).length;
  const points = joints + Math.max(0, amounts - 1) + turns + Math.floor(words.items.length / WORDS_PER_POINT);
  return points >= COMPLEX_FROM ? 'complex' : 'simple';
}

/** `models` by falling preference: the last is taken to be the cheapest. No models: the offline reading stands. */
export function routeOf(
  plan: RoutingPlan,
  complexity: Route['complexity'],
  models: readonly string[],
  isOfflineSure: boolean,
): Route {
  const isAsked = plan !== 'offline' && !(plan === 'unsure' && isOfflineSure);
  const isBestFirst = plan === 'best-first' || (plan === 'cheapest-first' && complexity === 'complex');
  const order = isBestFirst ? [...models] : models.toReversed();
  return { plan, complexity, models: isAsked ? order : [] };
}

export function planFor(routing: Routing, tier: string | undefined): RoutingPlan {
  return tier !== undefined && Object.hasOwn(routing, tier) ? (routing[tier] ?? routing['*']) : routing['*'];
}
