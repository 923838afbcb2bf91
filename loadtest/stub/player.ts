/**
 * Plays one answer to one response: its latency, its rate, and what goes wrong.
 *
 *   before_headers ──► before_first_token ──► streaming ──► over
 *         └──── a failure may end or stall any of them ────┘
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../shared/clock.ts';
import { answerTokens, isCutShort, thoughtTokens, type AnswerWish } from './answer.ts';
import type { Failure, StubConfig } from './config.ts';
import type { AnswerEnd, AnswerWriter, ChatInput, Dialect } from './dialect.ts';
import type { FaultPlan } from './faults.ts';
import type { RequestLog, StubRecord } from './request-log.ts';

/** Answers up to this many tokens are written in one piece when nothing slows them. */
const AT_ONCE_TOKENS_MAX = 4096;

export const BUSY_MESSAGE = 'server busy, please try again.  maximum pending requests exceeded';

export interface Play {
  readonly dialect: Dialect;
  readonly input: ChatInput;
  readonly config: StubConfig;
  readonly plan: FaultPlan;
  readonly record: StubRecord;
  readonly log: RequestLog;
  readonly clock: Clock;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export class Player {
  readonly #play: Play;
  readonly #writer: AnswerWriter;
  readonly #wish: AnswerWish;
  /** As they go over the wire. */
  readonly #pieces: Generator<string, void, undefined>;
  readonly #failure: Failure | undefined;
  #firstTokenAtMs = 0;
  #brokenLineSent = false;
  #cancelTimer: () => void = () => {};
  #stopped = false;

  constructor(play: Play) {
    const { config, plan } = play;
    const { quirks } = plan;
    const input = quirks.has('unstreamed') ? { ...play.input, stream: false } : play.input;
    this.#play = { ...play, input };
    this.#writer = play.dialect.answer(input, play.record.id, quirks);
    this.#failure = input.stream || !plan.failure ? plan.failure : wholeFailure(plan.failure);
    const hasCalls = quirks.has('tool_calls') || input.calls.length > 0;
    const empty = quirks.has('empty') || hasCalls || input.loadOnly;
    this.#wish = {
      mode: config.mode,
      seed: config.seed,
      text: input.text,
      verbatim: input.answer,
      tokens: config.tokens,
      maxTokens: empty ? 0 : input.maxTokens,
      escapes: quirks.has('escapes'),
      thinkTags: quirks.has('think_tags') ? config.thinkingTokens : 0,
    };
    this.#pieces = this.#writePieces();
  }

  start(): void {
    const { record, input, config, response } = this.#play;
    record.phase = 'before_headers';
    if (this.#failBeforeHeaders()) return;
    if (this.#failure === 'stall_first_token') return this.#head(true);
    if (!input.stream) return this.#wait(this.#wholeDelayMs(), () => this.#answerAtOnce());
    if (this.#canAnswerAtOnce()) return this.#answerAtOnce();
    if (this.#writer.earlyHead && config.firstTokenMs > 0) this.#head(true);
    response.on('drain', () => this.#pump());
    this.#wait(config.firstTokenMs, () => this.#begin());
  }

  /** Ends all timers; the response is gone. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
  }

  #failBeforeHeaders(): boolean {
    const { plan, input, request } = this.#play;
    const { retryAfterMs } = plan;
    switch (this.#failure) {
      case 'refused':
        this.#failed();
        request.socket.destroy();
        return true;
      case 'stall_headers':
        return true;
      case 'rate_limited':
        this.#refuse(429, 'Rate limit reached', { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) });
        return true;
      case 'rate_limited_date':
        // A date has whole seconds: rounded up, so that the wait is never shorter than asked for.
        this.#refuse(429, 'Rate limit reached', {
          'Retry-After': httpDate(this.#play.clock.now() + retryAfterMs),
        });
        return true;
      case 'rate_limited_ms':
        this.#refuse(429, 'Rate limit reached', { 'retry-after-ms': String(retryAfterMs) });
        return true;
      case 'server_error':
        this.#refuse(500, 'The stub was told to fail');
        return true;
      case 'context_full':
        this.#refuse(400, "This model's maximum context length is 16 tokens");
        return true;
      case 'redirect':
        this.#refuse(307, 'Moved', { Location: 'http://elsewhere.example/v1/chat/completions?key=1' });
        return true;
      case 'busy':
        this.#refuse(503, BUSY_MESSAGE);
        return true;
      default:
        if (!plan.quirks.has('reject_stream_options') || !input.hasStreamOptions) return false;
        this.#refuse(
          400,
          `Unrecognized request argument supplied: ${this.#play.dialect.optionRefused ?? 'stream_options'}`,
        );
        return true;
    }
  }

  #refuse(status: number, message: string, headers: Record<string, string> = {}): void {
    const { dialect, response } = this.#play;
    this.#failed();
    refuse(response, dialect, status, message, headers);
  }

  #canAnswerAtOnce(): boolean {
    const { config, plan } = this.#play;
    const slow = config.firstTokenMs > 0 || config.tokensPerSecond > 0 || config.tokens > AT_ONCE_TOKENS_MAX;
    return !slow && !this.#failure && !plan.quirks.has('dribble');
  }

  #wholeDelayMs(): number {
    const { config } = this.#play;
    const tokensMs = config.tokensPerSecond > 0 ? (config.tokens * 1000) / config.tokensPerSecond : 0;
    return config.firstTokenMs + tokensMs;
  }

  #answerAtOnce(): void {
    const { input, plan, record, response, log } = this.#play;
    let text = input.stream ? this.#writer.opening(plan.quirks.has('choices_null')) : '';
    let whole = '';
    if (input.stream) for (const piece of this.#pieces) text += piece;
    else for (const token of answerTokens(this.#wish)) whole += this.#counted(token);
    this.#firstTokenAtMs = this.#play.clock.monotonic();
    text += input.stream ? this.#writer.closing(this.#end()) : this.#writer.whole(whole, this.#end());
    response.writeHead(200, { 'Content-Type': this.#writer.contentType });
    if (plan.quirks.has('stay_open')) response.write(text);
    else response.end(text);
    this.#told('headers', 'before_first_token');
    this.#told('token', 'streaming');
    record.phase = 'over';
    log.settle(record, 'answered', this.#play.clock.monotonic());
  }

  #head(flush: boolean): void {
    this.#play.response.writeHead(200, { 'Content-Type': this.#writer.contentType });
    if (flush) this.#play.response.flushHeaders();
    this.#told('headers', 'before_first_token');
  }

  #begin(): void {
    const { plan, response } = this.#play;
    this.#firstTokenAtMs = this.#play.clock.monotonic();
    if (!response.headersSent) this.#head(false);
    this.#write(this.#writer.opening(plan.quirks.has('choices_null')));
    this.#pump();
  }

  /** Writes the tokens that are due, as long as the client reads them. */
  #pump(): void {
    const { plan, record, config } = this.#play;
    this.#cancelTimer();
    while (!this.#stopped && record.phase !== 'over') {
      if (this.#failure && record.tokensSent >= plan.afterTokens && this.#failMidStream()) return;
      const waitMs = this.#tokenDueInMs(config.tokensPerSecond);
      if (waitMs > 0) return this.#wait(waitMs, () => this.#pump());
      const piece = this.#pieces.next();
      if (piece.done) return this.#finish();
      const writable = this.#write(piece.value);
      if (record.tokensSent === 1) this.#told('token', 'streaming');
      if (!writable) return;
    }
  }

  #tokenDueInMs(tokensPerSecond: number): number {
    if (tokensPerSecond === 0) return 0;
    const dueAtMs = this.#firstTokenAtMs + (this.#play.record.tokensSent * 1000) / tokensPerSecond;
    return dueAtMs - this.#play.clock.monotonic();
  }

  /** Whether the answer is over for it; `malformed_mid` strikes once, and the answer goes on. */
  #failMidStream(): boolean {
    const { response, request } = this.#play;
    switch (this.#failure) {
      case 'stall_mid':
        return true;
      case 'cut_mid':
        this.#failed();
        // Half a line, and the socket goes once the kernel has it, so that the tokens before arrive.
        response.write(this.#writer.malformed().trimEnd(), () => request.socket.destroy());
        return true;
      case 'error_mid':
        this.#failed();
        response.end(this.#writer.error('The stub was told to fail'));
        return true;
      case 'error_done_mid':
        this.#failed();
        response.end(this.#writer.errorAndEnd('The stub was told to fail'));
        return true;
      case 'done_mid':
        this.#failed();
        response.end('data: [DONE]\n\n');
        return true;
      case 'no_end_mid':
        this.#failed();
        response.end();
        return true;
      case 'malformed_mid':
        if (!this.#brokenLineSent) this.#write(this.#writer.malformed());
        this.#brokenLineSent = true;
        return false;
      default:
        return false;
    }
  }

  #finish(): void {
    const { record, log, response } = this.#play;
    if (this.#failure && this.#failMidStream()) return;
    this.#write(this.#writer.closing(this.#end()));
    if (!this.#play.plan.quirks.has('stay_open')) response.end();
    record.phase = 'over';
    log.settle(record, this.#failure ? 'failed' : 'answered', this.#play.clock.monotonic());
  }

  *#writePieces(): Generator<string, void, undefined> {
    const { plan, config } = this.#play;
    const { input } = this.#play;
    const thinks = plan.quirks.has('thinking') || input.thinks;
    const thoughts = thinks ? thoughtTokens(config.thinkingTokens) : [];
    for (const thought of thoughts) yield this.#writer.thinking(this.#counted(thought));
    for (const token of answerTokens(this.#wish)) yield this.#writer.token(this.#counted(token));
  }

  #counted(token: string): string {
    this.#play.record.tokensSent += 1;
    return token;
  }

  /** False when the client does not keep up; `drain` then goes on. */
  #write(text: string): boolean {
    const { response, plan } = this.#play;
    if (text === '') return true;
    if (!plan.quirks.has('dribble')) return response.write(text);
    let writable = true;
    for (const byte of Buffer.from(text)) writable = response.write(Buffer.of(byte));
    return writable;
  }

  #end(): AnswerEnd {
    const { plan, record, clock, input } = this.#play;
    const hasCalls = plan.quirks.has('tool_calls') || input.calls.length > 0;
    const isEmpty = plan.quirks.has('empty') || hasCalls;
    return {
      finishReason: isCutShort(this.#wish) && !isEmpty ? 'length' : 'stop',
      outputTokens: record.tokensSent,
      usage: !plan.quirks.has('no_usage'),
      elapsedMs: clock.monotonic() - record.receivedAtMs,
      firstTokenMs: this.#firstTokenAtMs - record.receivedAtMs,
    };
  }

  #failed(): void {
    const { record, log, clock } = this.#play;
    record.phase = 'over';
    log.settle(record, 'failed', clock.monotonic());
  }

  #told(event: 'headers' | 'token', phase: 'before_first_token' | 'streaming'): void {
    const { record, log } = this.#play;
    record.phase = phase;
    log.tell(event, record);
  }

  #wait(delayMs: number, run: () => void): void {
    if (delayMs > 0) this.#cancelTimer = this.#play.clock.after(delayMs, run);
    else run();
  }
}

/** Answers with an error before any output. */
export function refuse(
  response: ServerResponse,
  dialect: Dialect,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  const code = status === 429 ? 'rate_limit_exceeded' : 'stub_error';
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(dialect.errorBody(status, message, code));
}

/** A whole answer has no middle: what would strike there strikes before it. */
function wholeFailure(failure: Failure): Failure {
  if (failure === 'stall_mid' || failure === 'stall_first_token') return 'stall_headers';
  if (failure === 'cut_mid') return 'refused';
  return failure.endsWith('_mid') ? 'server_error' : failure;
}

function httpDate(atMs: number): string {
  return new Date(Math.ceil(atMs / 1000) * 1000).toUTCString();
}
