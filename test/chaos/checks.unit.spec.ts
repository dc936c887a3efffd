/** The checkers of a run find what they are for: each is shown a sound run, and then one with a planted fault. */
import { describe, expect, it } from 'vitest';
import {
  shortened,
  unexplainedOutcomes,
  wrongDrafts,
  wrongProducts,
  wrongRecords,
  type LoggedDraft,
  type TopicRecord,
} from './checks.js';
import { expectedProducts, wishesOf, type Attempt, type Scale, type Wish } from './model.js';

const SCALE: Scale = { workspaces: 1, users: 1, drafts: 8, rows: 3 };
const drawn = wishesOf(7, SCALE, 0);
const WISHES = Array.from({ length: SCALE.drafts }, () => drawn.next().value as Wish);
const attempts = (): Attempt[] =>
  WISHES.map((wish, index) => ({
    wish,
    draftId: `draft-${index}`,
    openedAt: index * 10,
    endedAt: index * 10 + 5,
    outcome: 'done',
  }));

const refused = (like: Attempt, openedAt: number): Attempt => ({
  ...like,
  draftId: 'refused',
  openedAt,
  endedAt: openedAt + 1,
  outcome: 'refused',
});

describe('what became of wishes', () => {
  it('is sound when each was granted once', () =>
    expect(unexplainedOutcomes(WISHES, attempts())).toEqual([]));

  it('tells of a wish that was never granted', () =>
    expect(unexplainedOutcomes(WISHES, attempts().slice(1))).toEqual(['wish 0 was granted 0 times']));

  it('tells of a wish that was granted twice', () =>
    expect(unexplainedOutcomes(WISHES, [...attempts(), attempts()[3]!])).toEqual([
      'wish 3 was granted 2 times',
    ]));

  it('takes a refusal whose products another draft changed meanwhile', () => {
    const [first] = attempts();
    expect(unexplainedOutcomes(WISHES, [...attempts(), refused(first!, first!.openedAt + 1)])).toEqual([]);
  });

  it('tells of a refusal while nothing changed', () =>
    expect(unexplainedOutcomes(WISHES, [...attempts(), refused(attempts()[0]!, 10_000)])).toEqual([
      'draft refused was refused, but nothing else changed its products meanwhile',
    ]));
});

describe('products beside the model', () => {
  const products = () => expectedProducts(SCALE, attempts());
  const check = (found: ReturnType<typeof products>) => wrongProducts(SCALE, attempts(), found);

  it('are sound as the sum of what was granted', () => expect(check(products())).toEqual([]));

  it('tell of a change that was applied twice', () => {
    const twice = expectedProducts(SCALE, [...attempts(), attempts()[0]!]);
    expect(check(twice)).toHaveLength(SCALE.rows);
    expect(check(twice)[0]).toMatch(/^product S\d+-1 is at .*; it must be at/);
  });

  it('tell of a change that was lost', () =>
    expect(check(expectedProducts(SCALE, attempts().slice(1)))).toHaveLength(SCALE.rows));

  it('tell of a change that reached one row only', () => {
    const [first, ...others] = products();
    expect(check([{ ...first!, stock: first!.stock + 1 }, ...others])).toHaveLength(1);
  });

  it('tell of one that is lost and of one that nobody imported', () =>
    expect(check([...products().slice(1), { ...products()[0]!, sku: 'X' }])).toEqual([
      'product S1-1 is lost',
      'product X came from nowhere',
    ]));
});

describe('drafts in the log', () => {
  const logged = (): LoggedDraft[] =>
    attempts().map(({ draftId }) => ({ draftId, changeSets: 1, rows: SCALE.rows }));

  it('are sound with one whole change set each', () =>
    expect(wrongDrafts(SCALE, attempts(), logged())).toEqual([]));

  it('tell of a draft that was accepted and is lost', () =>
    expect(wrongDrafts(SCALE, attempts(), logged().slice(1))).toEqual([
      'draft draft-0 was accepted and is lost',
    ]));

  it('tell of a draft that nobody opened', () =>
    expect(wrongDrafts(SCALE, attempts().slice(1), logged())).toEqual([
      'draft draft-0 was opened by nobody',
    ]));

  it.each([
    ['two change sets', { changeSets: 2, rows: 2 * SCALE.rows }],
    ['none', { changeSets: 0, rows: 0 }],
    ['half of its rows', { changeSets: 1, rows: 1 }],
  ])('tell of a draft that is done with %s', (_, counted) =>
    expect(
      wrongDrafts(SCALE, attempts(), [{ draftId: 'draft-0', ...counted }, ...logged().slice(1)]),
    ).toHaveLength(1),
  );

  it('tell of a refused draft that changed something', () => {
    const refusedOne = refused(attempts()[0]!, 1);
    const found = [...logged(), { draftId: 'refused', changeSets: 1, rows: SCALE.rows }];
    expect(wrongDrafts(SCALE, [...attempts(), refusedOne], found)).toEqual([
      'draft refused is refused, with 1 change sets of 3 rows',
    ]);
  });
});

describe('records in Kafka', () => {
  const record = (position: number, stream: string, revision: number, place = 'drafts/0'): TopicRecord => ({
    place,
    key: stream,
    eventId: `event-${position}`,
    stream,
    revision,
    position: BigInt(position),
  });
  const sound = () => [
    record(1, 'a', 0),
    record(2, 'b', 0, 'drafts/1'),
    record(5, 'a', 1),
    record(6, 'a', 2),
  ];
  const log = new Set(sound().map(({ eventId }) => eventId));
  const check = (records: TopicRecord[]) => wrongRecords(records, log);

  it('are sound in the order of each key', () =>
    expect(check(sound())).toEqual({ findings: [], repeats: 0 }));

  it('may come again', () =>
    expect(check([...sound(), ...sound().slice(2)])).toEqual({ findings: [], repeats: 2 }));

  it('tell of an event that is not there, as a gap of its stream and as lost', () => {
    const [first, second, , fourth] = sound();
    expect(check([first!, second!, fourth!]).findings).toEqual([
      'a in drafts/0: revision 2 where 1 was due',
      'event event-5 is not in Kafka',
    ]);
  });

  it('tell of a lost end, which leaves no gap', () =>
    expect(check(sound().slice(0, -1)).findings).toEqual(['event event-6 is not in Kafka']));

  it('tell of two events that changed places', () => {
    const [first, second, third, fourth] = sound();
    expect(check([first!, second!, fourth!, third!]).findings).toEqual([
      'a in drafts/0: revision 2 where 1 was due',
      'a in drafts/0: revision 1 where 3 was due',
      'key a in drafts/0: position 5 after 6',
    ]);
  });

  it('tell of a key in two partitions', () => {
    const [first, second, third, fourth] = sound();
    expect(check([first!, second!, third!, { ...fourth!, place: 'drafts/1' }]).findings).toEqual([
      'key a is in drafts/0 and in drafts/1',
    ]);
  });

  it('tell of an event that is not in the log', () =>
    expect(check([...sound(), record(9, 'c', 0)]).findings).toEqual([
      'event event-9 in drafts/0 is not in the log',
    ]));
});

it('a long list of findings is shortened to its beginning and its length', () => {
  const many = Array.from({ length: 12 }, (_, index) => `finding ${index}`);
  expect(shortened(many)).toEqual([...many.slice(0, 10), 'and 2 more like these']);
  expect(shortened(many.slice(0, 10))).toEqual(many.slice(0, 10));
});
