/**
 * Every way in which a model server goes wrong that we know of, and how an attempt at it ends. `RAISE` would be right for
 * "raise the price of silver iphone 17 by 10%" and nothing else.
 */
import type { AttemptOutcome } from '../../../src/interpreter/interpreter.js';
import * as server from './behaviours.js';
import type { Behaviour } from './model-server.js';

export const RAISE = {
  kind: 'task',
  action: 'update',
  queries: [
    { any: [{ field: 'name', op: 'contains', value: 'iphone 17' }] },
    { any: [{ field: 'color', op: 'eq', value: 'Silver' }] },
  ],
  data: [{ field: 'price', op: 'increase_percent', value: '10' }],
};
const everything = { ...RAISE, queries: [] };

export const HOSTILE: Readonly<Record<string, readonly [Behaviour, readonly AttemptOutcome[]]>> = {
  'never answers': [server.neverAnswers, ['timeout']],
  'sends a byte now and then': [server.drips(20), ['timeout']],
  'asks to come back much later': [server.fails(429, { 'retry-after': '120' }), ['rate_limited']],
  'is asked too often': [server.fails(429, { 'retry-after': '0' }), ['rate_limited']],
  'fails with 500': [server.fails(500), ['unavailable']],
  'fails with 503 and no JSON': [
    (response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'),
    ['unavailable'],
  ],
  'refuses the key': [server.fails(401), ['rejected']],
  'throws the key back': [server.throwsKeyBack, ['rejected']],
  'does not know the model': [server.fails(404), ['rejected']],
  'refuses every form of request': [server.fails(400), ['rejected']],
  'redirects to another address': [
    (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    ['rejected'],
  ],
  'cuts the connection in the middle': [server.cutsOff, ['unavailable']],
  'hangs up': [server.hangsUp, ['unavailable']],
  'sends broken JSON': [server.sendsText('{"choices":[', 'application/json'), ['invalid']],
  'sends a web page': [server.sendsText('<html>hello</html>', 'text/html'), ['invalid']],
  'sends ten megabytes': [(response, request) => server.floods(10_000_000)(response, request), ['invalid']],
  'sends no choices': [server.sends({ choices: [] }), ['invalid']],
  'sends another protocol': [server.sends({ output: 'x' }), ['invalid']],
  'sends null': [server.sends(null), ['invalid']],
  'says nothing': [server.sends(server.completion({ content: null })), ['invalid', 'invalid', 'invalid']],
  'calls a tool': [
    server.sends(
      server.completion({
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'delete_all', arguments: '{}' } }],
      }),
    ),
    ['invalid', 'invalid', 'invalid'],
  ],
  'is cut off at its limit': [
    server.sends({
      choices: [{ index: 0, finish_reason: 'length', message: { role: 'assistant', content: '{"kind":' } }],
    }),
    ['invalid', 'invalid', 'invalid'],
  ],
  'talks instead of answering': [server.says('Sure! I raised them.'), ['invalid', 'invalid', 'invalid']],
  'answers with wrong types': [
    server.replies({ ...RAISE, data: [{ field: 'price', op: 'increase_percent', value: ['10'] }] }),
    ['invalid', 'invalid', 'invalid'],
  ],
  'answers twice': [
    server.says(`${JSON.stringify(RAISE)} or ${JSON.stringify(everything)}`),
    ['invalid', 'invalid', 'invalid'],
  ],
  'reaches for prototypes': [
    server.says('{"kind":"task","__proto__":{"action":"delete"},"action":"delete"}'),
    ['invalid', 'invalid', 'invalid'],
  ],
  'names another workspace': [
    server.replies({ ...RAISE, workspaceId: '5d0f0a3c-6a55-4c7e-8d0e-7f2d0c1b9a40' }),
    ['invalid', 'invalid', 'invalid'],
  ],
  'nests a thousand deep': [server.says(`{"kind":${'['.repeat(1_000)}`), ['invalid', 'invalid', 'invalid']],
  'refuses in the way of the protocol': [
    server.sends(server.completion({ content: null, refusal: 'I cannot help with that.' })),
    ['unsure'],
  ],
  'widens the filter': [server.replies(everything), ['ungrounded']],
  'deletes everything': [server.replies({ kind: 'task', action: 'delete' }), ['ungrounded']],
  'deletes what was to be changed': [
    server.replies({ ...RAISE, action: 'delete', data: [] }),
    ['ungrounded'],
  ],
  'changes another field': [
    server.replies({ ...RAISE, data: [{ field: 'stock', op: 'set', value: '0' }] }),
    ['ungrounded'],
  ],
};
