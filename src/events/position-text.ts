/** A position in the log, as decimal text: what JSON, addresses and headers carry it as. */
import { z } from 'zod';

/** PostgreSQL's bigint, whose digits compare as text does where there are as many. */
const POSITION_MAX = '9223372036854775807';
const DIGITS = /^\d{1,19}$/;

/** Refuses what no log can reach: the database would answer it with an error of its own. */
export const PositionText = z
  .string()
  .regex(DIGITS, 'a position as Drafthorse-Position gave it')
  .refine(
    (text) => text.length < POSITION_MAX.length || text <= POSITION_MAX,
    'a position that no log reaches',
  );
