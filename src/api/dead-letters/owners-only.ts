/** Routes that show or move what lies behind the API: for the workspace's owner. */
import {
  applyDecorators,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Problem } from '../problems/problem.js';
import { callerOf, type Request } from '../requests/request.js';

@Injectable()
class OwnerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { role } = callerOf(context.switchToHttp().getRequest<Request>());
    if (role === 'owner') return true;
    throw new Problem('FORBIDDEN', {
      detail: `This is for the owner of the workspace; a key with role ${role} may not.`,
      extensions: { role },
    });
  }
}

export const OwnersOnly = () => applyDecorators(UseGuards(OwnerGuard));
