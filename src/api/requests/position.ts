/** Reads follow writes: a command answers with the log position it reached, a read waits until it shows that. */
import type { FastifyInstance } from 'fastify';
import { PositionText } from '../../events/position-text.js';
import type { ReadModelGate } from '../ports.js';
import { invalidInput } from './parsed.js';
import { readModelBehind } from '../problems/problem-of.js';
import { callerOf, type Reply, type Request } from './request.js';
import { signalOf } from './signal.js';

export const POSITION_HEADER = 'drafthorse-position';
/** How long a read waits for its read model. */
export const READ_WAIT_MS_MAX = 5_000;

const Position = PositionText.transform(BigInt);

/** Null when the client asks for none. `?after=` and the header: the later one counts. */
export function askedPosition(request: Pick<Request, 'headers' | 'query'>): bigint | null {
  const header = request.headers[POSITION_HEADER];
  const { after } = (request.query ?? {}) as { after?: unknown };
  const positions = [
    { where: `header.${POSITION_HEADER}`, value: header },
    { where: 'query.after', value: after },
  ].flatMap(({ where, value }) => {
    if (value === undefined) return [];
    const position = Position.safeParse(value);
    if (!position.success) throw invalidInput(where, position.error);
    return [position.data];
  });
  return positions.length === 0 ? null : positions.reduce((a, b) => (a > b ? a : b));
}

/** Answers a command: the position it reached goes into the header. */
export function accepted<Body>(reply: Reply, position: bigint, body: Body): Body {
  void reply.header(POSITION_HEADER, position.toString());
  return body;
}

/**
 * Makes routes wait for the position they are asked for in the read models they name (`readsFrom`). A hook of Fastify's:
 * an interceptor of Nest's wraps every answer in observables, which took 5 % of the CPU time of a read.
 */
export function waitForPositions(server: FastifyInstance, gate: ReadModelGate): void {
  server.addHook('preHandler', async (request) => {
    const { readsFrom } = request.routeOptions.config;
    const position = readsFrom ? askedPosition(request) : null;
    if (!readsFrom || position === null || position === 0n) return;
    const { workspaceId } = callerOf(request);
    const wait = { timeoutMs: READ_WAIT_MS_MAX, signal: signalOf(request), workspaceId };
    const reached = await Promise.all(readsFrom.map((readModel) => gate.waitFor(readModel, position, wait)));
    if (reached.includes(false)) throw readModelBehind();
  });
}
