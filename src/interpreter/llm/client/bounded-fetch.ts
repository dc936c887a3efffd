/**
 * `fetch` that never takes in more than it was promised: bodies are counted as they arrive and the connection is closed
 * at the first byte too many. Only JSON comes through, and no redirect is followed: the key goes to the address the
 * operator wrote down and nowhere else.
 */
import { ModelError } from './model-error.js';

export type Fetch = typeof globalThis.fetch;

/** A reply of LLM_MAX_REPLY_TOKENS tokens is a few kilobytes; a response of so many bytes is none. */
export const RESPONSE_BYTES_MAX = 262_144;

export function boundedFetch(fetch: Fetch, bytesMax = RESPONSE_BYTES_MAX): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new ModelError('rejected', 'the model redirects to another address', { status: response.status });
    }
    const body = await readBounded(response, bytesMax);
    const isJson = /^application\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '');
    if (response.ok && !isJson)
      throw new ModelError('not_an_answer', 'the model answered with something that is no JSON');
    return new Response(body.byteLength === 0 ? null : body, {
      status: response.status,
      headers: headersOf(response.headers),
    });
  };
}

async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the stream, which closes the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax)
      throw new ModelError('not_an_answer', `the model answered with more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** What is read of the headers; the body is decoded already. */
function headersOf(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ['content-type', 'retry-after', 'retry-after-ms']) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}
