import { describe, expect, it } from 'vitest';
import { identityProblem, sessionProblem, weakPassword } from './identity-refusals.js';

type Refusal = Parameters<typeof identityProblem>[0];

describe('a refusal that has to do with people', () => {
  it.each([
    [{ code: 'INVITATION_INVALID' }, {}],
    [{ code: 'INVITATION_NOT_FOUND' }, {}],
    [{ code: 'ALREADY_MEMBER' }, {}],
    [{ code: 'EMAIL_TAKEN' }, {}],
    [{ code: 'ACCOUNT_TAKEN' }, {}],
    [{ code: 'MEMBER_NOT_FOUND' }, {}],
    [{ code: 'LAST_OWNER' }, {}],
    [{ code: 'LIMIT_REACHED', of: 'members', limit: 1_000 }, { limit: 1_000 }],
    [{ code: 'SCOPE_EXCEEDED', scopes: ['drafts.confirm'] }, { scopes: ['drafts.confirm'] }],
    [{ code: 'WORKSPACE_NOT_FOUND' }, {}],
  ] satisfies [Refusal, object][])(
    '%o keeps its code word for word, its facts beside the text',
    (refusal, facts) => {
      const problem = identityProblem(refusal);
      expect(problem.message).not.toBe('');
      expect(problem.document('t')).toMatchObject({ code: refusal.code, ...facts });
    },
  );

  it('of a password says where it is wrong, and never repeats it', () => {
    expect(weakPassword('too_short').document('t')).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ path: 'body.password', message: 'at least 12 characters' }],
    });
  });

  it('of a token does not tell a guess from a session that is over or was stolen', () => {
    const problems = (['unknown_token', 'ended', 'reused'] as const).map((refused) =>
      sessionProblem({ refused }).document('t'),
    );
    expect(problems).toEqual([problems[0], problems[0], problems[0]]);
    expect(problems[0]).toMatchObject({ code: 'SESSION_ENDED', status: 401 });
  });
});
