/** A provider of OpenID Connect in this process: anybody signs on with a name, and any password. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from './processes.ts';

export const CLIENT = { id: 'hilo', secret: 'a secret of this test' } as const;

/** A SIGN_ON_FILE with this issuer alone, on terms that differ from the usual ones in `settings`. */
export function signOnFileOf(issuer: string, settings: object = {}): string {
  const company = {
    id: 'company',
    name: 'Company account',
    issuer,
    clientId: CLIENT.id,
    secretVariable: 'COMPANY_SECRET',
    ...settings,
  };
  return JSON.stringify({ issuers: [company] });
}

/** What the provider says of somebody. */
export interface OidcPerson {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
}

export class OidcIssuer {
  /** Another host than the page's, so that a browser takes it for another site. */
  readonly url: string;
  readonly people = new Map<string, OidcPerson>();
  readonly #port: number;
  #server: Server | undefined;
  readonly #provider: Provider;

  private constructor(port: number, pageUrl: string, id: string) {
    this.#port = port;
    this.url = `http://localhost:${port}`;
    this.#provider = new Provider(this.url, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${pageUrl}/sign-on/${id}/callback`],
          post_logout_redirect_uris: [`${pageUrl}/`],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
      cookies: { keys: ['only for tests'] },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      pkce: { required: () => true },
      findAccount: (_: unknown, sub: string) => ({
        accountId: sub,
        claims: () => ({ sub, ...this.people.get(sub) }),
      }),
    });
  }

  /** `pageUrl` is where browsers find the page, without a slash at its end. */
  static async start(pageUrl: string, id = 'company'): Promise<OidcIssuer> {
    const issuer = new OidcIssuer(await freePort(), pageUrl, id);
    await issuer.up();
    return issuer;
  }

  async up(): Promise<void> {
    const answer = this.#provider.callback();
    const server = createServer((request, response) => void answer(request, response));
    server.listen(this.#port, 'localhost');
    await once(server, 'listening');
    this.#server = server;
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  /** Follows the provider's own pages as a browser would, and resolves with the address that leads back. */
  async authorize(url: string, name: string): Promise<URL> {
    const jar = new Map<string, string>();
    let next = new URL(url);
    let form: Record<string, string> | undefined;
    for (let step = 0; step < 12; step += 1) {
      const response = await fetch(next, {
        redirect: 'manual',
        headers: { cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; ') },
        ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
      });
      keep(jar, response.headers.getSetCookie());
      const location = response.headers.get('location');
      form = undefined;
      if (location !== null) {
        next = new URL(location, next);
        if (next.origin !== this.url) return next;
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]* action="(?<action>[^"]+)"/.exec(page)?.groups?.['action'];
      if (action === undefined) throw new Error(`The provider shows no form: ${response.status} ${page}`);
      const prompt = /name="prompt" value="(?<prompt>\w+)"/.exec(page)?.groups?.['prompt'] ?? '';
      form = { prompt, ...(prompt === 'login' ? { login: name, password: 'any' } : {}) };
      next = new URL(action, next);
    }
    throw new Error('The provider leads in circles');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }
}

function keep(jar: Map<string, string>, cookies: readonly string[]): void {
  for (const cookie of cookies) {
    const [pair = ''] = cookie.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
}
