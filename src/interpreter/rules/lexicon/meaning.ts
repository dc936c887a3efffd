/** What a word or phrase of the grammar can mean. The lexicons are tables of these; see their files. */

export type VerbName =
  | 'increase'
  | 'decrease'
  | 'set'
  | 'change'
  | 'delete'
  | 'remove'
  | 'add'
  | 'get'
  | 'count'
  | 'clear'
  | 'round'
  | 'rename'
  | 'move'
  | 'give'
  | 'multiply'
  | 'divide';

export type Preposition = 'by' | 'to' | 'upto' | 'from' | 'of' | 'with' | 'for';
export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

export type Meaning =
  /** `field`: what the verb is about when nobody says ("گران کن" is about the price). `weak`: "کن", "make". */
  | {
      kind: 'verb';
      verb: VerbName;
      field?: 'price' | 'stock' | 'category' | 'name';
      factor?: Factor;
      value?: string;
      weak?: true;
    }
  /** A direction without a verb of its own: "10 % cheaper", "20 % off". */
  | { kind: 'direction'; verb: 'increase' | 'decrease'; field?: 'price' }
  /** `concept`: a core column or a usual custom field, whatever the workspace calls it. */
  | { kind: 'field'; concept: string }
  | { kind: 'compare'; op: Comparison; field?: string }
  /** Comes after its number: "500 or more", "۵۰۰ به بالا". */
  | { kind: 'compareAfter'; op: Comparison }
  | { kind: 'between' }
  | { kind: 'prep'; prep: Preposition }
  | { kind: 'where' }
  | { kind: 'not' }
  | { kind: 'except' }
  | { kind: 'without' }
  | { kind: 'and' }
  | { kind: 'or' }
  | { kind: 'object' }
  | { kind: 'is' }
  | { kind: 'isNot' }
  | { kind: 'hasNot' }
  | { kind: 'missing' }
  | { kind: 'all' }
  | { kind: 'product' }
  | { kind: 'filler' }
  | { kind: 'superlative'; direction: 'asc' | 'desc'; field?: 'price' | 'stock' }
  | { kind: 'state'; inStock: boolean }
  | { kind: 'named' }
  | { kind: 'new' }
  | { kind: 'startsWith' }
  | { kind: 'howMany' }
  | { kind: 'howMuch'; field?: 'stock' }
  | { kind: 'factor'; factor: Factor }
  | { kind: 'times' }
  | { kind: 'nearest' }
  | { kind: 'unit'; unit: Unit }
  | { kind: 'beyond'; why: Beyond }
  | { kind: 'offTopic' };

/** "double" is ×2, "a third" is ÷3: kept apart because a third has no decimal. */
export interface Factor {
  op: 'multiply_by' | 'divide_by';
  value: string;
}

export type Unit = 'percent' | 'toman' | 'rial' | 'money' | 'pieces';

/** Requests that are about the catalogue and still have no task that says them. */
export type Beyond = 'time' | 'condition' | 'relative' | 'rounding' | 'order' | 'vague' | 'negated';
export type Lexicon = readonly (readonly [Meaning, string])[];
