/** Ways in which a model server can answer: rightly, wrongly, badly, or not at all. */
import type { ServerResponse } from 'node:http';
import type { Behaviour, ReceivedRequest } from './model-server.js';

const USAGE = { prompt_tokens: 1_000, completion_tokens: 50, total_tokens: 1_050 };

/** A completion around one message. */
export function completion(message: Record<string, unknown>, rest: Record<string, unknown> = {}): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: 'any',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }],
    usage: USAGE,
    ...rest,
  };
}

/** Sends any JSON, as a completion or not. */
export function sends(body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A completion with this text, or the text made from the request. */
export function says(text: string | ((request: ReceivedRequest) => string)): Behaviour {
  return (response, request) =>
    sends(completion({ content: typeof text === 'string' ? text : text(request) }))(response, request);
}

/** A right answer in the agreed form. */
export function replies(reply: Record<string, unknown>): Behaviour {
  return says(JSON.stringify(reply));
}

/** A transcription, with what `verbose_json` adds to it. */
export function hears(text: string, told: { language?: string; duration?: number } = {}): Behaviour {
  return sends({ text, ...told });
}

export function sendsText(text: string, contentType: string): Behaviour {
  return (response) => response.writeHead(200, { 'content-type': contentType }).end(text);
}

export function fails(status: number, headers: Record<string, string> = {}, error: object = {}): Behaviour {
  return sends({ error: { message: 'no', type: 'error', ...error } }, status, headers);
}

export const neverAnswers: Behaviour = () => undefined;

/** Headers at once, a byte now and then, no end. */
export function drips(everyMs: number): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  };
}

/** Half of an answer, then the connection is gone. */
export const cutsOff: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
  response.write('{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","cont');
  setImmediate(() => response.destroy());
};

export const hangsUp: Behaviour = (response) => response.destroy();

/** So many bytes of JSON as fast as they are taken. */
export function floods(bytes: number, tally: { written: number } = { written: 0 }): Behaviour {
  const chunk = 'x'.repeat(65_536);
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"choices":[{"index":0,"message":{"role":"assistant","content":"');
    const more = (): void => {
      while (tally.written < bytes && !response.destroyed) {
        tally.written += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      if (!response.destroyed) end(response);
    };
    more();
  };
}

function end(response: ServerResponse): void {
  response.end('"}}]}');
}

/** The key that came in the header, thrown back in every place a server has. */
export const throwsKeyBack: Behaviour = (response, request) => {
  const key = request.headers.authorization ?? '';
  sends({ error: { message: `bad key ${key}`, code: key, param: key, type: key } }, 401, {
    'x-request-id': 'r',
  })(response, request);
};
