/** Signing on with other providers: which there are, and how it begins and ends. [S-1] */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { Origin } from '../identity/logins.ts';
import type { Log } from '../observability/log.ts';
import type { Arrivals, ArrivalRules, Arrived } from './arrivals.ts';
import { IssuerClient, type IssuerSettings } from './issuer-client.ts';

export const SIGN_ON_LIMITS = {
  /** Requests to providers at once; more are told to come back. */
  atOnceMax: 32,
  retryMs: 2_000,
} as const;

/** One provider as the operator has set it. */
export interface SignOnIssuer extends IssuerSettings, ArrivalRules {
  /** On the button. */
  readonly name: string;
}

export interface SignOnOptions {
  readonly issuers: readonly SignOnIssuer[];
  /** Where browsers find the page, without a slash at its end; undefined only without issuers. */
  readonly publicUrl: string | undefined;
  readonly arrivals: Pick<Arrivals, 'arrive'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Pick<Log, 'warn'>;
}

export class SignOn {
  readonly issuers: readonly Pick<SignOnIssuer, 'id' | 'name'>[];
  readonly #options: SignOnOptions;
  readonly #clients: ReadonlyMap<string, { readonly rules: ArrivalRules; readonly client: IssuerClient }>;
  #running = 0;

  constructor(options: SignOnOptions) {
    const { issuers, publicUrl = '', clock, log } = options;
    this.#options = options;
    this.issuers = issuers.map(({ id, name }) => ({ id, name }));
    this.#clients = new Map(
      issuers.map((settings) => {
        const redirectUri = `${publicUrl}/sign-on/${settings.id}/callback`;
        return [
          settings.id,
          { rules: settings, client: new IssuerClient({ settings, redirectUri, clock, log }) },
        ];
      }),
    );
  }

  /** Rejects with `not_found`, `queue_full`, `sign_on_unavailable`. */
  begin(issuer: string): Promise<{ readonly url: string; readonly ticket: string }> {
    const { client } = this.#clientOf(issuer);
    return this.#bounded(() => client.begin());
  }

  /** Rejects with `not_found`, `queue_full`, and as `IssuerClient.finish` and `Arrivals.arrive`. */
  finish(
    issuer: string,
    { ticket, callback }: { readonly ticket: string; readonly callback: string },
    from: Origin & { locale: Locale },
  ): Promise<Arrived & { readonly idToken: string }> {
    const { client, rules } = this.#clientOf(issuer);
    return this.#bounded(async () => {
      const claims = await client.finish(ticket, callback);
      return { ...(await this.#options.arrivals.arrive(claims, rules, from)), idToken: claims.idToken };
    });
  }

  /** Rejects with `not_found`, `queue_full`, `sign_on_unavailable`. */
  end(issuer: string, idToken: string | undefined): Promise<string | undefined> {
    const { client } = this.#clientOf(issuer);
    return this.#bounded(() => client.end(idToken, `${this.#options.publicUrl ?? ''}/`));
  }

  #clientOf(issuer: string) {
    const found = this.#clients.get(issuer);
    if (!found) throw new HiloError('not_found', { values: { what: issuer } });
    return found;
  }

  async #bounded<Result>(run: () => Promise<Result>): Promise<Result> {
    const { atOnceMax, retryMs: retryAfterMs } = SIGN_ON_LIMITS;
    if (this.#running >= atOnceMax) {
      throw new HiloError('queue_full', { retryAfterMs, values: { seconds: retryAfterMs / 1_000 } });
    }
    this.#running += 1;
    try {
      return await run();
    } finally {
      this.#running -= 1;
    }
  }
}
