/** Bytes that never became a request: answered on the socket itself, in the form of every other refusal. */
import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, PROBLEM_CONTENT_TYPE } from '../problems/problem.js';
import type { SecurityHeaders } from './security-headers.js';

export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  headers: SecurityHeaders,
): void {
  // The client has gone; or another request of its is being served, which a problem now would seem to be the answer of.
  const { _httpMessage: underWay } = socket as Socket & { _httpMessage?: ServerResponse };
  const isOfAnother = underWay?.req.complete === true;
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || isOfAnother)
    return void socket.destroy();
  const problem =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new Problem('REQUEST_TIMEOUT', { detail: 'The rest of the request did not arrive.' })
      : new Problem('INVALID_REQUEST', {
          detail: 'This is not a request of HTTP/1.1, or its headers are too large.',
        });
  const body = JSON.stringify(problem.document(randomBytes(16).toString('hex')));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `Content-Type: ${PROBLEM_CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
}
