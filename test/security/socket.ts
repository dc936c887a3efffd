/** Bytes on a socket, for what no HTTP client would send. */
import { connect } from 'node:net';

/** The longest that any of our limits lets a connection stand. */
const ANSWER_MS_MAX = 30_000;

export interface Exchange {
  /** Everything that came back until the server closed the connection. */
  text: string;
  /** From the connection to its end. */
  milliseconds: number;
}

/** Sends the pieces one after another, and reads until the server hangs up. */
export function exchange(url: string, ...pieces: (string | Buffer)[]): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) });
    const late = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end within ${ANSWER_MS_MAX} ms, after: ${Buffer.concat(received).toString()}`));
    }, ANSWER_MS_MAX);
    socket.on('data', (piece) => received.push(piece));
    // A server that refuses closes while we still write.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      resolve({
        text: Buffer.concat(received).toString('latin1'),
        milliseconds: performance.now() - started,
      });
    });
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(piece);
    });
  });
}

/** The first answer of an exchange. */
export function answerIn({ text }: Exchange): { status: number; headers: Headers; body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}
