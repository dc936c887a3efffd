/**
 * Which bodies are read and how: strict JSON in UTF-8, and nothing else; a route that streams gets
 * its body unread, whatever its type.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import {
  JSON_DEPTH_MAX,
  JsonFaultError,
  parseStrictJson,
  type JsonFault,
} from '../../platform/json/strict-json.js';
import { Problem } from '../problems/problem.js';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

export function readBodies(server: FastifyInstance, bytesMax: number): void {
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
    return valueOf(text);
  });
}

const FAULTS: Record<JsonFault, string> = {
  NOT_JSON: 'The body could not be read as JSON.',
  TOO_DEEP: `JSON nested deeper than ${JSON_DEPTH_MAX} is not read.`,
  DUPLICATE_KEY: 'An object has the same key twice, and it is not said which one counts.',
  NUMBER_LOST: 'A number is too large or too small to be read.',
  POISONED_KEY: 'The keys __proto__ and constructor.prototype are not read.',
};

function valueOf(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonFaultError)) throw error;
    const isJson = error.fault === 'TOO_DEEP' || error.fault === 'NUMBER_LOST';
    const code = isJson ? 'INVALID_REQUEST' : 'MALFORMED_JSON';
    throw new Problem(code, { detail: FAULTS[error.fault], cause: error });
  }
}

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
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', { detail: 'The body is not UTF-8.', cause });
  }
}
