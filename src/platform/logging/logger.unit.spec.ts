import { expect, it } from 'vitest';
import { createLogger, nestLogger } from './logger.js';

function written(log: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  log(createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } }));
  return lines;
}

it('writes one JSON line with the level as a word and the time in UTC', () => {
  const [line] = written((logger) => logger.info({ traceId: 'a'.repeat(32), durationMs: 3 }, 'request'));
  expect(line).toMatchObject({ level: 'info', msg: 'request', traceId: 'a'.repeat(32), durationMs: 3 });
  expect(line?.['time']).toMatch(/Z$/);
});

it('never writes a prompt, a key or a password, however deep it was handed in', () => {
  const secret = { prompt: 'p-secret', headers: { authorization: 'Bearer a-secret' } };
  const [line] = written((logger) =>
    logger.error(
      { err: Object.assign(new Error('x'), { apiKey: 'k-secret' }), ...secret } as object,
      'failed',
    ),
  );
  expect(JSON.stringify(line)).not.toMatch(/-secret/);
});

it('carries the fields of a child in every line', () => {
  const lines = written((logger) => {
    const child = logger.child({ draftId: 'd' });
    child.info({}, 'one');
    child.warn({}, 'two');
  });
  expect(lines.map((line) => line['draftId'])).toEqual(['d', 'd']);
});

it("keeps Nest's start-up lines out of an ordinary log", () => {
  const lines = written((logger) => {
    const nest = nestLogger(logger);
    nest.log('mapped', 'Router');
    nest.error(new Error('broken'), 'Router');
  });
  expect(lines.map((line) => line['msg'])).toEqual(['Router: broken']);
});
