/** `npm run test:all`: also what is tried for several things that take the same way, and what is tried in full length. */
export const everything = process.env['TEST_EVERYTHING'] === '1';
