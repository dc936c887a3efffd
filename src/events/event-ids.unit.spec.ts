import { expect, it } from 'vitest';
import { derivedId, eventIds } from './event-ids.js';

const command = '0197a1c2-0000-7000-8000-000000000001';

it('derives the same ids from the same command', () =>
  expect(eventIds(command, 3)).toEqual(eventIds(command, 3)));

it('keeps the ids that released versions derived', () =>
  expect(eventIds(command, 1)).toEqual(['babf77d3-d9e8-52b1-a78d-98d83aa84832']));

it('gives every ordinal, step and command an id of its own', () => {
  const other = '0197a1c2-0000-7000-8000-000000000002';
  const all = [...eventIds(command, 50), ...eventIds(derivedId(command, 'step'), 50), ...eventIds(other, 50)];
  expect(new Set(all).size).toBe(150);
});

it('gives a longer append the ids of the shorter one first', () =>
  expect(eventIds(command, 5).slice(0, 2)).toEqual(eventIds(command, 2)));
