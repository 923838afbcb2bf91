/**
 * [G-1] in docs/protocol.md.
 * One browser, one connection to the server: a transparent pipe of lines. A text message becomes a line; a
 * line becomes a text message. Nothing is parsed but the server's last line, for the close code.
 *
 *   open ──────────────► closing ──► gone            end(): a reason, once; both sides are ended
 *     │                     ▲
 *     └──► flushing ────────┘                        the server ended and the browser has not taken all
 *
 * There are thousands of these, and most are idle: no timers, no buffers and few closures of their own.
 * Listeners are shared functions, and `sweep` is called for all by one timer.
 */
import type { Socket } from 'node:net';
import { nextTick } from 'node:process';
import { WebSocket, type RawData } from 'ws';
import type { ErrorKey } from '../shared/errors.ts';
import { LIMITS } from '../shared/limits.ts';
import { closeCode, closingKey, reasonOfWebSocketError, type CloseReason } from './close-reason.ts';
import { LinePipe, type LineSink } from './line-pipe.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import type { TextFrames } from './text-frames.ts';
import { connectToServer, type ServerAddress, type UpstreamSocket } from './upstream.ts';
import { WriteProgress } from './write-progress.ts';

const LF = 0x0a;
const CR = 0x0d;
const NUL = 0x00;
const LINE_END = Buffer.of(LF);
const COPIED_BYTES_MAX = 1_024;

/** What all bridges share. */
export interface BridgeContext {
  readonly server: ServerAddress;
  readonly counts: GatewayCounts;
  /** Every connection to a server is read into this. */
  readonly readBuffer: Buffer;
  readonly frames: TextFrames;
  nowMs(): number;
  /** The time to the next heartbeat, with its jitter. */
  heartbeatMs(): number;
  ended(reason: CloseReason): void;
  gone(bridge: Bridge): void;
}

/** A WebSocket that knows its bridge, so that listeners need no closure. */
export class BridgeWebSocket extends WebSocket {
  bridge: Bridge | undefined = undefined;
}

export class Bridge implements LineSink {
  readonly #context: BridgeContext;
  readonly #webSocket: BridgeWebSocket;
  readonly #browser: Socket;
  readonly #upstream: UpstreamSocket<Bridge>;
  readonly #lines = new LinePipe();
  #phase: 'open' | 'flushing' | 'closing' = 'open';
  #openSockets = 2;
  #closingKey: ErrorKey | undefined = undefined;
  #isConnected = false;
  /** Connecting: when it has taken too long. Open: the next heartbeat. Closing: when to destroy both ends. */
  #dueMs: number;
  #isPongAwaited = false;
  /** Pings and pongs since the last sweep. */
  #controlFrames = 0;
  #heardBytes = 0;
  #drainMs = Infinity;
  #drainedBytes = -1;
  #browserProgress: WriteProgress | undefined = undefined;
  #serverProgress: WriteProgress | undefined = undefined;

  /** `browser` is the socket under the WebSocket; `proxyHeader` goes before all else. */
  constructor(webSocket: BridgeWebSocket, browser: Socket, proxyHeader: Buffer, context: BridgeContext) {
    this.#context = context;
    this.#webSocket = webSocket;
    this.#browser = browser;
    this.#dueMs = context.nowMs() + GATEWAY_LIMITS.connectMs;
    webSocket.bridge = this;
    webSocket.on('message', onMessage);
    webSocket.on('ping', onPing);
    webSocket.on('pong', onPong);
    webSocket.on('error', onWebSocketError);
    webSocket.on('close', onWebSocketClose);
    this.#upstream = connectToServer<Bridge>(context.server, this, context.readBuffer, {
      read: (count) => this.fromServer(count),
      connected: onServerConnect,
    });
    this.#upstream.on('drain', onServerDrain);
    this.#upstream.on('end', onServerEnd);
    this.#upstream.on('error', onServerError);
    this.#upstream.on('close', onServerClose);
    this.#upstream.write(proxyHeader);
  }

  /** Bytes that wait in this process, in both directions. */
  get backlogBytes(): number {
    return this.#browser.writableLength + this.#upstream.writableLength;
  }

  /** [G-2] A message that is not one line ends the bridge. */
  fromBrowser(data: RawData, isBinary: boolean): void {
    if (this.#phase !== 'open') return;
    if (isBinary || !Buffer.isBuffer(data)) return this.end('binary_refused');
    if (data.includes(LF) || data.includes(CR) || data.includes(NUL)) return this.end('not_one_line');
    this.#context.counts.messagesToServer += 1;
    this.#context.counts.bytesToServer += data.length + 1;
    const upstream = this.#upstream;
    // All messages of one read become one system call.
    if (upstream.writableCorked === 0) {
      upstream.cork();
      nextTick(uncork, upstream);
    }
    if (writeLine(upstream, data) || this.#webSocket.isPaused) return;
    this.#context.counts.pausesOfBrowser += 1;
    this.#webSocket.pause();
  }

  /** [G-5] A browser that does not read gets no pong: its unread output already shows a sign of life. */
  pinged(data: Buffer): void {
    this.ponged();
    if (this.#phase !== 'open') return;
    if (this.#browser.writableLength <= GATEWAY_LIMITS.browserBacklogBytesMax) this.#webSocket.pong(data);
  }

  /** [G-5] An unasked pong is allowed (RFC 6455 §5.5.3), a flood of them is not. */
  ponged(): void {
    if (this.#phase !== 'open') return;
    this.#controlFrames += 1;
    if (this.#controlFrames > GATEWAY_LIMITS.controlFramesPerSecondMax) this.end('ping_flood');
  }

  /** [G-6] The server is not read while the browser leaves too much unread. */
  fromServer(byteCount: number): void {
    if (this.#phase !== 'open') return;
    const chunk = this.#context.readBuffer.subarray(0, byteCount);
    this.#browser.cork();
    const fault = this.#lines.push(chunk, GATEWAY_LIMITS.serverLineBytesMax, this);
    this.#sendFrames();
    this.#browser.uncork();
    if (fault) return this.end(fault);
    if (this.#browser.writableLength <= GATEWAY_LIMITS.browserBacklogBytesMax) return;
    this.#context.counts.pausesOfServer += 1;
    this.#upstream.pause();
    this.#browser.once('drain', () => this.#upstream.resume());
  }

  /** A line of the server, as a view that must be copied. */
  line(bytes: Buffer): void {
    this.#context.counts.messagesToBrowser += 1;
    this.#context.counts.bytesToBrowser += bytes.length;
    this.#closingKey = closingKey(bytes);
    const { frames } = this.#context;
    if (this.#webSocket.readyState !== WebSocket.OPEN || frames.add(bytes)) return;
    this.#sendFrames();
    if (frames.add(bytes)) return;
    // As a string, since the copy that has to be made then dies young: three times 60 MB leave 26 MB, not 80.
    this.#webSocket.send(bytes.toString('utf8'));
  }

  /** Past the library, which makes two writes of each message. It compresses none, so it keeps none back. */
  #sendFrames(): void {
    const bytes = this.#context.frames.take();
    if (bytes) this.#browser.write(bytes);
  }

  /** Ends both sides; what one side has sent is still written to the other. Only the first reason counts. */
  end(reason: CloseReason): void {
    if (this.#phase !== 'open') return;
    this.#context.ended(reason);
    this.#phase = 'closing';
    this.#dueMs = this.#context.nowMs() + GATEWAY_LIMITS.closeMs;
    // Paused sockets would never deliver their end.
    this.#upstream.resume();
    this.#webSocket.resume();
    if (this.#isConnected) this.#upstream.destroySoon();
    else this.#upstream.destroy();
    const code = closeCode(reason);
    if (code === null) return this.#webSocket.terminate();
    if (!this.#browser.writableNeedDrain || reason === 'slow_consumer')
      return this.#webSocket.close(code, reason);
    this.#phase = 'flushing';
    this.#browser.once('drain', () => this.#closeFlushed(code, reason));
  }

  /** Ends with `draining` after `delayMs`, or a little later if an answer is under way. */
  drainAfter(delayMs: number): void {
    this.#drainMs = this.#context.nowMs() + delayMs;
    this.#drainedBytes = this.#upstream.bytesRead;
  }

  /** Looks at all deadlines; called about once a second. */
  sweep(nowMs: number): void {
    this.#controlFrames = 0;
    if (this.#phase === 'closing') {
      if (nowMs >= this.#dueMs) this.destroy();
      return;
    }
    if (!this.#isConnected) {
      if (nowMs >= this.#dueMs && this.#phase === 'open') this.serverFailed();
      return;
    }
    const stalled = this.#stalledSide(nowMs);
    if (stalled) return this.#phase === 'flushing' ? this.destroy() : this.end(stalled);
    if (this.#phase === 'flushing') return;
    if (nowMs >= this.#drainMs && this.#isQuiet()) return this.end('draining');
    this.#heartbeat(nowMs);
  }

  destroy(): void {
    this.#upstream.destroy();
    this.#webSocket.terminate();
  }

  serverConnected(): void {
    this.#isConnected = true;
    this.#dueMs = this.#context.nowMs() + this.#context.heartbeatMs();
  }

  /** The server has read what made the browser wait. */
  serverDrained(): void {
    this.#serverProgress = undefined;
    this.#webSocket.resume();
  }

  serverEnded(): void {
    if (this.#lines.isMidLine) return this.end('server_lost');
    this.end(this.#closingKey ?? 'server_ended');
  }

  serverFailed(): void {
    if (this.#phase !== 'open') return;
    if (this.#isConnected) return this.end(this.#closingKey ?? 'server_lost');
    this.#context.counts.connectFailures += 1;
    this.end('server_unreachable');
  }

  webSocketFailed(error: Error): void {
    this.#endForGoneBrowser(reasonOfWebSocketError(error));
  }

  webSocketClosed(code: number): void {
    this.#endForGoneBrowser(code === 1006 ? 'browser_gone' : 'browser_closed');
    this.socketClosed();
  }

  socketClosed(): void {
    this.#openSockets -= 1;
    if (this.#openSockets === 0) this.#context.gone(this);
  }

  /** The WebSocket closes by itself; what the browser sent before is still written to the server. */
  #endForGoneBrowser(reason: CloseReason): void {
    if (this.#phase !== 'open') return;
    this.#context.ended(reason);
    this.#phase = 'closing';
    this.#dueMs = this.#context.nowMs() + GATEWAY_LIMITS.closeMs;
    this.#upstream.resume();
    this.#upstream.destroySoon();
  }

  #closeFlushed(code: number, reason: CloseReason): void {
    this.#phase = 'closing';
    this.#dueMs = this.#context.nowMs() + GATEWAY_LIMITS.closeMs;
    this.#webSocket.close(code, reason);
  }

  #stalledSide(nowMs: number): CloseReason | undefined {
    if (this.#browser.writableLength === 0) {
      this.#browserProgress = undefined;
    } else {
      this.#browserProgress ??= new WriteProgress();
      if (this.#browserProgress.stalledMs(this.#browser, nowMs) >= LIMITS.writeProgressMs)
        return 'slow_consumer';
    }
    if (this.#upstream.writableLength === 0) {
      this.#serverProgress = undefined;
    } else {
      this.#serverProgress ??= new WriteProgress();
      if (this.#serverProgress.stalledMs(this.#upstream, nowMs) >= LIMITS.writeProgressMs)
        return 'server_stalled';
    }
    return undefined;
  }

  /** No answer is under way: the server has sent nothing since the last look. */
  #isQuiet(): boolean {
    const { bytesRead } = this.#upstream;
    const isQuiet = bytesRead === this.#drainedBytes;
    this.#drainedBytes = bytesRead;
    return isQuiet;
  }

  /**
   * [G-5] Any byte from the browser counts as life. A paused WebSocket delivers no pong, and behind a backlog
   * no ping arrives: then write progress is the measure, and the heartbeat begins anew afterwards.
   */
  #heartbeat(nowMs: number): void {
    if (this.#webSocket.isPaused || this.#browser.writableLength > 0) {
      this.#isPongAwaited = false;
      this.#dueMs = nowMs + this.#context.heartbeatMs();
      return;
    }
    if (nowMs < this.#dueMs) return;
    const heardBytes = this.#browser.bytesRead;
    if (this.#isPongAwaited && heardBytes === this.#heardBytes) return this.end('heartbeat_lost');
    this.#heardBytes = heardBytes;
    this.#isPongAwaited = true;
    this.#dueMs = nowMs + this.#context.heartbeatMs();
    this.#webSocket.ping();
  }
}

/** False when the socket has enough for now. A short line is copied, since two writes would cost more. */
function writeLine(socket: Socket, data: Buffer): boolean {
  if (data.length > COPIED_BYTES_MAX) {
    socket.write(data);
    return socket.write(LINE_END);
  }
  const line = Buffer.allocUnsafe(data.length + 1);
  data.copy(line);
  line[data.length] = LF;
  return socket.write(line);
}

function uncork(socket: Socket): void {
  socket.uncork();
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  bridgeOf(this)?.fromBrowser(data, isBinary);
}

function onPing(this: WebSocket, data: Buffer): void {
  bridgeOf(this)?.pinged(data);
}

function onPong(this: WebSocket): void {
  bridgeOf(this)?.ponged();
}

function onWebSocketError(this: WebSocket, error: Error): void {
  bridgeOf(this)?.webSocketFailed(error);
}

function onWebSocketClose(this: WebSocket, code: number): void {
  bridgeOf(this)?.webSocketClosed(code);
}

function bridgeOf(webSocket: WebSocket): Bridge | undefined {
  return webSocket instanceof BridgeWebSocket ? webSocket.bridge : undefined;
}

function onServerConnect(this: UpstreamSocket<Bridge>): void {
  this.peer.serverConnected();
}

function onServerDrain(this: UpstreamSocket<Bridge>): void {
  this.peer.serverDrained();
}

function onServerEnd(this: UpstreamSocket<Bridge>): void {
  this.peer.serverEnded();
}

function onServerError(this: UpstreamSocket<Bridge>): void {
  this.peer.serverFailed();
}

function onServerClose(this: UpstreamSocket<Bridge>): void {
  this.peer.socketClosed();
}
