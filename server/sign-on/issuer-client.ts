/**
 * One provider of OpenID Connect: the authorization code flow with PKCE, state and nonce. [S-1]
 * The library is loaded with the first use. What the provider says of itself is read then and kept for a
 * while, so that one that is down stops nothing else.
 */
import type * as openidClient from 'openid-client';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Log } from '../observability/log.ts';
import { claimsOf, readTicket, type Claims, type Ticket } from './claims.ts';

export const ISSUER_LIMITS = {
  /** Of one request to the provider. */
  requestSeconds: 8,
  /** How long its description is used. */
  describedMs: 60 * 60 * 1_000,
} as const;

export interface IssuerSettings {
  readonly id: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly clientAuth: 'basic' | 'post';
  readonly scope: string;
  readonly groupsClaim: string;
}

export interface IssuerClientOptions {
  readonly settings: IssuerSettings;
  /** Where the provider leads the browser back to. */
  readonly redirectUri: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Pick<Log, 'warn'>;
}

type Library = typeof openidClient;

interface Described {
  readonly library: Library;
  readonly configuration: openidClient.Configuration;
}

export class IssuerClient {
  readonly #options: IssuerClientOptions;
  #described: Promise<Described> | undefined;
  #describedAtMs = 0;

  constructor(options: IssuerClientOptions) {
    this.#options = options;
  }

  /** Where the browser goes, and what it must show when it comes back. Rejects with `sign_on_unavailable`. */
  async begin(): Promise<{ readonly url: string; readonly ticket: string }> {
    const { library, configuration } = await this.#describe();
    const { settings, redirectUri } = this.#options;
    const ticket: Ticket = {
      issuer: settings.id,
      state: library.randomState(),
      nonce: library.randomNonce(),
      verifier: library.randomPKCECodeVerifier(),
    };
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: settings.scope,
      state: ticket.state,
      nonce: ticket.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(ticket.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, ticket: Buffer.from(JSON.stringify(ticket)).toString('base64url') };
  }

  /**
   * `callback` is the query with which the provider led the browser back. Rejects with `sign_on_failed` when
   * it is not the answer to this ticket, or the provider refuses the code; with `sign_on_unavailable`.
   */
  async finish(ticketText: string, callback: string): Promise<Claims> {
    const { settings, redirectUri } = this.#options;
    const ticket = readTicket(ticketText);
    const query = new URLSearchParams(callback);
    // Before anybody else is asked.
    if (ticket?.issuer !== settings.id || query.get('state') !== ticket.state) throw failed();
    const { library, configuration } = await this.#describe();
    const back = new URL(redirectUri);
    back.search = query.toString();
    try {
      const tokens = await library.authorizationCodeGrant(configuration, back, {
        expectedState: ticket.state,
        expectedNonce: ticket.nonce,
        pkceCodeVerifier: ticket.verifier,
        idTokenExpected: true,
      });
      const own = tokens.claims();
      if (!own) throw failed();
      const more = configuration.serverMetadata().userinfo_endpoint
        ? await library.fetchUserInfo(configuration, tokens.access_token, own.sub)
        : {};
      return claimsOf({ ...more, ...own }, settings.groupsClaim, tokens.id_token ?? '');
    } catch (error) {
      throw this.#fault(library, error);
    }
  }

  /** Where a browser ends its session at the provider; undefined when there is no such address. */
  async end(idToken: string | undefined, returnTo: string): Promise<string | undefined> {
    const { library, configuration } = await this.#describe();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    const hint = idToken === undefined ? {} : { id_token_hint: idToken };
    const url = library.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo, ...hint });
    return url.href;
  }

  /** Requests at the same moment share one reading; one that failed is not kept. */
  #describe(): Promise<Described> {
    const nowMs = this.#options.clock.monotonic();
    if (this.#described && nowMs - this.#describedAtMs < ISSUER_LIMITS.describedMs) return this.#described;
    const reading = this.#read();
    this.#described = reading;
    this.#describedAtMs = nowMs;
    reading.catch(() => {
      if (this.#described === reading) this.#described = undefined;
    });
    return reading;
  }

  async #read(): Promise<Described> {
    const library = await import('openid-client');
    const { issuer, clientId, secret, clientAuth } = this.#options.settings;
    const isPlain = new URL(issuer).protocol === 'http:';
    const authOf = clientAuth === 'post' ? library.ClientSecretPost : library.ClientSecretBasic;
    try {
      const configuration = await library.discovery(
        new URL(issuer),
        clientId,
        {},
        secret === undefined ? library.None() : authOf(secret),
        {
          timeout: ISSUER_LIMITS.requestSeconds,
          // The token comes over TLS; its signature is checked nevertheless.
          execute: [
            library.enableNonRepudiationChecks,
            // Only providers on this machine may be reached without TLS: their setting says so.
            ...(isPlain ? [library.allowInsecureRequests] : []),
          ],
        },
      );
      return { library, configuration };
    } catch (error) {
      this.#warn(error);
      throw new HiloError('sign_on_unavailable', { cause: error });
    }
  }

  #fault(library: Library, error: unknown): HiloError {
    if (error instanceof HiloError) return error;
    this.#warn(error);
    return new HiloError(isAway(library, error) ? 'sign_on_unavailable' : 'sign_on_failed', { cause: error });
  }

  /** Without the error itself, which may have what the provider sent. */
  #warn(error: unknown): void {
    const { name, code } = error instanceof Error ? (error as Error & { code?: unknown }) : {};
    const facts = { issuer: this.#options.settings.id, error: name, code };
    this.#options.log.warn(facts, 'Somebody could not sign on with a provider');
  }
}

function failed(): HiloError {
  return new HiloError('sign_on_failed');
}

/** Nobody answered, or not in time, or the provider itself has failed. */
function isAway(library: Library, error: unknown): boolean {
  if (error instanceof library.ResponseBodyError) return error.status >= 500;
  if (error instanceof library.ClientError)
    return error.code === 'OAUTH_TIMEOUT' || isAway(library, error.cause);
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
}
