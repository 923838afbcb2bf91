/**
 * One TCP connection.
 *
 *   accepted ──► proxying ──┐
 *      └────────────────────┴─► sniffing ──► talking (text or JSON-RPC) ──► ending ──► closed
 *                                   └── not admitted: told so in its own language, then ending
 *
 * Lines are pulled from the splitter one by one while the face is ready and nothing is owed to the command
 * budget; otherwise the unread bytes are the backpressure. [P-8]
 */
import type { Socket } from 'node:net';
import { HiloError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/ip-address.ts';
import { LineSplitter, type LineEvent } from '../../shared/line-splitter.ts';
import { ProxyHeaderParser } from '../../shared/proxy-protocol.ts';
import { TelnetFilter } from '../../shared/telnet-filter.ts';
import type { ConnectionPort } from '../operations/call.ts';
import { HandlersPort } from './handlers-port.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { CommandBudget } from '../protocol/command-budget.ts';
import type { ConnectionOptions, ConnectionServices } from './connection-services.ts';
import { LingeringClose } from './lingering-close.ts';
import type { Face, FaceHost } from '../protocol/face.ts';
import { LEGAL_CHANGES, type Sniffing, type State } from './connection-state.ts';
import { JsonRpcFace } from '../protocol/json-rpc-face.ts';
import { TextFace } from '../protocol/text-face.ts';
import { Outbox } from '../protocol/outbox.ts';
import { Pace } from './pace.ts';
import { Prober } from './prober.ts';
import { refusal, violation, type Refusal } from './refusal.ts';
import type { Session } from '../protocol/session.ts';
import { sniff, withoutByteOrderMark } from './sniff.ts';

const NO_BYTES = Buffer.alloc(0);

export class Connection implements FaceHost {
  readonly outbox: Outbox;
  readonly #pace: Pace;
  session: Session;
  /** The client's own address, by PROXY header or socket. */
  address: string;
  readonly #socket: Socket;
  readonly #services: ConnectionServices;
  readonly #splitter: LineSplitter;
  readonly #openedMs: number;
  #state: State = { name: 'accepted' };
  #telnet: TelnetFilter | undefined;
  /** Set when the connection is not admitted; it is reported to the client once the face is known. */
  #refusal: Refusal | undefined;
  #releaseAddress: (() => void) | undefined;
  #peerEndedMs: number | undefined;
  readonly #options: ConnectionOptions;
  #via: 'nobody' | 'proxy' | 'gateway' = 'nobody';
  readonly #prober: Prober;
  #isPumping = false;
  #overlongLines = 0;
  #lastLineMs: number | undefined;
  adopting: { readonly session: Session; readonly lastSeq: number } | undefined;
  readonly port: ConnectionPort;

  constructor(socket: Socket, services: ConnectionServices, options: ConnectionOptions) {
    this.#socket = socket;
    this.#services = services;
    // Listeners first: a socket may die before anything else happens.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.#peerEnded());
    const { limits, clock, flushes } = services;
    this.#openedMs = clock.monotonic();
    this.#splitter = new LineSplitter(limits.lineBytesMaxText);
    this.outbox = new Outbox(socket, flushes, limits, (change) => this.#outboxChanged(change));
    this.#pace = new Pace(clock, limits, () => this.pump());
    this.session = options.session;
    this.address = options.address ?? socket.remoteAddress ?? '';
    this.port = new HandlersPort(this);
    this.#prober = new Prober(clock, limits, () => this.#probe());
    this.#refusal = options.refusal;
    this.#options = options;
    if (options.demandsProxyHeader) this.#become({ name: 'proxying', parser: new ProxyHeaderParser() });
    else this.#sniff();
  }

  /** When the client ended its side. */
  get peerEndedMs() {
    return this.#peerEndedMs;
  }

  /** How long a line may be now. */
  get lineBytesMax() {
    return this.#splitter.lineBytesMax;
  }

  get terminal() {
    return this.#telnet;
  }

  get mayAskSecrets() {
    const { isEncrypted } = this.#options;
    // How its clients reach the gateway is the gateway's affair.
    if (isEncrypted || this.#via === 'gateway' || this.#services.allowsPlainLogin) return true;
    return isLoopback(this.address);
  }

  get budget(): CommandBudget {
    return this.#pace.commands;
  }

  get limits() {
    return this.#services.limits;
  }

  get clock() {
    return this.#services.clock;
  }

  get registry() {
    return this.#services.registry;
  }

  get dispatch() {
    return this.#services.dispatch;
  }

  get forwarded() {
    return this.#via === 'gateway' ? this.#services.forwarded : undefined;
  }

  get observer() {
    return this.#services.observer;
  }

  /** Reports the reason if there is something to report, then ends. Only the first call counts. [P-11] */
  close(reason: CloseReason, error?: HiloError): void {
    const state = this.#state;
    if (state.name === 'ending' || state.name === 'closed') return;
    const face = state.name === 'talking' ? state.face : undefined;
    this.#leaveState();
    const lingeringClose = new LingeringClose(this.clock, this.limits, {
      waitsForReader: reason === 'slow_consumer',
      destroy: () => this.#socket.destroy(),
    });
    this.#become({ name: 'ending', reason, lingeringClose });
    this.outbox.end(error ? (face?.finalErrorLine(error) ?? `FAIL * ${error.key}: ${error.message}\n`) : '');
    // What the peer still sends is read and dropped, so that the kernel answers FIN with FIN, not with RST.
    this.#socket.resume();
    face?.closed();
  }

  draining(reconnectAfterMs: number): void {
    if (this.#state.name === 'talking') this.#state.face.draining(reconnectAfterMs);
    else if (this.#state.name === 'ending') this.#state.lingeringClose.shorten();
  }

  /** Longer lines are accepted from now on. */
  raiseLineLimit(): void {
    if (this.#state.name !== 'talking' || this.#state.kind !== 'json') return;
    this.#splitter.lineBytesMax = this.limits.lineBytesMaxAuthenticated;
    this.#pace.authenticated();
  }

  /** No request still waits for its answer. */
  get isIdle(): boolean {
    return this.#state.name !== 'talking' || this.#state.face.isIdle;
  }

  /** Takes lines while that is allowed. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    let event: LineEvent | undefined;
    while (this.#state.name === 'talking' && this.#mayTake(this.#state.face)) {
      event = this.#splitter.next() ?? (this.#hasPeerEnded ? this.#splitter.end() : undefined);
      if (!event) break;
      const { face } = this.#state;
      const taken = event;
      this.#pace.work(() => this.#take(taken, face));
    }
    this.#isPumping = false;
    if (this.#state.name !== 'talking') return;
    const isStuck = !this.#mayTake(this.#state.face) && this.#splitter.bufferedBytes > 0;
    const isFull = isStuck && this.#splitter.bufferedBytes >= this.limits.waitingBytesMax;
    if (isFull || this.#pace.owesForInput) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
    if (!this.#hasPeerEnded || isStuck) return;
    if (this.#state.face.isIdle) this.close('client_ended');
    else this.#prober.schedule();
  }

  /** Deadlines; called about once a second. [P-14] */
  sweep(nowMs: number): void {
    const { limits } = this;
    if (this.#state.name === 'proxying') {
      if (nowMs - this.#openedMs > limits.proxyHeaderMs)
        this.close('proxy_header', new HiloError('proxy_header'));
      return;
    }
    if (this.#state.name !== 'talking') return;
    if (this.#peerEndedMs !== undefined) this.#sweepHalfOpen(nowMs - this.#peerEndedMs);
    if (this.#state.name !== 'talking') return;
    const { face, kind } = this.#state;
    const stalledMs = Math.max(this.outbox.stalledMs(nowMs), face.stalledMs(nowMs));
    const firstLineMs = kind === 'text' ? limits.textFirstLineMs : limits.jsonFirstLineMs;
    if (stalledMs > limits.writeProgressMs) {
      this.close('slow_consumer', new HiloError('slow_consumer'));
    } else if (this.budget.isFlood(nowMs)) {
      this.close('flooding', new HiloError('flooding'));
    } else if (this.#lastLineMs === undefined) {
      if (nowMs - this.#openedMs <= firstLineMs) return;
      const values = { seconds: Math.round(firstLineMs / 1_000) };
      this.close('auth_timeout', new HiloError('auth_timeout', { values }));
    } else if (kind === 'text' && face.isIdle && nowMs - this.#lastLineMs > limits.textIdleMs) {
      this.close('idle_timeout', new HiloError('idle_timeout'));
    }
  }

  /**
   * A session that can be resumed may have been left here by a client that will come back on another
   * connection, so its answers have as much time as without a connection.
   */
  #sweepHalfOpen(endedForMs: number): void {
    const isResumable = this.session.channel?.isResumable ?? false;
    if (isResumable && endedForMs > this.limits.detachedGenerationMs) this.session.abortAll();
    // A request may have ended on the connection that this session had before.
    this.pump();
  }

  get #hasPeerEnded(): boolean {
    return this.#peerEndedMs !== undefined;
  }

  #become(next: State): void {
    if (!LEGAL_CHANGES[this.#state.name].includes(next.name)) {
      throw new Error(`A connection cannot go from ${this.#state.name} to ${next.name}`);
    }
    this.#state = next;
  }

  #leaveState(): void {
    if (this.#state.name === 'sniffing') this.#state.stopTimer();
    else if (this.#state.name === 'ending') this.#state.lingeringClose.stop();
    this.#pace.stop();
    this.#prober.stop();
  }

  #received(chunk: Buffer): void {
    switch (this.#state.name) {
      case 'proxying':
        this.#readProxyHeader(this.#state.parser, chunk);
        return;
      case 'sniffing':
        this.#decideFace(this.#state, chunk);
        return;
      case 'talking':
        this.#pace.received(chunk.length);
        this.#splitter.push(this.#telnet ? this.#telnet.filter(chunk) : chunk);
        this.pump();
        return;
      case 'ending':
        this.#state.lingeringClose.received(chunk.length);
        return;
      default:
    }
  }

  /** The address in it is the client's from here on. [P-15] */
  #readProxyHeader(parser: ProxyHeaderParser, chunk: Buffer): void {
    const parse = parser.push(chunk);
    if (parse.type === 'more') return;
    if (parse.type === 'fault') {
      this.close('proxy_header', new HiloError('proxy_header'));
      return;
    }
    this.#via = parse.isLocal && this.#options.believesProxy ? 'gateway' : 'proxy';
    if (parse.source) this.address = parse.source.address;
    if (this.#via === 'gateway') this.#pace.exempt();
    this.#sniff();
    if (parse.rest.length > 0) this.#received(parse.rest);
  }

  /** The address is known: counts it, then waits a moment for the first byte. */
  #sniff(): void {
    if (this.#via !== 'gateway') this.#countAddress();
    const sniffing: Sniffing = {
      name: 'sniffing',
      stopTimer: this.clock.after(this.limits.sniffMs, () => this.#talk('text', true, sniffing.held)),
      held: NO_BYTES,
    };
    this.#become(sniffing);
  }

  #countAddress(): void {
    const { admitted } = this.#options;
    const verdict = admitted ?? this.#services.addresses.admit(this.address, this.clock.monotonic());
    if (verdict.isAdmitted) {
      this.#releaseAddress = verdict.release;
      this.#pace.address = verdict.input;
    } else this.#refusal ??= refusal('address_limit', verdict.retryAfterMs);
  }

  #decideFace(sniffing: Sniffing, chunk: Buffer): void {
    const bytes = withoutByteOrderMark(Buffer.concat([sniffing.held, chunk]));
    const sniffed = sniff(bytes);
    if (sniffed === 'more') {
      sniffing.held = bytes;
      return;
    }
    // [P-3]
    if (sniffed === 'TLS' || sniffed === 'PROXY') this.#refusal ??= violation(sniffed);
    // The text face sends its greeting with its first line, when it is known not to be an HTTP request.
    this.#talk(sniffed === 'json' ? 'json' : 'text', sniffed === 'telnet', bytes);
  }

  /** `bytes` came before the face was known. */
  #talk(kind: 'text' | 'json', greets: boolean, bytes: Buffer): void {
    this.#leaveState();
    const face = kind === 'json' ? new JsonRpcFace(this) : this.#textFace();
    if (kind === 'json') this.#splitter.lineBytesMax = this.limits.lineBytesMaxAnonymous;
    const isFirst = this.#state.name !== 'talking';
    this.#become({ name: 'talking', face, kind });
    if (this.#via === 'gateway') this.raiseLineLimit();
    if (isFirst) this.#services.onTalking(this, kind);
    if (this.#refusal) this.close(this.#refusal.reason, this.#refusal.error);
    else if (greets && face instanceof TextFace) face.greet();
    if (bytes.length > 0) this.#received(bytes);
    else if (this.#hasPeerEnded) this.pump();
  }

  #textFace(): TextFace {
    const face = new TextFace(this, this.#services.entry, (line) => {
      this.#talk('json', false, NO_BYTES);
      this.#telnet = undefined;
      if (this.#state.name === 'talking') this.#state.face.line(line);
    });
    this.#telnet = new TelnetFilter({
      onInterrupt: () => face.interrupt(),
      onAnswer: (bytes) => this.outbox.writeBytes(bytes),
    });
    return face;
  }

  #mayTake(face: Face): boolean {
    return face.isReady && !this.#pace.owes();
  }

  /** One overlong line is a mistake; three mean another protocol. [P-4] */
  #take(event: LineEvent, face: Face): void {
    this.#lastLineMs = this.clock.monotonic();
    if (event.type === 'line') {
      face.line(event.text);
      return;
    }
    if (event.type === 'line_too_long') this.#overlongLines += 1;
    if (this.#overlongLines < this.limits.overlongLinesMax) face.fault(event.type);
    else {
      const values = { max: this.#splitter.lineBytesMax };
      this.close('line_too_long', new HiloError('line_too_long', { values }));
    }
  }

  #outboxChanged(change: 'overflow' | 'blocked' | 'writable'): void {
    if (change === 'overflow') this.close('slow_consumer', new HiloError('slow_consumer'));
    else if (change === 'writable') this.pump();
  }

  /**
   * FIN: what was asked is still answered (`printf 'hola\n' | nc -N`), unless the client can no longer read
   * it. A WebSocket has no half-closed state, so behind the gateway a FIN is the end. [P-5]
   */
  #peerEnded(): void {
    this.#peerEndedMs = this.clock.monotonic();
    const state = this.#state;
    if (state.name === 'talking' && this.#via !== 'nobody') this.close('client_ended');
    else if (state.name === 'talking') this.pump();
    else if (state.name === 'sniffing' && state.held.length > 0) this.#talk('text', false, state.held);
    else if (state.name === 'sniffing' || state.name === 'proxying') this.close('client_ended');
  }

  #probe(): void {
    if (this.#state.name === 'talking' && !this.#state.face.isIdle) this.#state.face.probe();
    this.pump();
  }

  #closed(): void {
    const state = this.#state;
    if (state.name === 'closed') return;
    this.#leaveState();
    this.#become({ name: 'closed' });
    this.outbox.abandon();
    if (state.name === 'talking') state.face.closed();
    this.#releaseAddress?.();
    const reason = state.name === 'ending' ? state.reason : 'client_lost';
    this.#services.onClosed(this, reason, this.clock.monotonic() - this.#openedMs);
  }
}
