/**
 * Which bodies are read and how: JSON by the framework's safe parser, and nothing else; a route that streams gets
 * its body unread, whatever its type.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Problem } from '../problems/problem.js';

/** Deeper nesting is an attack on whatever walks the value; the deepest input we take has 5 levels. */
export const JSON_DEPTH_MAX = 32;

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

export function readBodies(server: FastifyInstance, bytesMax: number): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', async (request: FastifyRequest, stream: Readable) => {
    // A request that is destroyed looks like a client that left, and takes the socket with it: a body that is read to
    // its end, or no further because it is too large, must leave the request alone.
    const payload = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
    if (request.routeOptions.config.streams) return payload;
    if (request.is404) return undefined;
    const encoding = request.headers['content-encoding'];
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '') || (encoding && encoding !== 'identity'))
      throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'Send application/json, not compressed.' });
    const text = await readText(request, payload, bytesMax);
    // Many clients name a type even where they send nothing; whether something is needed, the route says.
    if (text.trim() === '') return undefined;
    if (depthOf(text) > JSON_DEPTH_MAX)
      throw new Problem('INVALID_REQUEST', {
        detail: `JSON nested deeper than ${JSON_DEPTH_MAX} is not read.`,
      });
    return new Promise((resolve, reject) => {
      void parseJson(request, text, (error, value) => (error ? reject(malformed(error)) : resolve(value)));
    });
  });
}

/** What is no JSON, and JSON whose keys (`__proto__`) reach into whatever it is merged with. */
const malformed = (cause: Error) =>
  new Problem('MALFORMED_JSON', { detail: 'The body could not be read as JSON.', cause });

async function readText(request: FastifyRequest, payload: AsyncIterable<Buffer>, bytesMax: number) {
  const tooLarge = () => new Problem('BODY_TOO_LARGE', { detail: `A body has at most ${bytesMax} bytes.` });
  if (Number(request.headers['content-length']) > bytesMax) throw tooLarge();
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of payload) {
    bytes += piece.length;
    if (bytes > bytesMax) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Nesting of brackets outside strings, without building anything. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (inString) {
      if (character === 0x5c) index++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (character === 0x7d || character === 0x5d) depth--;
  }
  return deepest;
}
