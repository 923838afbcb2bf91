/** The page's one connection, which all of its parts share. The chat is the part that its session is for. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { GivenInput } from '../../../shared/client/client.ts';
import { DISCONNECTED, type Outcome, type Params, type RequestId } from '../../../shared/client/message.ts';
import type {
  ConnectionEvents,
  ConnectionState,
  SessionStart,
} from '../../../shared/client/session-contract.ts';
import type { RequestListener } from '../../../shared/client/requests.ts';
import type { ResumableSession } from '../../../shared/client/resumable-session.ts';
import type { OperationName } from '../../../shared/operations/index.ts';

/** What a part of the page may want to know. */
export interface LineListener {
  /** A session began: nothing that an earlier one subscribed to goes on. */
  sessionStarted?(start: SessionStart): void;
  /** The session goes on, after everything that was missed. */
  sessionResumed?(): void;
  notification?(method: string, params: Params): void;
}

/** A part of the page that asks the server. */
export interface Asking {
  /** Fails with `disconnected` when there is no connection, or it is cut before the answer. */
  ask<Name extends OperationName>(method: Name, params: GivenInput<Name>): Promise<Outcome>;
  /** `listener` gets what comes on the way, and the outcome. Returns the id; none without a session. */
  request<Name extends OperationName>(
    method: Name,
    params: GivenInput<Name>,
    listener: RequestListener,
  ): RequestId | undefined;
  /** Returns what ends it. */
  subscribe(listener: LineListener): () => void;
  readonly state: ReadonlySignal<ConnectionState>;
}

export class PageLine implements Asking {
  readonly state: ReadonlySignal<ConnectionState>;
  readonly #state: Signal<ConnectionState> = signal({ name: 'idle' });
  readonly #listeners = new Set<LineListener>();
  readonly #renew: () => Promise<boolean>;
  #session: ResumableSession | undefined;

  /** `renew` gets a new access token and hands it to `authenticate`; false when nobody is signed in. */
  constructor(renew: () => Promise<boolean>) {
    this.state = this.#state;
    this.#renew = renew;
  }

  /** `events` of the chat come first: what it was told must be kept before anything else happens. */
  open(create: (events: ConnectionEvents) => ResumableSession, events: ConnectionEvents): ResumableSession {
    const tell = (run: (listener: LineListener) => void) => {
      for (const listener of this.#listeners) run(listener);
    };
    this.#session = create({
      ...events,
      stateChanged: (state) => {
        events.stateChanged(state);
        this.#state.value = state;
      },
      sessionStarted: (start) => {
        events.sessionStarted(start);
        tell((listener) => listener.sessionStarted?.(start));
      },
      caughtUp: (running) => {
        // The access token may have expired while there was no connection.
        void this.#renew();
        events.caughtUp(running);
        tell((listener) => listener.sessionResumed?.());
      },
      notification: (method, params) => {
        events.notification(method, params);
        tell((listener) => listener.notification?.(method, params));
      },
    });
    return this.#session;
  }

  subscribe(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** An expired access token is renewed, and the question asked again. */
  async ask<Name extends OperationName>(method: Name, params: GivenInput<Name>): Promise<Outcome> {
    const outcome = await this.#call(method, params);
    const isExpired = !outcome.ok && outcome.failure.reason === 'auth_expired';
    return isExpired && (await this.#renew()) ? this.#call(method, params) : outcome;
  }

  request<Name extends OperationName>(
    method: Name,
    params: GivenInput<Name>,
    listener: RequestListener,
  ): RequestId | undefined {
    return this.#session?.request(method, params, listener);
  }

  /** The session acts for the user of this access token from now on. */
  async authenticate(accessToken: string): Promise<void> {
    if (this.#state.peek().name === 'ready') await this.#call('session.authenticate', { key: accessToken });
  }

  async #call<Name extends OperationName>(method: Name, params: GivenInput<Name>): Promise<Outcome> {
    return this.#session?.call(method, params) ?? { ok: false, failure: DISCONNECTED };
  }
}
