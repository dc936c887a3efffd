/** Dead letters over HTTP: what the workspace's events got stuck on, and how to get them going again. */
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { DeadLetters } from '../../event-bus/dead-letters.js';
import { decodeCursor, pageOf } from '../../projections/cursor.js';
import { Documented } from '../docs/documented.js';
import { Problem } from '../problems/problem.js';
import { commandContext } from '../requests/command-context.js';
import { pageSchema } from '../requests/lists.js';
import { idOr, noBody, parsed } from '../requests/parsed.js';
import { accepted } from '../requests/position.js';
import { RouteConfig } from '../requests/route-config.js';
import { callerOf, type Reply, type Request } from '../requests/request.js';
import {
  DeadLetterCursor,
  DeadLettersQuery,
  DeadLetterSummary,
  DeadLetterWhole,
  Redrive,
  RedriveKeyInput,
  summaryOf,
  wholeOf,
} from './dead-letters.schemas.js';
import { Redrives } from './redrives.js';

const REDRIVE_DESCRIPTION =
  'It happens soon, in the group’s active process: letters of the key in order, until one fails again. A letter that was handled is gone. The re-drive is in the audit trail.';

@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(
    @Inject(DeadLetters) private readonly deadLetters: DeadLetters,
    @Inject(Redrives) private readonly redrives: Redrives,
  ) {}

  @Get()
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Operations',
    summary: 'Events of this workspace that a consumer group could not handle, oldest first',
    query: DeadLettersQuery,
    answer: pageSchema(DeadLetterSummary),
    refusals: [403],
  })
  async list(@Query(parsed(DeadLettersQuery)) query: DeadLettersQuery, @Req() request: Request) {
    const { limit, cursor, group, key } = query;
    const [position, id] = cursor === undefined ? [] : decodeCursor(cursor, DeadLetterCursor);
    const letters = await this.deadLetters.list({
      workspaceId: callerOf(request).workspaceId,
      group,
      key,
      after: position === undefined || id === undefined ? undefined : { position: BigInt(position), id },
      limit: limit + 1,
    });
    return pageOf(letters, limit, summaryOf, (letter) => [letter.position.toString(), letter.id]);
  }

  @Get(':id')
  @RouteConfig({ needs: 'workspace.manage' })
  @Documented({
    tag: 'Operations',
    summary: 'One dead letter: the event, its headers, and what went wrong',
    params: ['id'],
    answer: DeadLetterWhole,
    refusals: [403, 404],
  })
  async show(@Param('id', idOr('DEAD_LETTER_NOT_FOUND')) id: string, @Req() request: Request) {
    const letter = await this.deadLetters.inspect(id, callerOf(request).workspaceId);
    if (letter) return wholeOf(letter);
    throw new Problem('DEAD_LETTER_NOT_FOUND', { detail: 'This workspace has no dead letter with this id.' });
  }

  @Post('redrive')
  @RouteConfig({ needs: 'workspace.manage' })
  @HttpCode(202)
  @Documented({
    tag: 'Operations',
    summary: 'Deliver all dead letters of a key again',
    description: REDRIVE_DESCRIPTION,
    body: RedriveKeyInput,
    status: 202,
    answer: Redrive,
    refusals: [403, 404],
  })
  async redriveKey(
    @Body(parsed(RedriveKeyInput)) key: RedriveKeyInput,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { position, redrive } = await this.redrives.key(key, commandContext(request));
    return accepted(reply, position, redrive);
  }

  @Post(':id/redrive')
  @RouteConfig({ needs: 'workspace.manage' })
  @HttpCode(202)
  @Documented({
    tag: 'Operations',
    summary: 'Deliver a dead letter again, after those of its key before it',
    description: REDRIVE_DESCRIPTION,
    params: ['id'],
    status: 202,
    answer: Redrive,
    refusals: [403, 404],
  })
  async redrive(
    @Param('id', idOr('DEAD_LETTER_NOT_FOUND')) id: string,
    @Body(noBody) _body: void,
    @Req() request: Request,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const { position, redrive } = await this.redrives.letter(id, commandContext(request));
    return accepted(reply, position, redrive);
  }
}
