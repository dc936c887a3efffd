import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as server from '../../../../test/support/model-server/behaviours.js';
import { ModelServer, type Behaviour } from '../../../../test/support/model-server/model-server.js';
import { recording } from '../../../../test/support/recordings/recordings.js';
import { until } from '../../../../test/support/until.js';
import type { TranscriptionError } from '../transcriber.js';
import { OpenAiTranscriber, type TranscriptionSettings } from './openai-transcriber.js';

const KEY = 'sk-secret-0123456789abcdef';
/** Longer than anything here takes but for those who never answer. */
const TIMEOUT_MS = 5_000;
const SHORT_TIMEOUT_MS = 150;

let service: ModelServer;
let transcriber: OpenAiTranscriber;
const ends: string[] = [];
const states: string[] = [];

function build(over: Partial<TranscriptionSettings> = {}): OpenAiTranscriber {
  const retry = { triesMax: 3, baseMs: 1, waitMsMax: 5, retryAfterMsMax: 50 };
  return new OpenAiTranscriber(
    { baseUrl: service.url, apiKey: KEY, model: 'whisper-1', timeoutMs: TIMEOUT_MS, retry, ...over },
    {
      requestEnded: (_, error) => ends.push(error ?? 'answered'),
      breakerChanged: (_, state) => states.push(state),
    },
  );
}

beforeAll(async () => {
  service = await ModelServer.start();
});
afterAll(() => service?.close());
beforeEach(() => {
  service.reset();
  ends.length = 0;
  states.length = 0;
  transcriber = build();
});
afterEach(() => transcriber.close());

const content = new Uint8Array(recording('spoken.ogg'));
const hear = (signal = new AbortController().signal, language: 'fa' | 'en' | null = null) =>
  transcriber.hear({ content, extension: 'ogg', contentType: 'audio/ogg', language }, signal);
const failure = (hearing: Promise<unknown>) =>
  hearing.then(
    () => expect.unreachable(),
    (error: TranscriptionError) => error,
  );

describe('a recording', () => {
  it('is sent whole, by a name that tells its kind, with the language its speaker named', async () => {
    service.always(server.hears('سلام', { language: 'persian', duration: 1.5 }));
    expect(await hear(undefined, 'fa')).toEqual({ text: 'سلام', language: 'fa', seconds: 1.5 });
    const [{ path, headers, body, recording: sent }] = service.requests as [(typeof service.requests)[0]];
    expect(path).toBe('/v1/audio/transcriptions');
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(body).toMatchObject({ model: 'whisper-1', language: 'fa', response_format: 'verbose_json' });
    expect(sent).toMatchObject({ name: 'recording.ogg', type: 'audio/ogg' });
    expect(sent!.content.equals(recording('spoken.ogg'))).toBe(true);
  });

  it('is sent without a language where nobody named one', async () => {
    service.always(server.hears('hello'));
    expect(await hear()).toEqual({ text: 'hello', language: null, seconds: null });
    expect(service.requests[0]!.body).not.toHaveProperty('language');
  });

  it.each([
    ['en', 'en'],
    ['English', 'en'],
    ['fa-IR', 'fa'],
    ['Farsi', 'fa'],
    ['arabic', null],
    ['constructor', null],
    ['', null],
  ])('in the language %j is in %s', async (language, expected) => {
    service.always(server.hears('x', { language }));
    expect(await hear()).toMatchObject({ language: expected });
  });

  it('becomes plain text, whatever stands between the words', async () => {
    service.always(server.hears('  set\u0000 the \u202eprice\u200f\r\n to\ud800 9  '));
    expect(await hear()).toMatchObject({ text: 'set the price to 9' });
  });

  it('is asked for in the simpler form of a service that knows no other, and so from then on', async () => {
    service.inTurn(
      server.fails(400, {}, { param: 'response_format' }),
      server.hears('one'),
      server.hears('two'),
    );
    expect(await hear()).toMatchObject({ text: 'one' });
    expect(await hear()).toMatchObject({ text: 'two' });
    const formats = service.requests.map(({ body }) => body['response_format']);
    expect(formats).toEqual(['verbose_json', 'json', 'json']);
  });

  it('is heard by a service that fails at first', async () => {
    service.inTurn(server.fails(500), server.hangsUp, server.hears('at last'));
    expect(await hear()).toMatchObject({ text: 'at last' });
    expect(ends).toEqual(['server_error', 'network', 'answered']);
  });

  it('waits for a service that asks to come back soon, not for one that asks to come back late', async () => {
    service.inTurn(server.fails(429, { 'retry-after': '0.01' }), server.hears('soon'));
    expect(await hear()).toMatchObject({ text: 'soon' });
    service.always(server.fails(429, { 'retry-after': '120' }));
    expect(await failure(hear())).toMatchObject({ code: 'rate_limited' });
  });
});

/** Each way of going wrong, how it ends, and how often it was tried. */
const HOSTILE: Record<string, [Behaviour, string, number]> = {
  'never answers': [server.neverAnswers, 'timeout', 1],
  'sends a byte now and then': [server.drips(20), 'timeout', 1],
  'fails with 500': [server.fails(500), 'server_error', 3],
  'is asked too often': [server.fails(429, { 'retry-after': '0' }), 'rate_limited', 3],
  'cuts the connection in the middle': [server.cutsOff, 'network', 3],
  'hangs up': [server.hangsUp, 'network', 3],
  'refuses the key': [server.fails(401), 'rejected', 1],
  'throws the key back': [server.throwsKeyBack, 'rejected', 1],
  'hears no recordings': [server.fails(404), 'rejected', 1],
  'refuses every form': [server.fails(400), 'rejected', 2],
  'redirects to another address': [
    (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'rejected',
    1,
  ],
  'sends broken JSON': [server.sendsText('{"text":', 'application/json'), 'not_an_answer', 1],
  'sends a web page': [server.sendsText('<html>hello</html>', 'text/html'), 'not_an_answer', 1],
  'sends plain text': [server.sendsText('hello', 'text/plain'), 'not_an_answer', 1],
  'sends null': [server.sends(null), 'not_an_answer', 1],
  'sends no text': [server.sends({ language: 'fa' }), 'not_an_answer', 1],
  'sends a text that is none': [server.sends({ text: ['hello'] }), 'not_an_answer', 1],
  'sends ten megabytes': [server.floods(10_000_000), 'not_an_answer', 1],
};

describe('a service that', () => {
  it.each(Object.entries(HOSTILE))('%s', async (_, [behaviour, code, tries]) => {
    transcriber.close();
    transcriber = build({ timeoutMs: code === 'timeout' ? SHORT_TIMEOUT_MS : TIMEOUT_MS });
    service.always(behaviour);
    const startedAt = performance.now();
    const error = await failure(hear());
    expect(error).toMatchObject({ name: 'TranscriptionError', code, isAborted: false });
    expect(service.requests).toHaveLength(tries);
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS);
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(KEY);
  });

  it('says wrong things about language and length is believed in its words alone', async () => {
    service.always(server.sends({ text: 'hello', language: 7, duration: 'long' }));
    expect(await hear()).toEqual({ text: 'hello', language: null, seconds: null });
  });

  it('says the key in its words has them without it', async () => {
    service.always(server.hears(`the key is ${KEY}`));
    expect((await hear()).text).toBe('the key is [key]');
  });

  it('keeps failing is left alone, and asked again after a while', async () => {
    service.always(server.fails(500));
    for (let calls = 0; calls < 3 && states.at(-1) !== 'open'; calls++) await failure(hear());
    expect(transcriber.breakerState).toBe('open');
    const asked = service.requests.length;
    expect(await failure(hear())).toMatchObject({ code: 'breaker_open' });
    expect(service.requests).toHaveLength(asked);
  });
});

it('is given up at once when the process ends, and says so', async () => {
  service.always(server.neverAnswers);
  const ending = new AbortController();
  const hearing = failure(hear(ending.signal));
  await until('the service was asked', () => service.requests.length === 1);
  ending.abort();
  expect(await hearing).toMatchObject({ isAborted: true });
  await until('the connection is closed', () => service.requests[0]!.aborted);
});
