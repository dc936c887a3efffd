/** A client that costs the driver little: both share two cores, and what the driver takes the contender lacks. */
import { Agent, request } from 'node:http';

const TIMEOUT_MS = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'lifo' });

export interface Call {
  method: 'GET' | 'POST';
  url: string;
  apiKey: string;
  body?: unknown;
}

/** The parsed body of a 2xx; throws with status and body on any other answer. */
export function call<Answer>({ method, url, apiKey, body }: Call): Promise<Answer> {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      agent,
      timeout: TIMEOUT_MS,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(text === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    });
    outgoing.once('timeout', () =>
      outgoing.destroy(new Error(`${method} ${url} took longer than ${TIMEOUT_MS} ms`)),
    );
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        const received = Buffer.concat(chunks).toString();
        const status = answer.statusCode ?? 0;
        if (status < 200 || status > 299) reject(new Error(`${method} ${url}: ${status} ${received}`));
        else resolve(JSON.parse(received) as Answer);
      });
    });
    outgoing.end(text);
  });
}
