/**
 * Every route of the server: who may call it, with what, and what they are answered. The matrix is made from it, and fails
 * on a route that the server has and the table has not, or the other way round. To add a route is to add a line;
 * one that is asked in several ways has several.
 */
import type { Permission } from '../../src/identity/permissions.js';
import type { Things } from './things.js';

/** What a request carries beside its address. */
export interface Sent {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, under the content type among the headers. */
  raw?: string;
}

export interface Route {
  method: string;
  /** As the server has it: `/api/v1/ai/drafts/:id`. */
  path: string;
  needs: Permission | 'public';
  /** What whoever may is answered, with their own workspace's things. One of these; never 401 or 403. */
  answers: readonly number[];
  /** Which thing `:id` names. */
  id?: keyof Things;
  /** What stands in the address that is a word rather than the name of a thing: `:key` of a field. */
  words?: Record<string, string>;
  /** Ends what its caller came with: each caller comes anew. */
  ends?: true;
  /** Names things in its body, its query or its headers. */
  send?: (things: Things) => Sent;
}

type Details = Pick<Route, 'id' | 'words' | 'send' | 'ends'>;

/** `called`: method and path below /api/v1. */
function route(
  called: string,
  needs: Route['needs'],
  answers: number | readonly number[],
  details: Details = {},
): Route {
  const [method = '', path = ''] = called.split(' ');
  return { method, path: `/api/v1${path}`, needs, answers: [answers].flat(), ...details };
}

const NDJSON = { 'content-type': 'application/x-ndjson' };
const now = () => new Date().toISOString();
/** A version that no product has: a change that is allowed and changes nothing. */
const NO_VERSION = { 'if-match': '"999"' };

export const ROUTES: readonly Route[] = [
  route('POST /ai/drafts', 'drafts.propose', 202, {
    send: ({ clientRequestId }) => ({ body: { prompt: 'cheapest phone?', clientRequestId } }),
  }),
  route('GET /ai/drafts', 'catalogue.read', 200),
  route('GET /ai/drafts', 'catalogue.read', 200, { send: () => ({ query: { status: 'preview' } }) }),
  route('GET /ai/drafts/:id', 'catalogue.read', 200, { id: 'draftId' }),
  route('GET /ai/drafts/:id', 'catalogue.read', 200, {
    id: 'draftId',
    send: () => ({ query: { wait: 'preview' } }),
  }),
  route('GET /ai/drafts/:id/preview', 'catalogue.read', 200, { id: 'draftId' }),
  route('GET /ai/drafts/:id/events', 'catalogue.read', 200, { id: 'draftId' }),
  route('POST /ai/drafts/:id/answer', 'drafts.propose', 409, {
    id: 'draftId',
    send: () => ({ body: { text: 'all' } }),
  }),
  route('POST /ai/drafts/:id/confirm', 'drafts.confirm', [202, 409, 422], {
    id: 'draftId',
    send: ({ planHash, productId }) => ({ body: { planHash, exclude: [productId] } }),
  }),
  route('POST /ai/drafts/:id/cancel', 'drafts.propose', [202, 409], { id: 'draftId' }),
  route('POST /ai/drafts/:id/undo', 'drafts.propose', [202, 409], { id: 'doneDraftId' }),
  route('POST /ai/drafts/:id/approve', 'drafts.approve', 409, {
    id: 'draftId',
    send: ({ planHash }) => ({ body: { planHash } }),
  }),
  route('POST /ai/drafts/:id/reject', 'drafts.approve', 409, {
    id: 'draftId',
    send: () => ({ body: { reason: 'no' } }),
  }),
  route('PUT /ai/drafts/:id/schedule', 'drafts.confirm', 409, {
    id: 'draftId',
    send: () => ({ body: { at: '2999-01-01T09:00', zone: 'Asia/Tehran' } }),
  }),
  route('POST /ai/audio', 'drafts.propose', 422, {
    send: () => ({ headers: { 'content-type': 'multipart/form-data; boundary=x' }, raw: '--x--\r\n' }),
  }),
  route('POST /ai/drafts/:id/retry', 'drafts.propose', 409, { id: 'draftId' }),
  route('GET /ai/drafts/:id/audio', 'drafts.propose', 404, { id: 'draftId' }),
  route('GET /files/signed', 'public', 403, {
    send: ({ workspaceId, draftId }) => ({
      query: {
        workspaceId,
        fileId: draftId,
        contentType: 'audio/mpeg',
        expires: '9999999999',
        signature: 'x',
      },
    }),
  }),

  route('POST /products/import', 'catalogue.edit', 202, {
    send: () => ({ headers: NDJSON, raw: '{"sku":"M-1","name":"Mug","price":"1.00","stock":1}' }),
  }),
  route('GET /imports/:id', 'catalogue.read', 200, { id: 'importId' }),
  route('GET /products', 'catalogue.read', 200),
  route('GET /products', 'catalogue.read', 200, {
    send: () => ({ query: { category: 'Phones', 'fields.color': 'silver', priceMin: '1', asOf: now() } }),
  }),
  route('GET /products/export', 'catalogue.read', 200, { send: () => ({ query: { format: 'csv' } }) }),
  route('GET /products/:id', 'catalogue.read', 200, { id: 'productId' }),
  route('GET /products/:id', 'catalogue.read', 200, {
    id: 'productId',
    send: () => ({ query: { asOf: now() } }),
  }),
  route('GET /products/:id/history', 'catalogue.read', 200, { id: 'productId' }),
  route('POST /products', 'catalogue.edit', 409, {
    send: () => ({ body: { sku: 'IP17-S', name: 'Taken', price: '1.00', stock: 1 } }),
  }),
  route('PATCH /products/:id', 'catalogue.edit', 412, {
    id: 'productId',
    send: () => ({ headers: NO_VERSION, body: { price: '1.00' } }),
  }),
  route('DELETE /products/:id', 'catalogue.edit', 412, {
    id: 'productId',
    send: () => ({ headers: NO_VERSION }),
  }),

  route('GET /change-sets', 'catalogue.read', 200),
  route('GET /change-sets/:id', 'catalogue.read', 200, { id: 'changeSetId' }),
  route('GET /audit', 'audit.read', 200, {
    send: ({ draftId, userId }) => ({ query: { streamId: `draft-${draftId}`, userId } }),
  }),
  route('GET /audit/verify', 'audit.read', 200),
  route('GET /audit/verify', 'audit.read', 200, { send: () => ({ query: { fromCheckpoint: 'true' } }) }),
  route('GET /audit/checkpoints', 'audit.read', 200),
  route('GET /audit/public-key', 'audit.read', 200),
  route('GET /audit/export', 'audit.read', 200),
  route('GET /archives', 'workspace.manage', 200),
  route('GET /archives/:id', 'workspace.manage', 200, { id: 'archiveId' }),
  route('GET /usage', 'catalogue.read', 200),

  // A key for members alone may do this, but not with a role that may more than the key.
  route('POST /workspace/invitations', 'workspace.manage', [202, 403, 409], {
    send: () => ({ body: { email: 'someone@shop.example', role: 'viewer' } }),
  }),
  route('GET /workspace/invitations', 'workspace.manage', 200),
  route('DELETE /workspace/invitations/:id', 'workspace.manage', [202, 404], { id: 'invitationId' }),
  route('GET /workspace/members', 'workspace.manage', 200),
  route('PATCH /workspace/members/:id', 'workspace.manage', [202, 403], {
    id: 'memberId',
    send: () => ({ body: { role: 'editor' } }),
  }),
  route('DELETE /workspace/members/:id', 'workspace.manage', [202, 404], { id: 'memberId' }),
  route('GET /workspace/policies', 'catalogue.read', 200),
  route('PUT /workspace/policies', 'workspace.manage', 202, { send: () => ({ body: {} }) }),
  route('GET /workspace/fields', 'catalogue.read', 200),
  route('PUT /workspace/fields/:key', 'workspace.manage', 202, {
    words: { key: 'color' },
    send: () => ({ body: { name: 'Colour', type: 'text' } }),
  }),
  route('DELETE /workspace/fields/:key', 'workspace.manage', [202, 404], { words: { key: 'color' } }),

  route('GET /dead-letters', 'workspace.manage', 200, {
    send: ({ draftId }) => ({ query: { key: draftId } }),
  }),
  route('GET /dead-letters/:id', 'workspace.manage', 200, { id: 'deadLetterId' }),
  route('POST /dead-letters/:id/redrive', 'workspace.manage', 202, { id: 'deadLetterId' }),
  route('POST /dead-letters/redrive', 'workspace.manage', 202, {
    send: ({ draftId }) => ({
      body: { group: 'projection.nobody', topic: 'drafthorse.drafts', key: draftId },
    }),
  }),

  route('GET /me', 'account', 200),
  // Refused for what is sent, since it must not come true: everybody's own is asked elsewhere.
  route('PUT /me/password', 'account', 400, { send: () => ({ body: {} }) }),
  route('GET /me/sessions', 'account', 200),
  route('DELETE /me/sessions/:id', 'account', [202, 404], { id: 'sessionId' }),
  route('GET /me/workspaces', 'account', 200),
  route('POST /api-keys', 'account', 202, { send: () => ({ body: { name: 'further' } }) }),
  route('GET /api-keys', 'account', 200),
  route('DELETE /api-keys/:id', 'account', [202, 404], { id: 'apiKeyId' }),
  route('GET /me/accounts', 'account', 200),
  route('POST /me/accounts/:provider', 'account', [403, 404], {
    words: { provider: 'google' },
    send: () => ({ body: {} }),
  }),
  route('DELETE /me/accounts', 'account', [403, 404], {
    send: ({ userId }) => ({ body: { issuer: 'https://accounts.example', subject: userId } }),
  }),
  route('GET /auth/openid', 'public', 200),
  route('GET /auth/openid/:provider', 'public', 404, {
    words: { provider: 'google' },
    send: ({ workspaceId }) => ({ query: { workspaceId } }),
  }),
  route('POST /auth/openid/:provider', 'public', 404, {
    words: { provider: 'google' },
    send: ({ workspaceId }) => ({ body: { invitation: 'di_x', workspaceId } }),
  }),
  route('GET /auth/openid/:provider/callback', 'public', 404, { words: { provider: 'google' } }),
  route('POST /auth/invitations/accept', 'account', 403, { send: () => ({ body: { invitation: 'di_x' } }) }),
  route('POST /auth/register', 'public', 403, {
    send: () => ({ body: { invitation: 'di_x', name: 'Nobody', password: 'correct horse battery staple' } }),
  }),
  route('POST /auth/login', 'public', 401, {
    send: ({ workspaceId }) => ({
      body: { email: 'nobody@shop.example', password: 'correct horse battery staple', workspaceId },
    }),
  }),
  route('POST /auth/refresh', 'public', 401, {
    send: ({ workspaceId }) => ({ body: { refreshToken: 'x', workspaceId } }),
  }),

  { method: 'GET', path: '/.well-known/jwks.json', needs: 'public', answers: [200] },
  ...['/api/v1', ''].flatMap((prefix): Route[] => [
    { method: 'GET', path: `${prefix}/health/live`, needs: 'public', answers: [200] },
    { method: 'GET', path: `${prefix}/health/ready`, needs: 'public', answers: [200] },
    { method: 'GET', path: `${prefix}/health/detailed`, needs: 'account', answers: [200] },
    { method: 'GET', path: `${prefix}/metrics`, needs: 'public', answers: [200] },
  ]),

  route('POST /privacy/erasures', 'workspace.manage', [202, 404], {
    send: ({ memberId }) => ({ body: { userId: memberId } }),
  }),
  // Last, since whoever calls them is signed in no longer.
  route('POST /auth/logout', 'account', [202, 404], { ends: true }),
  route('POST /auth/logout-everywhere', 'account', 202, { ends: true }),
  // Not by a key that somebody made. Carried out a moment later, when all sessions of its user end.
  route('POST /me/erasure', 'account', [202, 403], { ends: true }),
];

/** Pages and files of the API's documentation: the library names them, and they are the same for everybody. */
export const DOCUMENTATION = /^(\/api\/v1)?\/docs(\/|$)/;
