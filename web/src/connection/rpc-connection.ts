/**
 * The page's side of a resumable session: one WebSocket at a time, one JSON-RPC object a message.
 *
 *            start            open             hello/resume answered
 *    idle ─────────► connecting ───► greeting ─────────────────────► ready
 *                        ▲  │            │                             │
 *           due, or      │  └────────────┴──────────────┬──────────────┘ closed
 *           connectNow   │                              ▼
 *                        └─────────────────────────── waiting
 *
 *    any ──► ended: the session goes on elsewhere (superseded); only startAnew leads out, so that two windows
 *            never take a session from each other in turns.
 *
 * Sequenced messages are handed on in order, each once. They are acknowledged only after `persist` has
 * returned: what the server may forget is what the page has kept.
 */
import { BACKOFF, reconnectDelayMs } from './backoff.ts';
import {
  asCloseReason,
  CONNECTION_LIMITS,
  closeReasonOf,
  requestIds,
  type CloseReason,
  type ConnectionEvents,
  type ConnectionOptions,
  type ConnectionState,
  type Resumption,
  type Socket,
} from './rpc-contract.ts';
import {
  DISCONNECTED,
  parseMessage,
  type Outcome,
  type Params,
  type RequestId,
  type RpcFailure,
  type RpcMessage,
} from './rpc-message.ts';

const NEXT: Readonly<Record<ConnectionState['name'], readonly ConnectionState['name'][]>> = {
  idle: ['connecting'],
  connecting: ['greeting', 'waiting', 'ended'],
  greeting: ['ready', 'waiting', 'ended'],
  ready: ['ready', 'waiting', 'ended'],
  waiting: ['connecting'],
  ended: ['connecting'],
};

export class RpcConnection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  #state: ConnectionState = { name: 'idle' };
  #resumption: Resumption | undefined;
  #socket: Socket | undefined;
  #attempt = 0;
  #closing: { reason: CloseReason; retryAfterMs?: number } | undefined;
  #drainDelayMs: number | undefined;
  #greeting: { id: string; kind: 'hello' | 'resume'; lostEpoch?: string; gap?: boolean } | undefined;
  #missing: { left: number; running: readonly RequestId[] } | undefined;
  #acknowledgedSeq = 0;
  #unacknowledgedCharacters = 0;
  #heardMs = 0;
  #visible = true;
  readonly #calls = new Map<RequestId, (outcome: Outcome) => void>();
  /** One for each purpose; setting one cancels the one before. */
  readonly #timers = new Map<string, () => void>();

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#resumption = options.resumption;
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

  /** Leaves a session that goes on elsewhere and begins another. */
  startAnew(): void {
    if (this.#state.name !== 'ended') return;
    this.#resumption = undefined;
    this.#attempt = 0;
    this.#connect();
  }

  /** Gives the session up, for one that knows nothing of what was said. */
  forget(): void {
    this.#resumption = undefined;
    if (this.#state.name === 'greeting' || this.#state.name === 'ready') this.#giveUp('ended');
  }

  /**
   * A hidden page asks nothing of the network; one that comes back finds out at once whether the line is
   * alive.
   */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (!visible) return;
    if (this.#state.name === 'waiting' && !this.#state.asked) this.#connect();
    if (this.#state.name === 'ready') this.#probe();
  }

  /**
   * Sends a request whose answer comes through `response`, if need be after a reload. False: not connected.
   */
  post(id: RequestId, method: string, params: Params): boolean {
    if (this.#state.name !== 'ready') return false;
    this.#send({ jsonrpc: '2.0', id, method, params });
    return true;
  }

  /** Sends a request that is not worth keeping: it fails with `disconnected` when the line is cut. */
  call(method: string, params: Params): Promise<Outcome> {
    const id = this.#options.newId();
    return new Promise((resolve) => {
      if (!this.post(id, method, params)) resolve({ ok: false, failure: DISCONNECTED });
      else this.#calls.set(id, resolve);
    });
  }

  #connect(): void {
    this.#cancelTimers();
    this.#closing = undefined;
    this.#drainDelayMs = undefined;
    this.#missing = undefined;
    this.#transition({ name: 'connecting', attempt: this.#attempt });
    // Events of a socket that was given up on must not reach the one after it.
    let socket: Socket | undefined;
    const current = (run: () => void) => {
      if (socket !== undefined && this.#socket === socket) run();
    };
    socket = this.#options.openSocket({
      opened: () => current(() => this.#greet()),
      received: (line) => current(() => this.#receive(line)),
      closed: (code, reason) => current(() => this.#closed(closeReasonOf(code, reason))),
    });
    this.#socket = socket;
    this.#after('greet', CONNECTION_LIMITS.greetMs, () => this.#giveUp('unresponsive'));
  }

  #greet(): void {
    this.#transition({ name: 'greeting', attempt: this.#attempt });
    const known = this.#resumption;
    if (!known) return this.#hello({});
    const id = this.#options.newId();
    this.#greeting = { id, kind: 'resume' };
    const params = { resumeToken: known.token, epoch: known.epoch, lastSeq: known.lastSeq };
    this.#send({ jsonrpc: '2.0', id, method: 'session.resume', params });
  }

  #hello(lost: { lostEpoch?: string; gap?: boolean }): void {
    const id = this.#options.newId();
    this.#greeting = { id, kind: 'hello', ...lost };
    const params = { ...this.#options.client, locale: this.#options.locale() };
    this.#send({ jsonrpc: '2.0', id, method: 'session.hello', params });
  }

  #receive(line: string): void {
    this.#heardMs = this.#options.clock.monotonic();
    const message = parseMessage(line);
    if (!message || message.type === 'stray') return;
    if (message.type === 'closing') return this.#announceClose(message.failure);
    if (message.type === 'response' && message.id === this.#greeting?.id)
      return this.#greeted(message.outcome);
    if (this.#state.name !== 'ready') return;
    if (message.seq === undefined) return this.#handOn(message);
    const known = this.#resumption;
    if (!known || message.seq <= known.lastSeq) return;
    // A hole cannot happen on one connection; should it, resuming fetches what is missing.
    if (message.seq > known.lastSeq + 1) return this.#giveUp('gap');
    this.#handOn(message);
    this.#resumption = { ...known, lastSeq: message.seq };
    this.#countMissing();
    this.#acknowledgeLater(line.length);
  }

  #handOn(message: Extract<RpcMessage, { type: 'notification' | 'response' }>): void {
    if (message.type === 'notification') {
      if (message.method === 'server.draining') this.#drain(message.params);
      else this.#events.notification(message.method, message.params);
      return;
    }
    const waiting = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (waiting) waiting(message.outcome);
    else this.#events.response(message.id, message.outcome);
  }

  #drain(params: Params): void {
    const delayMs = params['reconnectAfterMs'];
    this.#drainDelayMs = typeof delayMs === 'number' ? delayMs : 0;
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
    const { session, resumeToken, epoch, seq, replayed, running, locale } = outcome.result;
    if (typeof resumeToken !== 'string' || typeof epoch !== 'string' || typeof seq !== 'number') {
      return this.#giveUp('internal');
    }
    const lastSeq = greeting.kind === 'resume' ? (this.#resumption?.lastSeq ?? seq) : seq;
    this.#resumption = { session: String(session), token: resumeToken, epoch, lastSeq };
    this.#acknowledgedSeq = lastSeq;
    this.#unacknowledgedCharacters = 0;
    // The new token must be kept before the next line goes out, which makes the old one void.
    this.#events.persist();
    this.#becomeReady(greeting.kind === 'resume');
    if (greeting.kind === 'resume') {
      this.#missing = { left: Number(replayed), running: requestIds(running) };
      this.#events.sessionResumed();
      this.#countMissing(0);
      // The language may have been changed while there was no line to tell it on.
      if (locale !== this.#options.locale())
        void this.call('session.locale', { locale: this.#options.locale() });
    } else if (greeting.lostEpoch === undefined) this.#events.sessionStarted(undefined);
    else if (greeting.lostEpoch !== epoch) this.#events.sessionStarted('restarted');
    else this.#events.sessionStarted(greeting.gap ? 'gap' : 'expired');
  }

  #notResumed({ reason }: RpcFailure): void {
    const lostEpoch = this.#resumption?.epoch ?? '';
    if (reason !== 'unknown_session' && reason !== 'gap' && reason !== 'ack_ahead')
      return this.#giveUp(asCloseReason(reason));
    this.#hello({ lostEpoch, gap: reason === 'gap' });
  }

  #refused({ reason, retryAfterMs }: RpcFailure): void {
    this.#closing ??= { reason: asCloseReason(reason), ...(retryAfterMs ? { retryAfterMs } : {}) };
    this.#giveUp(asCloseReason(reason));
  }

  #becomeReady(resumed: boolean): void {
    this.#cancelTimers();
    this.#heardMs = this.#options.clock.monotonic();
    this.#transition({ name: 'ready', resumed, draining: false });
    this.#after('stable', BACKOFF.stableMs, () => {
      this.#attempt = 0;
    });
    this.#watchSilence();
  }

  #countMissing(by = 1): void {
    if (!this.#missing) return;
    this.#missing.left -= by;
    if (this.#missing.left > 0) return;
    const { running } = this.#missing;
    this.#missing = undefined;
    this.#events.caughtUp(running);
  }

  #acknowledgeLater(characters: number): void {
    this.#unacknowledgedCharacters += characters;
    if (this.#unacknowledgedCharacters >= CONNECTION_LIMITS.acknowledgeCharacters) this.#acknowledge();
    else if (!this.#timers.has('acknowledge'))
      this.#after('acknowledge', CONNECTION_LIMITS.acknowledgeMs, () => this.#acknowledge());
  }

  #acknowledge(): void {
    this.#cancelTimer('acknowledge');
    const seq = this.#resumption?.lastSeq ?? 0;
    if (this.#state.name !== 'ready' || seq <= this.#acknowledgedSeq) return;
    this.#events.persist();
    this.#acknowledgedSeq = seq;
    this.#unacknowledgedCharacters = 0;
    this.#send({ jsonrpc: '2.0', method: 'session.ack', params: { seq } });
  }

  #watchSilence(): void {
    this.#after('silence', CONNECTION_LIMITS.silenceMs, () => {
      const silentMs = this.#options.clock.monotonic() - this.#heardMs;
      if (this.#visible && silentMs >= CONNECTION_LIMITS.silenceMs) this.#probe();
      this.#watchSilence();
    });
  }

  #probe(): void {
    if (this.#timers.has('probe')) return;
    const askedMs = this.#options.clock.monotonic();
    void this.call('server.ping', {});
    this.#after('probe', CONNECTION_LIMITS.probeMs, () => {
      if (this.#heardMs < askedMs) this.#giveUp('unresponsive');
    });
  }

  #announceClose({ reason, retryAfterMs }: RpcFailure): void {
    this.#closing = {
      reason: asCloseReason(reason),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  /** Ends the connection from this side. */
  #giveUp(reason: CloseReason): void {
    const socket = this.#socket;
    this.#closed(reason);
    socket?.close();
  }

  #closed(reason: CloseReason): void {
    this.#socket = undefined;
    this.#greeting = undefined;
    this.#cancelTimers();
    const why = this.#closing?.reason ?? (this.#drainDelayMs === undefined ? reason : 'draining');
    const askedMs = this.#closing?.retryAfterMs ?? this.#drainDelayMs;
    if (why === 'superseded') this.#transition({ name: 'ended', reason: why });
    else this.#wait(why, askedMs);
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const resolve of calls) resolve({ ok: false, failure: DISCONNECTED });
  }

  #wait(reason: CloseReason, askedMs: number | undefined): void {
    const attempt = this.#attempt;
    this.#attempt += 1;
    const delayMs = reconnectDelayMs(attempt, askedMs, this.#options.random);
    const dueMs = this.#options.clock.monotonic() + delayMs;
    this.#transition({ name: 'waiting', attempt, reason, dueMs, delayMs, asked: askedMs !== undefined });
    this.#after('reconnect', delayMs, () => this.#connect());
  }

  #send(message: Params): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #transition(next: ConnectionState): void {
    if (!NEXT[this.#state.name].includes(next.name)) {
      throw new Error(`The connection cannot go from ${this.#state.name} to ${next.name}`);
    }
    this.#state = next;
    this.#events.stateChanged(next);
  }

  #after(name: string, delayMs: number, run: () => void): void {
    this.#cancelTimer(name);
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(name);
      run();
    });
    this.#timers.set(name, cancel);
  }

  #cancelTimer(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
