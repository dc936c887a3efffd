/** Finds the workspace's own words for what the user calls something: colours, sizes, things, brands. */
import { fold } from '../../text/fold.js';
import { lightStems, stems } from '../../text/stems.js';
import type { CatalogueValue, Vocabulary } from '../vocabulary.js';
import { CUSTOM_CONCEPTS } from './lexicon/fields.js';
import { SYNONYM_GROUPS, type SynonymGroup } from './lexicon/synonyms.js';

export interface SynonymMatch {
  group: SynonymGroup;
  length: number;
}

const groupsByFirstWord = new Map<string, { words: readonly string[]; group: SynonymGroup }[]>();
for (const group of SYNONYM_GROUPS)
  for (const words of group.members) {
    const first = words[0] ?? '';
    groupsByFirstWord.set(first, [...(groupsByFirstWord.get(first) ?? []), { words, group }]);
  }
for (const filed of groupsByFirstWord.values())
  filed.sort((one, other) => other.words.length - one.words.length);

/** All synonym groups with a member at `at`, only the longest members. */
export function synonymsAt(sentence: readonly string[], at: number): SynonymMatch[] {
  const forms = stems(sentence[at] ?? '');
  for (const form of forms) {
    const fitting = (groupsByFirstWord.get(form) ?? []).filter(({ words }) =>
      words.every((word, order) => order === 0 || stems(sentence[at + order] ?? '').includes(word)),
    );
    const longest = fitting[0]?.words.length ?? 0;
    const found = fitting.filter(({ words }) => words.length === longest);
    if (found.length > 0) return found.map(({ group }) => ({ group, length: longest }));
  }
  return [];
}

export function isKnownThing(word: string): boolean {
  return synonymsAt([word], 0).length > 0;
}

const CONCEPT_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(CUSTOM_CONCEPTS).map(([concept, names]) => [concept, names.split('|').map(fold)]),
);

/** The workspace's key for a usual custom field, however it calls it. */
export function fieldOfConcept(concept: string, vocabulary: Vocabulary): string | null {
  const names = CONCEPT_NAMES.get(concept) ?? [];
  const exact = vocabulary.fields.find((key) => names.includes(fold(key)));
  if (exact !== undefined) return exact;
  const squeezed = names.map((name) => name.replaceAll(' ', ''));
  const near = vocabulary.fields.filter((key) => squeezed.includes(fold(key).replaceAll(' ', '')));
  return near.length === 1 ? (near[0] ?? null) : null;
}

export interface WorkspaceWords {
  values: CatalogueValue[];
  names: string[][];
  categories: CatalogueValue[];
}

const FIELD_OF_KIND: Partial<Record<SynonymGroup['kind'], string>> = {
  colour: 'color',
  size: 'size',
  gender: 'gender',
};

/** A vocabulary never changes, and a sentence of one word said 400 times asks 1,200 times for the same. */
const remembered = new WeakMap<Vocabulary, Map<SynonymGroup, WorkspaceWords>>();

/** What the workspace has for a group: whole values, else name words, else categories that hold the word. */
export function wordsOfGroup(group: SynonymGroup, vocabulary: Vocabulary): WorkspaceWords {
  const known = remembered.get(vocabulary) ?? new Map<SynonymGroup, WorkspaceWords>();
  remembered.set(vocabulary, known);
  const found = known.get(group) ?? lookUp(group, vocabulary);
  known.set(group, found);
  return found;
}

function lookUp(group: SynonymGroup, vocabulary: Vocabulary): WorkspaceWords {
  const concept = FIELD_OF_KIND[group.kind];
  const ownField = concept ? fieldOfConcept(concept, vocabulary) : null;
  const all = group.members.flatMap((words) =>
    vocabulary.valuesAt(words, 0).filter((match) => match.length === words.length),
  );
  const values = distinct(ownField ? all.filter(({ field }) => field === ownField) : all);
  if (group.kind === 'size' && !ownField) return { values: [], names: [], categories: [] };
  if (values.length > 0 || (group.kind !== 'size' && all.length > 0))
    return { values: outranking(values.length > 0 ? values : distinct(all)), names: [], categories: [] };
  const names = group.members.flatMap((words) => {
    const forms = words.map((word) => vocabulary.names.formOf(word));
    return forms.every((form) => form !== null) ? [forms as string[]] : [];
  });
  const categories = group.members.flatMap((words) =>
    words.length === 1 ? vocabulary.categoriesWith(words[0] ?? '') : [],
  );
  return { values: [], names: distinctWords(names), categories: [...new Set(categories)] };
}

/** A category says more than a tag: core columns outrank custom fields, whole values outrank list members. */
export function outranking(values: readonly CatalogueValue[]): CatalogueValue[] {
  const best = Math.min(...values.map(rank));
  return values.filter((value) => rank(value) === best);
}

function rank({ field, op }: CatalogueValue): number {
  if (field === 'category') return 0;
  if (field === 'brand') return 1;
  return op === 'eq' ? 2 : 3;
}

function distinct(values: readonly CatalogueValue[]): CatalogueValue[] {
  return [...new Map(values.map((value) => [`${value.field}\n${fold(value.value)}`, value])).values()];
}

function distinctWords(names: readonly string[][]): string[][] {
  return [
    ...new Map(
      names.map((words) => [words.map((word) => lightStems(word).at(-1)).join(' '), words]),
    ).values(),
  ];
}
