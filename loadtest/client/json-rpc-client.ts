/**
 * A JSON-RPC client of a resumable session that believes nothing: it numbers, joins and compares all that
 * arrives.
 *
 * Each message of the session must have the next `seq`; each response must answer a pending request; an
 * answer's text must be its deltas joined. What breaks this goes to `hooks.violation`; what the server says
 * openly (an error, a close with a reason) rejects the request with the error's key.
 */
import { ClientError, type Answer, type ChatClient, type ClientHooks } from './chat-client.ts';
import { tcpTransport, type LineTransport, type OpenTransport, type Target } from './line-transport.ts';
import { parseMessage, type Message } from './message.ts';
import { SequenceChecker } from './sequence-checker.ts';

export const CLIENT_LIMITS = {
  /** The server stops the model at 64 KiB unacknowledged; half of its advice, so that it never has to. */
  ackBytes: 16 * 1024,
  ackMs: 1_000,
} as const;

export function jsonRpcClient(target: Target, hooks: ClientHooks): JsonRpcClient {
  return new JsonRpcClient(tcpTransport(target), hooks);
}

export class JsonRpcClient implements ChatClient {
  readonly #openTransport: OpenTransport;
  readonly #hooks: ClientHooks;
  readonly #calls = new Map<number, Call>();
  readonly #sends = new Map<number, Send>();
  #transport: LineTransport | undefined;
  /** Counts connections: events of an older one are nobody's. */
  #generation = 0;
  #nextId = 1;
  #session = '';
  #resumeToken = '';
  #epoch = '';
  #numbering: SequenceChecker | undefined;
  #unacknowledgedBytes = 0;
  #ackTimer: NodeJS.Timeout | undefined;
  #lastWord = '';
  /** How many messages a resume still owes, and which requests went on without us. */
  #replay: { left: number; readonly running: ReadonlySet<number> } | undefined;
  #closed = Promise.withResolvers<string>();
  #comesBack = false;

  constructor(openTransport: OpenTransport, hooks: ClientHooks) {
    this.#openTransport = openTransport;
    this.#hooks = hooks;
  }

  get session(): string {
    return this.#session;
  }

  get connected(): boolean {
    return this.#transport !== undefined;
  }

  get closed(): Promise<string> {
    return this.#closed.promise;
  }

  async open(): Promise<void> {
    await this.#connect();
    const hello = await this.call('session.hello', { client: 'loadtest', version: '1' });
    this.#takeIdentity(hello);
    this.#numbering = new SequenceChecker(Number(hello['seq']));
  }

  chat(text: string): Promise<Answer> {
    if (!this.connected) return Promise.reject(new ClientError('not_connected', 'There is no connection'));
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const sentMs = performance.now();
    this.#sends.set(id, { text, sentMs, firstMs: undefined, deltas: [], resent: false, resolve, reject });
    this.#sendChat(id, text);
    return promise;
  }

  async ping(): Promise<void> {
    if (!this.connected) throw new ClientError('not_connected', 'There is no connection');
    await this.call('server.ping', {});
  }

  /** Any other operation. Its result is unchecked. */
  call(method: string, params: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { numbered: !UNNUMBERED.has(method), resolve, reject });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
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
    this.#generation += 1;
    this.#transport?.destroy();
    this.#transport = undefined;
    this.#stopAckTimer();
  }

  /** Comes back after `cut`. Throws `ClientError`; the session's pending requests then fail with it. */
  async resume(): Promise<void> {
    this.#closed = Promise.withResolvers<string>();
    const lastSeq = this.#numbering?.last ?? 0;
    try {
      await this.#connect();
      await this.call('session.resume', { resumeToken: this.#resumeToken, epoch: this.#epoch, lastSeq });
    } catch (error) {
      this.#rejectAll(error instanceof ClientError ? error : new ClientError('resume_failed', String(error)));
      throw error;
    }
  }

  close(): void {
    this.#stopAckTimer();
    this.#transport?.end();
  }

  async #connect(): Promise<void> {
    const generation = ++this.#generation;
    this.#lastWord = '';
    this.#transport = await this.#openTransport({
      line: (line) => {
        if (generation === this.#generation) this.#line(line);
      },
      closed: (reason) => {
        if (generation === this.#generation) this.#connectionClosed(reason);
      },
    });
  }

  #takeIdentity(result: Readonly<Record<string, unknown>>): void {
    this.#session = String(result['session']);
    this.#resumeToken = String(result['resumeToken']);
    this.#epoch = String(result['epoch']);
  }

  #line(line: string): void {
    // Whoever was silent for a moment has been greeted as a person; a blank line only asks who is there.
    if (line === '' || (!this.#numbering && !line.startsWith('{'))) return undefined;
    const message = parseMessage(line);
    if (!message)
      return this.#hooks.violation(`${this.#session}: not a JSON-RPC message: ${line.slice(0, 200)}`);
    if (message.kind === 'closing') {
      this.#lastWord = message.reason;
      return undefined;
    }
    const numbered = this.#isNumbered(message);
    if (numbered) this.#number(message, line);
    this.#dispatch(message, line);
    if (!numbered) return undefined;
    this.#unacknowledgedBytes += Buffer.byteLength(line) + 1;
    this.#countReplay();
    return this.#acknowledge();
  }

  #isNumbered(message: Exclude<Message, { kind: 'closing' }>): boolean {
    if (!this.#numbering) return false;
    if (message.kind === 'notification') return message.method !== 'server.draining';
    return this.#calls.get(message.id)?.numbered ?? true;
  }

  #number(message: Message, line: string): void {
    if (message.seq === undefined) {
      this.#hooks.violation(`${this.#session}: a message without seq: ${line.slice(0, 200)}`);
      return;
    }
    const last = this.#numbering?.last ?? 0;
    const fault = this.#numbering?.accept(message.seq);
    if (fault) this.#hooks.violation(`${this.#session}: ${fault} in seq: ${message.seq} came after ${last}`);
  }

  #dispatch(message: Exclude<Message, { kind: 'closing' }>, line: string): void {
    if (message.kind === 'notification') return this.#notification(message);
    const call = this.#calls.get(message.id);
    if (call) {
      this.#calls.delete(message.id);
      if (message.kind === 'error') return call.reject(errorOf(message));
      if ('replayed' in message.result) this.#resumed(message.result);
      return call.resolve(message.result);
    }
    const send = this.#sends.get(message.id);
    if (!send)
      return this.#hooks.violation(`${this.#session}: an answer to nothing asked: ${line.slice(0, 200)}`);
    this.#sends.delete(message.id);
    if (message.kind === 'error') return send.reject(errorOf(message));
    return this.#answered(send, message.result);
  }

  #notification(message: Extract<Message, { kind: 'notification' }>): void {
    if (message.method === 'server.draining') return;
    const send = this.#sends.get(message.requestId ?? -1);
    if (!send) {
      this.#hooks.violation(
        `${this.#session}: ${message.method} for ${message.requestId}, which is not pending`,
      );
      return;
    }
    if (message.method !== 'chat.delta') return;
    send.firstMs ??= performance.now();
    send.deltas.push(message.text);
  }

  #answered(send: Send, result: Readonly<Record<string, unknown>>): void {
    const text = String(result['text']);
    const joined = send.deltas.join('');
    // A message sent again after a cut may be answered from memory, without its deltas.
    if (joined !== text && !(send.resent && joined === '')) {
      this.#hooks.violation(
        `${this.#session}: the deltas are not the answer: "${clip(joined)}" against "${clip(text)}"`,
      );
    }
    const endMs = performance.now();
    send.resolve({
      text,
      trace: String(result['trace']),
      firstTokenMs: (send.firstMs ?? endMs) - send.sentMs,
      answerMs: endMs - send.sentMs,
    });
  }

  #resumed(result: Readonly<Record<string, unknown>>): void {
    const last = this.#numbering?.last ?? 0;
    const replayed = Number(result['replayed']);
    if (Number(result['seq']) - last !== replayed) {
      this.#hooks.violation(
        `${this.#session}: resumed after ${last}: ${replayed} to come, but ${String(result['seq'])} sent`,
      );
    }
    this.#takeIdentity(result);
    const running = Array.isArray(result['running']) ? result['running'].map(Number) : [];
    this.#replay = { left: replayed, running: new Set(running) };
    if (replayed === 0) this.#sendLostAgain();
  }

  #countReplay(): void {
    if (!this.#replay) return;
    this.#replay.left -= 1;
    if (this.#replay.left === 0) this.#sendLostAgain();
  }

  /**
   * What neither runs nor was answered never reached the server: its message id makes sending it again
   * harmless.
   */
  #sendLostAgain(): void {
    const running = this.#replay?.running;
    this.#replay = undefined;
    for (const [id, send] of this.#sends) {
      if (running?.has(id)) continue;
      send.resent = true;
      send.deltas.length = 0;
      this.#sendChat(id, send.text);
    }
  }

  #sendChat(id: number, text: string): void {
    const params = { text, clientMessageId: `m${id}` };
    this.#send({ jsonrpc: '2.0', id, method: 'chat.send', params });
  }

  #send(message: Readonly<Record<string, unknown>>): void {
    this.#transport?.send(JSON.stringify(message));
  }

  #acknowledge(): void {
    if (this.#unacknowledgedBytes >= CLIENT_LIMITS.ackBytes) return this.#sendAck();
    this.#ackTimer ??= setTimeout(() => this.#sendAck(), CLIENT_LIMITS.ackMs);
  }

  #sendAck(): void {
    this.#stopAckTimer();
    this.#unacknowledgedBytes = 0;
    this.#send({ jsonrpc: '2.0', method: 'session.ack', params: { seq: this.#numbering?.last ?? 0 } });
  }

  #stopAckTimer(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  #connectionClosed(reason: string): void {
    this.#stopAckTimer();
    this.#transport = undefined;
    const said = this.#lastWord || reason;
    const error = new ClientError(said || 'connection_lost', `The connection ended: ${said || 'no reason'}`);
    if (!this.#comesBack) this.#rejectAll(error);
    this.#closed.resolve(said);
  }

  #rejectAll(error: ClientError): void {
    const pending = [...this.#calls.values(), ...this.#sends.values()];
    this.#calls.clear();
    this.#sends.clear();
    for (const waiting of pending) waiting.reject(error);
  }
}

/** Their responses tell the last number sent and have none themselves. */
const UNNUMBERED: ReadonlySet<string> = new Set(['session.hello', 'session.resume']);

interface Call {
  readonly numbered: boolean;
  resolve(result: Record<string, unknown>): void;
  reject(error: Error): void;
}

interface Send {
  readonly text: string;
  readonly sentMs: number;
  firstMs: number | undefined;
  readonly deltas: string[];
  resent: boolean;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

function errorOf(message: Extract<Message, { kind: 'error' }>): ClientError {
  return new ClientError(message.reason, message.text, message.retryAfterMs);
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
