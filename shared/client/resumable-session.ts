/**
 * A client's side of a resumable session: one transport at a time, one JSON-RPC object a line.
 *
 *            start            open             hello/resume answered
 *    idle ─────────► connecting ───► greeting ─────────────────────► ready
 *                        ▲  │            │                             │
 *           due, or      │  └────────────┴──────────────┬──────────────┘ closed
 *           connectNow   │                              ▼
 *                        └─────────────────────────── waiting
 *
 *    any ──► ended: the session continues elsewhere (superseded), or `close` was called. Only startAnew
 *            leaves this state, so that two windows never take a session from each other in turns.
 *
 * Numbered messages are handed on in order, each once. They are acknowledged only after `persist` has
 * returned: the server may forget a message only when the client has kept it.
 */
import type { OperationName } from '../operations/index.ts';
import { Acknowledger } from './acknowledger.ts';
import type { GivenInput } from './client.ts';
import { isUnnumbered, resumptionOf, startOf, type Greeting, type LostSession } from './greeting.ts';
import { Heartbeat } from './heartbeat.ts';
import { BACKOFF } from './backoff.ts';
import {
  DISCONNECTED,
  numberOf,
  parseMessage,
  type Outcome,
  type Params,
  type RequestId,
  type RpcFailure,
  type RpcMessage,
} from './message.ts';
import { Requests, type Channel, type RequestListener, type RequestOptions } from './requests.ts';
import {
  asCloseReason,
  closeReasonOf,
  requestIds,
  mayFollow,
  SESSION_LIMITS,
  type CloseReason,
  type ConnectionEvents,
  type ConnectionState,
  type Resumption,
  type SessionOptions,
} from './session-contract.ts';
import { NamedTimers } from './named-timers.ts';
import type { Transport } from './transport.ts';

type Timer = 'greet' | 'stable' | 'reconnect';
type Numbered = Extract<RpcMessage, { type: 'notification' | 'response' }>;

export class ResumableSession implements Channel {
  readonly #options: SessionOptions;
  readonly #events: ConnectionEvents;
  readonly #requests: Requests;
  readonly #timers: NamedTimers<Timer>;
  readonly #acknowledger: Acknowledger;
  readonly #heartbeat: Heartbeat | undefined;
  #state: ConnectionState = { name: 'idle' };
  #resumption: Resumption | undefined;
  #transport: Transport | undefined;
  #attempt = 0;
  #closing: { reason: CloseReason; retryAfterMs?: number } | undefined;
  #isLeaving = false;
  #drainDelayMs: number | undefined;
  #greeting: Greeting | undefined;
  #missing: { left: number; running: readonly RequestId[] } | undefined;

  constructor(options: SessionOptions, events: ConnectionEvents) {
    const { clock, heartbeat } = options;
    this.#options = options;
    this.#events = events;
    this.#resumption = options.resumption;
    this.#requests = new Requests(clock);
    this.#timers = new NamedTimers(clock);
    this.#acknowledger = new Acknowledger(clock, SESSION_LIMITS, (seq) => {
      events.persist();
      this.#send({ jsonrpc: '2.0', method: 'session.ack', params: { seq } });
    });
    this.#heartbeat =
      heartbeat &&
      new Heartbeat({
        ...heartbeat,
        clock,
        probe: () => void this.call('server.ping', {}),
        dead: () => this.#giveUp('unresponsive'),
      });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get resumption(): Resumption | undefined {
    return this.#resumption;
  }

  start(): void {
    if (this.#state.name === 'idle') this.#connect();
  }

  /** Skips the rest of the wait. Does nothing in other states. */
  connectNow(): void {
    if (this.#state.name === 'waiting') this.#connect();
  }

  /** Leaves a session that continues elsewhere, and begins another. */
  startAnew(): void {
    if (this.#state.name !== 'ended') return;
    this.#resumption = undefined;
    this.#attempt = 0;
    this.#connect();
  }

  /** Gives up the session; the next one knows nothing of what was said. */
  forget(): void {
    this.#resumption = undefined;
    if (this.#state.name === 'greeting' || this.#state.name === 'ready') this.#giveUp('ended');
  }

  /** Closes gracefully: what the server still sends is handed on; then the state is `ended`. */
  close(): void {
    if (this.#state.name === 'ended') return;
    this.#isLeaving = true;
    if (this.#transport) this.#transport.close();
    else this.#closed('ended');
  }

  /** Fails all requests that wait for the session to be resumed. */
  abandon(failure: RpcFailure): void {
    this.#requests.failAll(failure);
  }

  /**
   * While the page is hidden, silence alone does not lead to a probe; a page that becomes visible checks at
   * once whether the line is alive.
   */
  setVisible(visible: boolean): void {
    this.#heartbeat?.setQuiet(!visible);
    if (!visible) return;
    if (this.#state.name === 'waiting' && !this.#state.asked) this.#connect();
    this.#heartbeat?.suspect();
  }

  /** There is a reason to doubt the connection: it is probed at once. */
  suspect(): void {
    this.#heartbeat?.suspect();
  }

  /**
   * Sends a request whose answer comes through `response`, even after a reload. Returns false when there is
   * no connection.
   */
  post<Name extends OperationName>(id: RequestId, method: Name, params: GivenInput<Name>): boolean {
    if (this.#state.name !== 'ready') return false;
    this.#ask(id, method, params);
    return true;
  }

  /** Sends a request that is not worth keeping: it fails with `disconnected` when the line is cut. */
  call<Name extends OperationName>(method: Name, params: GivenInput<Name>): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.request(method, params, { event: () => {}, repeated: () => {}, settled: resolve });
    return promise;
  }

  request(method: string, params: Params, listener: RequestListener, options?: RequestOptions): RequestId {
    const id = this.#options.newId();
    if (this.#state.name === 'ready') {
      this.#requests.add(id, method, params, listener, options);
      this.#ask(id, method, params);
    } else {
      queueMicrotask(() => listener.settled({ ok: false, failure: DISCONNECTED }));
    }
    return id;
  }

  #connect(): void {
    this.#timers.cancelAll();
    this.#closing = undefined;
    this.#isLeaving = false;
    this.#drainDelayMs = undefined;
    this.#missing = undefined;
    this.#transition({ name: 'connecting', attempt: this.#attempt });
    // Events of a transport that was abandoned must not reach the next one.
    let transport: Transport | undefined;
    const current = (run: () => void) => {
      if (transport !== undefined && this.#transport === transport) run();
    };
    transport = this.#options.open({
      opened: () => current(() => this.#greet()),
      line: (line) => current(() => this.#receive(line)),
      closed: (end) => current(() => this.#closed(closeReasonOf(end))),
    });
    this.#transport = transport;
    this.#timers.after('greet', this.#options.greetMs ?? SESSION_LIMITS.greetMs, () =>
      this.#giveUp('unresponsive'),
    );
  }

  #greet(): void {
    this.#transition({ name: 'greeting', attempt: this.#attempt });
    const known = this.#resumption;
    if (!known) return this.#hello();
    const id = this.#options.newId();
    this.#greeting = { id, kind: 'resume' };
    const params = { resumeToken: known.token, epoch: known.epoch, lastSeq: known.lastSeq };
    this.#send({ jsonrpc: '2.0', id, method: 'session.resume', params });
  }

  #hello(lost?: LostSession): void {
    const { newId, client, locale, guest } = this.#options;
    const id = newId();
    this.#greeting = { id, kind: 'hello', ...(lost ? { lost } : {}) };
    const params = { ...client, locale: locale(), ...guest() };
    this.#send({ jsonrpc: '2.0', id, method: 'session.hello', params });
  }

  #receive(line: string): void {
    this.#heartbeat?.heard();
    const message = parseMessage(line);
    if (message?.type === 'stray') return;
    if (message?.type === 'closing') return this.#announceClose(message.failure);
    if (message?.type === 'response' && message.id === this.#greeting?.id)
      return this.#greeted(message.outcome);
    // A client that was silent for a moment was greeted like a person; a blank line only probes the client.
    if (this.#state.name !== 'ready') return;
    if (message) this.#accept(message, line);
    else if (line !== '') this.#events.fault?.('not_a_message', line);
  }

  #accept(message: Numbered, line: string): void {
    if (message.seq === undefined) {
      if (!isUnnumbered(message)) this.#events.fault?.('unnumbered', line);
      return this.#handOn(message);
    }
    const known = this.#resumption;
    if (!known) return;
    if (message.seq <= known.lastSeq) return this.#events.fault?.('duplicate', line);
    if (message.seq > known.lastSeq + 1) {
      // A gap cannot happen on one connection; if it does, resuming fetches what is missing.
      this.#events.fault?.('gap', line);
      return this.#giveUp('gap');
    }
    this.#handOn(message);
    // The owner may have given up the session in the meantime.
    if (this.#resumption !== known) return;
    this.#resumption = { ...known, lastSeq: message.seq };
    this.#countMissing();
    this.#acknowledger.received(message.seq, line.length);
  }

  #handOn(message: Numbered): void {
    if (message.type === 'response') {
      if (!this.#requests.settle(message.id, message.outcome))
        this.#events.response(message.id, message.outcome);
      return;
    }
    if (message.method === 'server.draining') this.#drain(message.params);
    else if (!this.#requests.notify(message.method, message.params))
      this.#events.notification(message.method, message.params);
  }

  #drain(params: Params): void {
    this.#drainDelayMs = numberOf(params['reconnectAfterMs']);
    if (this.#state.name === 'ready') this.#transition({ ...this.#state, draining: true });
  }

  #greeted(outcome: Outcome): void {
    const greeting = this.#greeting;
    this.#greeting = undefined;
    if (!greeting) return;
    if (!outcome.ok) {
      if (greeting.kind === 'hello') return this.#refused(outcome.failure);
      return this.#notResumed(outcome.failure);
    }
    const resumption = resumptionOf(
      outcome.result,
      greeting.kind === 'resume' ? this.#resumption?.lastSeq : undefined,
    );
    if (!resumption) return this.#giveUp('internal');
    this.#resumption = resumption;
    this.#acknowledger.start(resumption.lastSeq);
    // The new token must be kept before the next line is sent, because that line makes the old token invalid.
    this.#events.persist();
    this.#becomeReady(greeting.kind === 'resume');
    if (greeting.kind === 'resume') this.#resumed(outcome.result, resumption.lastSeq);
    else this.#events.sessionStarted(startOf(outcome.result, greeting.lost));
  }

  #resumed({ seq, replayed, running, locale }: Params, lastSeq: number): void {
    const left = numberOf(replayed);
    if (numberOf(seq) - lastSeq !== left)
      this.#events.fault?.('miscounted', JSON.stringify({ seq, replayed }));
    this.#missing = { left, running: requestIds(running) };
    this.#events.sessionResumed();
    this.#countMissing(0);
    // The language may have changed while there was no connection to report it on.
    const wanted = this.#options.locale();
    if (locale !== wanted) void this.call('session.locale', { locale: wanted });
  }

  #notResumed(failure: RpcFailure): void {
    const { reason } = failure;
    if (reason !== 'unknown_session' && reason !== 'gap' && reason !== 'ack_ahead')
      return this.#giveUp(asCloseReason(reason));
    this.#requests.failAll(failure);
    this.#hello({ epoch: this.#resumption?.epoch ?? '', reason });
  }

  #refused(failure: RpcFailure): void {
    if (!this.#closing) this.#announceClose(failure);
    this.#giveUp(asCloseReason(failure.reason));
  }

  #becomeReady(resumed: boolean): void {
    this.#timers.cancelAll();
    this.#transition({ name: 'ready', resumed, draining: false });
    this.#timers.after('stable', BACKOFF.stableMs, () => {
      this.#attempt = 0;
    });
    this.#heartbeat?.start();
  }

  #countMissing(by = 1): void {
    if (!this.#missing) return;
    this.#missing.left -= by;
    if (this.#missing.left > 0) return;
    const { running } = this.#missing;
    this.#missing = undefined;
    this.#requests.repeatLost(running, (id, method, params) => this.#ask(id, method, params));
    this.#events.caughtUp(running);
  }

  #announceClose({ reason, retryAfterMs }: RpcFailure): void {
    this.#closing = {
      reason: asCloseReason(reason),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  /** Ends the connection from the client's side. */
  #giveUp(reason: CloseReason): void {
    const transport = this.#transport;
    this.#closed(reason);
    transport?.close();
  }

  #closed(reason: CloseReason): void {
    this.#transport = undefined;
    this.#greeting = undefined;
    this.#timers.cancelAll();
    this.#acknowledger.stop();
    this.#heartbeat?.stop();
    const why = this.#closing?.reason ?? (this.#drainDelayMs === undefined ? reason : 'draining');
    const askedMs = this.#closing?.retryAfterMs ?? this.#drainDelayMs;
    if (why === 'superseded' || this.#isLeaving) this.#transition({ name: 'ended', reason: why });
    else this.#wait(why, askedMs);
    this.#requests.cut();
  }

  #wait(reason: CloseReason, askedMs: number | undefined): void {
    const attempt = this.#attempt;
    this.#attempt += 1;
    const delayMs = this.#options.reconnectDelayMs(attempt, askedMs);
    const dueMs = this.#options.clock.monotonic() + delayMs;
    this.#transition({ name: 'waiting', attempt, reason, dueMs, delayMs, asked: askedMs !== undefined });
    if (Number.isFinite(delayMs)) this.#timers.after('reconnect', delayMs, () => this.#connect());
  }

  #ask(id: RequestId, method: string, params: Params): void {
    this.#send({ jsonrpc: '2.0', id, method, params });
    this.#heartbeat?.asked();
  }

  #send(message: Params): void {
    this.#transport?.send(JSON.stringify(message));
  }

  #transition(next: ConnectionState): void {
    if (!mayFollow(this.#state, next)) {
      throw new Error(`The connection cannot go from ${this.#state.name} to ${next.name}`);
    }
    this.#state = next;
    this.#events.stateChanged(next);
  }
}
