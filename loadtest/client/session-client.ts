/**
 * A client of a resumable session that checks everything. The session reports each message that is missing,
 * repeated or unnumbered; here each response must answer a pending request, and an answer's text must be its
 * deltas joined. What breaks this goes to `hooks.violation`; what the server says openly (an error, a close
 * with a reason) rejects the request with the error's key.
 */
import { WebSocket } from 'ws';
import { Client, ClientError as CallError } from '../../shared/client/client.ts';
import { isKnownError } from '../../shared/errors.ts';
import { DISCONNECTED, type RpcFailure } from '../../shared/client/message.ts';
import { ResumableSession } from '../../shared/client/resumable-session.ts';
import type { ConnectionEvents, ConnectionState, Loss } from '../../shared/client/session-contract.ts';
import { openTcp } from '../../shared/client/tcp-transport.ts';
import type { PausableTransport, TransportEnd, TransportEvents } from '../../shared/client/transport.ts';
import { overWebSocket } from '../../shared/client/web-socket-transport.ts';
import { systemClock } from '../../shared/clock.ts';
import { ClientError, type Answer, type ChatClient, type ClientHooks, type Target } from './chat-client.ts';

export type OpenPausable = (events: TransportEvents) => PausableTransport;

export function jsonRpcClient(target: Target, hooks: ClientHooks): SessionClient {
  return new SessionClient((events) => openTcp(target, events), target.connectTimeoutMs, hooks);
}

/** Through the gateway. */
export function websocketClient(target: Target, hooks: ClientHooks): SessionClient {
  const { host, port, localAddress, connectTimeoutMs } = target;
  const options = { perMessageDeflate: false, ...(localAddress ? { localAddress } : {}) };
  const open: OpenPausable = (events) => {
    const socket = new WebSocket(`ws://${host}:${port}/ws`, options);
    const resume = () => socket.resume();
    return { ...overWebSocket(socket, events), pause: () => socket.pause(), resume };
  };
  return new SessionClient(open, connectTimeoutMs, hooks);
}

export class SessionClient implements ChatClient {
  readonly #hooks: ClientHooks;
  readonly #session: ResumableSession;
  readonly #client: Client;
  #transport: PausableTransport | undefined;
  /** How the last connection ended, for what the session does not say. */
  #end: TransportEnd = {};
  #nextId = 1;
  #nextMessage = 1;
  #closed = Promise.withResolvers<string>();
  /** Settles when a session has begun or was taken up. */
  #ready = Promise.withResolvers<void>();
  /** Settles when the connection is gone. */
  #gone = Promise.withResolvers<void>();
  #isCut = false;
  #comesBack = false;

  constructor(open: OpenPausable, greetMs: number, hooks: ClientHooks) {
    this.#hooks = hooks;
    this.#session = new ResumableSession(
      {
        open: (events) => {
          this.#transport = open({ ...events, closed: (end) => this.#ended(end, events) });
          return this.#transport;
        },
        clock: systemClock,
        reconnectDelayMs: () => Infinity,
        client: { client: 'loadtest', version: '1' },
        locale: () => 'en',
        guest: () => ({}),
        newId: () => this.#nextId++,
        resumption: undefined,
        greetMs,
      },
      this.#events(),
    );
    this.#client = new Client(this.#session);
  }

  get session(): string {
    return this.#session.resumption?.session ?? '';
  }

  get connected(): boolean {
    return this.#session.state.name === 'ready';
  }

  get closed(): Promise<string> {
    return this.#closed.promise;
  }

  open(): Promise<void> {
    this.#session.start();
    return this.#ready.promise;
  }

  async chat(text: string): Promise<Answer> {
    if (!this.connected) throw new ClientError('not_connected', 'There is no connection');
    const sentMs = performance.now();
    const clientMessageId = `m${this.#nextMessage++}`;
    const call = this.#client.call('chat.send', { text, clientMessageId }, { survives: true });
    let firstMs: number | undefined;
    let joined = '';
    let isRepeated = false;
    try {
      for await (const event of call) {
        if (event.name === 'repeated') {
          joined = '';
          isRepeated = true;
        } else if (event.name === 'chat.delta') {
          firstMs ??= performance.now();
          joined += event.params.text;
        }
      }
      const { text: answer, trace } = await call;
      const endMs = performance.now();
      // A message sent again after a cut may be answered from memory, without its deltas.
      if (joined !== answer && !(isRepeated && joined === '')) {
        this.#violation(`the deltas are not the answer: "${clip(joined)}" against "${clip(answer)}"`);
      }
      return { text: answer, trace, firstTokenMs: (firstMs ?? endMs) - sentMs, answerMs: endMs - sentMs };
    } catch (error) {
      throw this.#told(error);
    }
  }

  async ping(): Promise<void> {
    if (!this.connected) throw new ClientError('not_connected', 'There is no connection');
    try {
      await this.#client.call('server.ping', {});
    } catch (error) {
      throw this.#told(error);
    }
  }

  pause(): void {
    this.#transport?.pause();
  }

  /** Reads on after `pause`. */
  unpause(): void {
    this.#transport?.resume();
  }

  /** When the server ends the connection, what is pending waits for `resume` too. */
  comeBack(): void {
    this.#comesBack = true;
  }

  /** Cuts the connection off without a word; what is pending waits for `resume`. */
  cut(): void {
    this.#isCut = true;
    this.#transport?.abort();
  }

  /** Comes back after `cut`. Throws `ClientError`; the session's pending requests then fail with it. */
  async resume(): Promise<void> {
    await this.#gone.promise;
    this.#closed = Promise.withResolvers<string>();
    this.#gone = Promise.withResolvers<void>();
    this.#ready = Promise.withResolvers<void>();
    this.#isCut = false;
    if (this.#session.state.name === 'ended') this.#left('superseded');
    this.#session.connectNow();
    await this.#ready.promise;
  }

  close(): void {
    this.#session.close();
  }

  #events(): ConnectionEvents {
    return {
      stateChanged: (state) => this.#changed(state),
      sessionStarted: ({ loss }) => this.#started(loss),
      sessionResumed: () => this.#ready.resolve(),
      caughtUp: () => undefined,
      notification: (method) => this.#violation(`${method} for a request that is not pending`),
      response: (id) => this.#violation(`an answer to nothing asked: ${id}`),
      persist: () => undefined,
      fault: (fault, line) => this.#violation(`${fault}: ${clip(line)}`),
    };
  }

  #ended(end: TransportEnd, events: TransportEvents): void {
    this.#end = end;
    events.closed(end);
  }

  #started(loss: Loss | undefined): void {
    if (loss) this.#ready.reject(new ClientError(loss, 'The session could not be taken up'));
    else this.#ready.resolve();
  }

  #changed(state: ConnectionState): void {
    if (state.name !== 'waiting' && state.name !== 'ended') return;
    // A key that is not in the table of errors does not come from the server.
    this.#left(isKnownError(state.reason) ? state.reason : '');
  }

  #left(said: string): void {
    const message = this.#end.error?.message ?? `The connection ended: ${said || 'no reason'}`;
    const error = new ClientError(said || 'connect_failed', message);
    // There may be no listener.
    this.#ready.promise.catch(() => undefined);
    this.#ready.reject(error);
    this.#gone.resolve();
    if (this.#isCut) return;
    if (!this.#comesBack) this.#session.abandon(failureOf(said));
    this.#closed.resolve(said);
  }

  /** An error of a call in the words of a scenario. */
  #told(error: unknown): unknown {
    if (!(error instanceof CallError)) return error;
    const key = error.key === 'disconnected' ? 'connection_lost' : error.key;
    return new ClientError(key, error.message, error.retryAfterMs);
  }

  #violation(text: string): void {
    this.#hooks.violation(`${this.session}: ${text}`);
  }
}

function failureOf(said: string): RpcFailure {
  return isKnownError(said) ? { ...DISCONNECTED, reason: said } : DISCONNECTED;
}

function clip(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
