/** The one place where an error becomes an answer. */
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../platform/logging/logger.js';
import { Problem, PROBLEM_CONTENT_TYPE } from '../problems/problem.js';
import { problemOf } from '../problems/problem-of.js';
import { traceOf } from '../requests/trace.js';
import type { AllowedMethods } from './allowed-methods.js';

@Catch()
export class ProblemAnswers implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly allowedMethods: Pick<AllowedMethods, 'at'>,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // The client left in the middle of its own request: nobody is there to be answered.
    if (request.raw.destroyed && !request.raw.complete) return void reply.raw.destroy();
    const problem = (request.is404 ? this.notFound(request) : null) ?? problemOf(error);
    const { traceId } = traceOf(request);
    this.log(problem, request, traceId);
    if (reply.raw.writableEnded) return;
    // A stream that breaks off midway: the status is out, all that is left is not to look finished.
    if (reply.raw.headersSent) return void reply.raw.destroy();
    if (reply.sent) return;
    // Whatever of the body is still on its way will not be read.
    if (problem.status === 413 || problem.code === 'REQUEST_TIMEOUT')
      void reply.header('connection', 'close');
    void reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_CONTENT_TYPE)
      .send(JSON.stringify(problem.document(traceId)));
  }

  private notFound(request: FastifyRequest): Problem | null {
    const allowed = this.allowedMethods.at(request.url);
    if (allowed.length === 0 || allowed.includes(request.method)) return null;
    return new Problem('METHOD_NOT_ALLOWED', {
      detail: `This address takes ${allowed.join(', ')}.`,
      extensions: { allowedMethods: allowed },
      headers: { allow: allowed.join(', ') },
    });
  }

  private log(problem: Problem, request: FastifyRequest, traceId: string): void {
    if (problem.status < 500) return;
    const { code, status: statusCode, cause } = problem;
    const fields = { traceId, code, statusCode, method: request.method, err: cause };
    if (code === 'INTERNAL_ERROR') this.logger.error(fields, 'a request failed');
    else this.logger.warn(fields, 'a request could not be served');
  }
}
