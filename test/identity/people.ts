/** Steps that journeys of people share. */
import { randomUUID } from 'node:crypto';
import { ApiClient } from '../support/api-client.js';
import type { TestServer } from '../support/server.js';

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  sessionId: string;
  userId: string;
  workspaceId: string;
  role: string;
}

/** Nobody: a client whose key no route of signing in looks at. */
export const anonymous = (server: Pick<TestServer, 'url'>) => new ApiClient(() => server.url, 'nobody');

export const passwordOf = (name: string) => `a long pass phrase of ${name}`;

export async function invite(owner: ApiClient, email: string, role: string) {
  const body = { email, role };
  return (
    await owner.expectStatus<{ invitationId: string; token: string }>(
      202,
      'POST',
      '/workspace/invitations',
      body,
    )
  ).body;
}

export async function login(server: TestServer, email: string, password: string): Promise<Tokens> {
  return (await anonymous(server).expectStatus<Tokens>(200, 'POST', '/auth/login', { email, password })).body;
}

/** A new member of the owner's workspace. */
export async function signUp(server: TestServer, owner: ApiClient, role: string) {
  const email = `${role}-${randomUUID()}@shop.example`;
  const { token } = await invite(owner, email, role);
  const password = passwordOf(email);
  const body = { invitation: token, name: role, password };
  const answer = await anonymous(server).expectStatus<{ userId: string }>(
    202,
    'POST',
    '/auth/register',
    body,
  );
  return { email, password, token, userId: answer.body.userId };
}
