/** Routes that change something take a role that may. */
import {
  applyDecorators,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { mayChangeCatalogue } from '../../identity/caller.js';
import { Problem } from '../problems/problem.js';
import { callerOf, type Request } from './request.js';

@Injectable()
class ChangesCatalogueGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const caller = callerOf(context.switchToHttp().getRequest<Request>());
    if (mayChangeCatalogue(caller)) return true;
    throw new Problem('FORBIDDEN', {
      detail: `A key with role ${caller.role} may look but not change.`,
      extensions: { role: caller.role },
    });
  }
}

export const ChangesCatalogue = () => applyDecorators(UseGuards(ChangesCatalogueGuard));
