/** Reads follow writes: a command answers with the log position it reached, a read waits until it shows that. */
import { applyDecorators, Inject, Injectable, SetMetadata, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Observable } from 'rxjs';
import { z } from 'zod';
import { READ_MODEL_GATE, type ReadModel, type ReadModelGate } from '../ports.js';
import { invalidInput } from './parsed.js';
import { readModelBehind } from '../problems/problem-of.js';
import type { Reply, Request } from './request.js';
import { signalOf } from './signal.js';

export const POSITION_HEADER = 'drafthorse-position';
/** How long a read waits for its read model. */
export const READ_WAIT_MS_MAX = 5_000;

const Position = z
  .string()
  .regex(/^\d{1,19}$/, 'a position as Drafthorse-Position gave it')
  .transform(BigInt);

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

const READ_MODEL = Symbol('readModel');

/** Makes a route wait for the position it is asked for in these read models. */
export const ReadsFrom = (...readModels: ReadModel[]) =>
  applyDecorators(SetMetadata(READ_MODEL, readModels), UseInterceptors(ReadYourWrites));

@Injectable()
export class ReadYourWrites implements NestInterceptor {
  constructor(
    @Inject(READ_MODEL_GATE) private readonly gate: ReadModelGate,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const position = askedPosition(request);
    const readModels = this.reflector.get<ReadModel[]>(READ_MODEL, context.getHandler());
    if (position !== null && position > 0n)
      await Promise.all(readModels.map((readModel) => this.waitFor(readModel, position, signalOf(request))));
    return next.handle();
  }

  private async waitFor(readModel: ReadModel, position: bigint, signal: AbortSignal): Promise<void> {
    const reached = await this.gate.waitFor(readModel, position, { timeoutMs: READ_WAIT_MS_MAX, signal });
    if (!reached) throw readModelBehind();
  }
}
