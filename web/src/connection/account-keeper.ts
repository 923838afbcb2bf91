/**
 * Who is signed in, in every window of this browser. The refresh token lies in a cookie that no script can
 * read; the access token is in memory only, and is made anew before it expires.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Clock } from '../../../shared/clock.ts';
import { isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import type { Locale } from '../../../shared/locale.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
}

export type Account =
  /** It is not known yet whether somebody is signed in. */
  | { readonly name: 'unknown' }
  | { readonly name: 'guest' }
  | { readonly name: 'signedIn'; readonly user: User };

/** Why it was refused. */
export interface Refused {
  /** The key of an error, or `disconnected` when nobody could be asked. */
  readonly reason: string;
  /** In the reader's language; empty with `disconnected`. */
  readonly message: string;
  readonly retryAfterMs: number;
}

export type Answer =
  { readonly ok: true; readonly body: Params } | { readonly ok: false; readonly refused: Refused };

export type Signed = { readonly ok: true } | { readonly ok: false; readonly refused: Refused };

export interface AccountKeeperOptions {
  /** The address of the page's root. */
  readonly root: URL;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly locale: () => Locale;
  /** Shared by the windows of the browser. */
  readonly values: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Called when the guest of this browser has become a user: there is no such guest any more. */
  readonly registered: () => void;
  /** Called with each new access token. */
  readonly renewed: (accessToken: string) => void;
}

/** Says that somebody is signed in here, so that guests cost no request. Its value names who. */
export const SIGNED_IN_KEY = 'hilo.account';
/** A new token is asked for when this part of the time of the old one is over. */
const REFRESH_PART = 0.8;
const RETRY_MS = 10_000;

export class AccountKeeper {
  readonly account: ReadonlySignal<Account>;
  readonly #account: Signal<Account> = signal({ name: 'unknown' });
  readonly #options: AccountKeeperOptions;
  #token: { readonly text: string; readonly expiresMs: number } | undefined;
  #cancelRefresh: (() => void) | undefined;
  #refreshing: Promise<boolean> | undefined;
  #isErased = false;
  /** Somebody signs out or erases the account: what follows waits for the answer of the server. */
  #isLeaving = false;
  /** The session has learnt that its login has ended before that answer was here. */
  #wasEnded = false;
  #leadsTo: URL | undefined;

  constructor(options: AccountKeeperOptions) {
    this.#options = options;
    this.account = this.#account;
  }

  /** The access token while it is valid. */
  get accessToken(): string | undefined {
    const { clock } = this.#options;
    return this.#token && this.#token.expiresMs > clock.now() ? this.#token.text : undefined;
  }

  /** What a new session is told. */
  known(): { readonly key?: string } {
    const { accessToken } = this;
    return accessToken === undefined ? {} : { key: accessToken };
  }

  /** Whose texts this browser keeps: the id of a user, or nothing for a guest. */
  get owner(): string {
    const account = this.#account.peek();
    if (account.name === 'signedIn') return account.user.id;
    return account.name === 'unknown' ? (this.#options.values.getItem(SIGNED_IN_KEY) ?? '') : '';
  }

  /** Resolves when it is known who is here; a server that does not answer leaves it open. */
  async start(): Promise<void> {
    if (this.#options.values.getItem(SIGNED_IN_KEY) === null) this.#account.value = { name: 'guest' };
    else await this.refresh();
  }

  /** Another window of this browser has signed in or out. */
  async followOthers(): Promise<void> {
    const id = this.#options.values.getItem(SIGNED_IN_KEY);
    const account = this.#account.peek();
    if (id === null) this.#end();
    else if (account.name !== 'signedIn' || account.user.id !== id) await this.refresh();
  }

  signIn(input: { readonly email: string; readonly password: string }): Promise<Signed> {
    return this.#enter('auth/login', input);
  }

  register(input: {
    readonly email: string;
    readonly password: string;
    readonly name?: string;
    readonly guestToken?: string;
    readonly inviteToken?: string;
  }): Promise<Signed> {
    return this.#enter('auth/register', input, this.#options.registered);
  }

  /** Sets a new password by the token of a one-time link. Nobody is signed in afterwards. */
  async reset(input: { readonly token: string; readonly password: string }): Promise<Signed> {
    const answer = await this.#post('auth/reset', input);
    return answer.ok ? { ok: true } : answer;
  }

  /** The login ends at the server first: without that, whoever has the cookie could go on with it. */
  async signOut(leadsTo?: URL): Promise<Signed> {
    const answer = await this.#leave(() => this.#post('auth/logout', {}));
    if (!answer.ok && answer.refused.reason === 'disconnected' && !this.#wasEnded) return answer;
    this.#leadsTo = leadsTo;
    this.#end();
    return { ok: true };
  }

  /** Where the page goes when the login has ended, in place of its beginning. */
  get leadsTo(): URL | undefined {
    return this.#leadsTo;
  }

  /** The account of who was here last is gone for good. */
  get isErased(): boolean {
    return this.#isErased;
  }

  /** Erases the account at the server. */
  async erase(password: string): Promise<Signed> {
    const answer = await this.#leave(async () => {
      const erased = await this.ask('DELETE', 'users/me', { password });
      // The cookie goes too; without it, it would lead to nothing anyway.
      if (erased.ok) await this.#post('auth/logout', {});
      return erased;
    });
    this.#isErased = answer.ok || this.#wasEnded;
    if (this.#isErased) this.#end();
    return answer.ok ? { ok: true } : answer;
  }

  /** Asks as the user, over HTTP: it takes more at once than the page's connection. */
  async ask(method: 'POST' | 'DELETE', path: string, body: object): Promise<Answer> {
    if (this.accessToken === undefined) await this.refresh();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.accessToken ?? ''}` };
    return this.#request(path, { method, headers, body: JSON.stringify(body) });
  }

  /** The server has ended the login. */
  ended(): void {
    this.#wasEnded = true;
    if (!this.#isLeaving) this.#end();
  }

  /** Hands out the access token again, or a new one when that has expired. False for a guest. */
  async renew(): Promise<boolean> {
    if (this.#account.peek().name !== 'signedIn') return false;
    const { accessToken } = this;
    if (accessToken === undefined) return this.refresh();
    this.#options.renewed(accessToken);
    return true;
  }

  /** The page is left when the login ends: that would cut off the answer, which takes the cookies away. */
  async #leave(ask: () => Promise<Answer>): Promise<Answer> {
    this.#isLeaving = true;
    this.#wasEnded = false;
    try {
      return await ask();
    } finally {
      this.#isLeaving = false;
    }
  }

  /** True when there is a valid access token afterwards. Calls at the same time share one request. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<boolean> {
    const answer = await this.#post('auth/refresh', {});
    if (answer.ok) {
      const user = await this.#readUser(textOf(answer.body['accessToken']));
      if (user) {
        this.#take(answer.body, user);
        return true;
      }
    }
    const reason = answer.ok ? 'disconnected' : answer.refused.reason;
    if (reason === 'auth_failed' || reason === 'auth_required' || reason === 'auth_expired') this.#end();
    else this.#refreshIn(RETRY_MS);
    return false;
  }

  async #enter(path: string, input: object, entered?: () => void): Promise<Signed> {
    const answer = await this.#post(path, input);
    if (!answer.ok) return answer;
    const user = userOf(answer.body['user']);
    if (!user) return { ok: false, refused: UNREACHABLE };
    entered?.();
    this.#take(answer.body, user);
    return { ok: true };
  }

  #take(body: Params, user: User): void {
    const { clock, values, renewed } = this.#options;
    const lastsMs = numberOf(body['expiresIn']) * 1_000;
    this.#token = { text: textOf(body['accessToken']), expiresMs: clock.now() + lastsMs };
    this.#account.value = { name: 'signedIn', user };
    try {
      values.setItem(SIGNED_IN_KEY, user.id);
    } catch {
      // Without room for it, the next load of the page begins as a guest.
    }
    this.#refreshIn(lastsMs * REFRESH_PART);
    renewed(this.#token.text);
  }

  #end(): void {
    this.#cancelRefresh?.();
    this.#token = undefined;
    this.#options.values.removeItem(SIGNED_IN_KEY);
    this.#account.value = { name: 'guest' };
  }

  #refreshIn(delayMs: number): void {
    this.#cancelRefresh?.();
    this.#cancelRefresh = this.#options.clock.after(delayMs, () => void this.refresh());
  }

  async #readUser(accessToken: string): Promise<User | undefined> {
    const answer = await this.#request('users/me', { headers: { authorization: `Bearer ${accessToken}` } });
    return answer.ok ? userOf(answer.body) : undefined;
  }

  #post(path: string, body: object) {
    const headers = { 'content-type': 'application/json' };
    return this.#request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #request(
    path: string,
    init: {
      readonly method?: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    },
  ): Promise<Answer> {
    try {
      const response = await this.#options.fetch(new URL(path, this.#options.root), {
        ...init,
        headers: { ...init.headers, 'accept-language': this.#options.locale() },
        credentials: 'same-origin',
      });
      const body: unknown = response.status === 204 ? {} : await response.json();
      if (response.ok) return { ok: true, body: isRecord(body) ? body : {} };
      return { ok: false, refused: refusalOf(body, response.headers.get('retry-after')) };
    } catch {
      return { ok: false, refused: UNREACHABLE };
    }
  }
}

const UNREACHABLE: Refused = { reason: 'disconnected', message: '', retryAfterMs: 0 };

function userOf(value: unknown): User | undefined {
  if (!isRecord(value) || textOf(value['id']) === '') return undefined;
  const { id, email, name, role } = value;
  return { id: textOf(id), email: textOf(email), name: textOf(name), isAdmin: role === 'admin' };
}

function refusalOf(body: unknown, retryAfter: string | null): Refused {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const { code, message } = error;
  const retryAfterMs = (Number(retryAfter) || 0) * 1_000;
  return { reason: textOf(code) || 'internal', message: textOf(message), retryAfterMs };
}
