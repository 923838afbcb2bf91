/**
 * What delivers to one client: its name, its language, its numbering and replay, its in-flight answers. On
 * the JSON-RPC face a session can outlive its connection (`session.hello`); on the text face it ends with it.
 * Identity and conversations are kept elsewhere; the session only refers to them.
 */
import { HiloError } from '../../shared/errors.ts';
import type { TemporaryConversation } from '../conversations/conversation-directory.ts';
import type { SignOutReason } from '../identity/live-sessions.ts';
import type { Credentials } from '../identity/principal.ts';
import type { Abortable, RequestId, SessionPort } from '../operations/call.ts';
import type { Locale } from '../../shared/locale.ts';
import type { JsonChannel } from './json-channel.ts';

export interface SessionOptions {
  /** Never used by another session, nor in an earlier run of the server. */
  readonly number: number;
  readonly locale: Locale;
  /** Called with the first request. */
  readonly newCredentials: () => Credentials;
}

const NOTHING: readonly string[] = [];

export class Session implements SessionPort {
  /** `Usuario-N` */
  readonly name: string;
  /** What the client says it is; empty when it has not said it. */
  client = '';
  locale: Locale;
  /** What a person types arrives here, although it comes on the JSON-RPC face. */
  saysTyped = false;
  /** Ids of the conversations that were listed last. */
  shown: readonly string[] = NOTHING;
  /** The same of folders. */
  shownFolders: readonly string[] = NOTHING;
  /** The client's id of its device; undefined when it has named none. */
  device: string | undefined;
  /** The route that was chosen; the default one when undefined. */
  route: string | undefined;
  /** Whose money its messages use; undefined: as its user has chosen. */
  wallet: string | undefined;
  /** Only on the JSON-RPC face. */
  channel: JsonChannel | undefined;
  readonly #number: number;
  #conversation: string | undefined;
  #inherited: { readonly user: string; readonly conversation: string } | undefined;
  /** How often it was chosen, or asked for. */
  #choices = 0;
  #temporary: TemporaryConversation | undefined;
  readonly #newCredentials: () => Credentials;
  /** Gives this session its traces. */
  #carrier: Session | undefined;
  #credentials: Credentials | undefined;
  /** Numbers traces; refused messages get a number too. */
  #traces = 0;
  #messages = 0;
  #running: Map<RequestId | symbol, Abortable> | undefined;
  #endings: (() => void)[] | undefined;
  #hasEnded = false;
  /** How the text face tells a person what a program gets as a notification. */
  onNotice: ((name: string, params: Readonly<Record<string, unknown>>) => void) | undefined;
  /** On the text face: undefined when a notice may come at once. */
  whenQuiet: (() => Promise<void> | undefined) | undefined;

  constructor({ number, locale, newCredentials }: SessionOptions) {
    this.#number = number;
    this.name = `Usuario-${number}`;
    this.locale = locale;
    this.#newCredentials = newCredentials;
  }

  /** For one request of somebody else that comes over this session's connection. [G-8] */
  carry(locale: Locale, newCredentials: () => Credentials): Session {
    const carried = new Session({ number: this.#number, locale, newCredentials });
    carried.#carrier = this;
    return carried;
  }

  get credentials(): Credentials {
    return (this.#credentials ??= this.#newCredentials());
  }

  set credentials(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The conversation in which the next message is said; undefined: a new one. */
  get conversation(): string | undefined {
    return this.#conversation;
  }

  /**
   * For a choice that is made later than it was asked for: whatever was chosen or asked for since then counts
   * instead.
   */
  choose(): (id: string | undefined) => void {
    this.#choices += 1;
    const own = this.#choices;
    return (id) => {
      if (own === this.#choices) this.conversation = id;
    };
  }

  /** A temporary conversation ends when it is left. */
  set conversation(id: string | undefined) {
    this.#choices += 1;
    if (id !== this.#temporary?.conversation.id) this.temporary = undefined;
    this.#conversation = id;
  }

  get temporary(): TemporaryConversation | undefined {
    return this.#temporary;
  }

  set temporary(temporary: TemporaryConversation | undefined) {
    this.#temporary?.end();
    this.#temporary = temporary;
    if (temporary) this.#conversation = temporary.conversation.id;
  }

  get isTyped(): boolean {
    return this.isText || this.saysTyped;
  }

  get isText(): boolean {
    return this.onNotice !== undefined;
  }

  /** Messages that were accepted, whatever their outcome. */
  get messages(): number {
    return this.#messages;
  }

  /** What is kept for a client that is away. */
  get keptBytes(): number {
    return this.channel?.unacknowledgedBytes ?? 0;
  }

  get running(): ReadonlyMap<RequestId | symbol, Abortable> {
    return this.#running ?? NOTHING_RUNS;
  }

  /** `Usuario-N:mM`, a new one for each message. [J-11] */
  nextTrace(): string {
    if (this.#carrier) return this.#carrier.nextTrace();
    this.#traces += 1;
    return `${this.name}:m${this.#traces}`;
  }

  taken(): void {
    this.#messages += 1;
  }

  begin(id: RequestId | symbol, run: Abortable): void {
    (this.#running ??= new Map()).set(id, run);
  }

  finish(id: RequestId | symbol): void {
    this.#running?.delete(id);
  }

  /** A notification tells other clients of the reason; a request of the gateway has only its answer. */
  abortAll(reason?: HiloError): void {
    for (const run of this.running.values()) run.abort(this.#carrier ? reason : undefined);
  }

  /** Its client learns something that belongs to no request. */
  tell(name: string, params: Readonly<Record<string, unknown>>): void {
    if (this.channel) this.channel.notify(name, params);
    else this.onNotice?.(name, params);
  }

  ready(): Promise<void> | undefined {
    return this.channel ? this.channel.ready() : this.whenQuiet?.();
  }

  /** It acts for no user any more, and what it has sent as one is not sent again. */
  signedOut(reason: SignOutReason): void {
    this.leaveLogin();
    this.abortAll(new HiloError('auth_ended'));
    this.channel?.forgetSent();
    this.tell('session.signedOut', { reason });
  }

  /**
   * Whoever comes next at the same screen is a guest that nobody knows: the guest from before the login may
   * have said things that are none of their business.
   */
  leaveLogin(): void {
    // Nobody comes next in a request of the gateway, which ends with its answer.
    const { guest } = this.#carrier ? this.credentials : this.#newCredentials();
    this.credentials = { guest, isOperator: false };
    this.conversation = undefined;
    this.route = undefined;
    this.wallet = undefined;
    this.shown = NOTHING;
    this.shownFolders = NOTHING;
  }

  /** The guest has become that user, who goes on in the same conversation. */
  inherit(user: string, conversation: string): void {
    this.#inherited = { user, conversation };
  }

  /** Nobody goes on in the conversation of somebody else. */
  goOnAs(user: string): void {
    const inherited = this.#inherited;
    this.#inherited = undefined;
    this.conversation = inherited?.user === user ? inherited.conversation : undefined;
  }

  loseGuest(isTold: boolean): void {
    const { isOperator, login } = this.credentials;
    this.credentials = { ...this.#newCredentials(), isOperator, login };
    if (login) return;
    this.conversation = undefined;
    this.abortAll();
    this.channel?.forgetSent();
    if (isTold) this.tell('session.signedOut', { reason: 'registered' });
  }

  get ownsGuest(): boolean {
    return this.#carrier === undefined;
  }

  onEnd(run: () => void): void {
    if (this.#hasEnded) run();
    else (this.#endings ??= []).push(run);
  }

  /** Nobody can use it any more. */
  end(): void {
    this.#hasEnded = true;
    this.abortAll();
    this.temporary = undefined;
    for (const run of this.#endings?.splice(0) ?? []) run();
  }
}

const NOTHING_RUNS: ReadonlyMap<RequestId | symbol, Abortable> = new Map();
