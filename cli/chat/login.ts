/** The login of a terminal: its tokens, which are exchanged for new ones before they expire. */
import type { Client, Output } from '../../shared/client/client.ts';
import { ClientError } from '../../shared/client/client.ts';
import type { Clock } from '../../shared/clock.ts';

/** How much of an access token's time is over when the next one is fetched. */
const REFRESHED_AT = 0.6;
/** Between attempts while there is no connection. */
const RETRY_MS = 5_000;

export interface LoginOptions {
  readonly client: Pick<Client, 'call'>;
  readonly clock: Pick<Clock, 'after'>;
  /** The login has ended: somebody has revoked it. */
  readonly onEnded: () => void;
}

type Tokens = Pick<Output<'auth.login'>, 'accessToken' | 'expiresIn' | 'refreshToken'>;

export class TerminalLogin {
  readonly #options: LoginOptions;
  #tokens: Tokens | undefined;
  #cancel = () => {};

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** What a new session shows; undefined when nobody has signed in. */
  get key(): string | undefined {
    return this.#tokens?.accessToken;
  }

  /** The session acts for this user from now on. Rejects with `ClientError`. */
  async begin(tokens: Tokens): Promise<void> {
    this.#keep(tokens);
    await this.#options.client.call('session.authenticate', { key: tokens.accessToken });
  }

  /** The session was lost, perhaps for longer than the access token lasts. Rejects with `ClientError`. */
  async renew(): Promise<void> {
    if (!this.#tokens) return;
    const { refreshToken } = this.#tokens;
    const next = await this.#options.client.call('auth.refresh', { refreshToken });
    await this.begin(next);
  }

  end(): void {
    this.#cancel();
    this.#tokens = undefined;
  }

  #keep(tokens: Tokens): void {
    this.#tokens = tokens;
    this.#later(tokens.expiresIn * 1_000 * REFRESHED_AT);
  }

  #later(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(delayMs, () => void this.#renewInTime());
  }

  async #renewInTime(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.key !== 'login_ended') return this.#later(RETRY_MS);
      this.end();
      this.#options.onEnded();
    }
  }
}
