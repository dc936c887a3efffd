import { expect, it } from 'vitest';
import { PositionText } from './position-text.js';

it.each(['0', '7', '9223372036854775807', '0000000000000000001'])('%s is a position', (text) => {
  expect(PositionText.safeParse(text).success).toBe(true);
});

it.each([
  '9223372036854775808',
  '9782120838335167406',
  '9999999999999999999',
  '10000000000000000000',
  '-1',
  '1.5',
  '',
  'x',
])('%s is none, and nothing the database is asked about', (text) =>
  expect(PositionText.safeParse(text).success).toBe(false),
);
