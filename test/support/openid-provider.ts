/** A real OpenID Connect provider on a port of its own, with an account for whatever name signs in. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';

export const CLIENT_ID = 'drafthorse';
export const CLIENT_SECRET = 'a secret that the provider and the shop share';

export class OpenIdTestProvider {
  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  /** `redirectUris`: where it may send browsers back to. */
  static async start(redirectUris: string[]): Promise<OpenIdTestProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const issuer = `http://localhost:${port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: redirectUris,
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: { openid: ['sub'], profile: ['name'] },
      // Names in the id token itself, as the large providers do it.
      conformIdTokenClaims: false,
      cookies: { keys: ['only for tests'] },
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
      pkce: { required: () => true },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of Elsewhere` }) }),
    });
    server.on('request', provider.callback());
    return new OpenIdTestProvider(server, issuer);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
