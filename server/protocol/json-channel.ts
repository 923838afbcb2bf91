/**
 * Where the messages of a JSON-RPC session go: to its connection, and for a resumable session into the replay
 * log as well. It outlives the connection; while it is detached, messages collect in the log.
 */
import { ERRORS, errorText, type HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import type { RequestId } from '../operations/call.ts';
import type { Outbox } from './outbox.ts';
import { ReplayLog } from './replay-log.ts';

export interface ChannelLimits {
  readonly outboxSoftBytes: number;
  readonly outboxLowBytes: number;
  readonly replayBytesMax: number;
}

export class JsonChannel {
  readonly #limits: ChannelLimits;
  #outbox: Outbox | undefined;
  #log: ReplayLog | undefined;
  #waiters: (() => void)[] = [];

  constructor(limits: ChannelLimits, outbox: Outbox) {
    this.#limits = limits;
    this.#outbox = outbox;
  }

  get isResumable(): boolean {
    return this.#log !== undefined;
  }

  get lastSeq(): number {
    return this.#log?.lastSeq ?? 0;
  }

  get unacknowledgedBytes(): number {
    return this.#log?.unacknowledgedBytes ?? 0;
  }

  get acknowledgedSeq(): number {
    return this.#log?.acknowledgedSeq ?? 0;
  }

  /** From now on messages are numbered and kept. */
  makeResumable(): void {
    this.#log ??= new ReplayLog();
  }

  notify(method: string, params: Readonly<Record<string, unknown>>): void {
    this.#send(`{"jsonrpc":"2.0","method":"${method}","params":`, JSON.stringify(params), '}');
  }

  respond(id: RequestId, result: unknown): void {
    this.#send(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`, JSON.stringify(result), '}');
  }

  fail(id: RequestId, error: HiloError, locale: Locale, trace?: string): void {
    const { head, data } = errorParts(id, error, locale, trace);
    this.#send(head, data, '}}');
  }

  /** Undefined when the next message may be sent at once; else resolves when the caller should ask again. */
  ready(): Promise<void> | undefined {
    const outbox = this.#outbox;
    if (outbox?.isBlocked) return outbox.whenWritable();
    if (this.unacknowledgedBytes <= this.#limits.outboxSoftBytes) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  acknowledge(seq: number): void {
    this.#log?.acknowledge(seq);
    if (this.unacknowledgedBytes <= this.#limits.outboxLowBytes) this.#wake();
  }

  /**
   * The messages that a client with everything up to `lastSeq` lacks; changes nothing, throws as
   * `ReplayLog.after`.
   */
  missing(lastSeq: number): number {
    return this.#log?.after(lastSeq).length ?? 0;
  }

  /** Continues with another connection, after the messages that it lacks. */
  attach(outbox: Outbox, lastSeq: number): void {
    this.#log?.acknowledge(lastSeq);
    for (const line of this.#log?.after(lastSeq) ?? []) outbox.write(line);
    this.#outbox = outbox;
    this.#wake();
  }

  /** What has been sent is not sent again. */
  forgetSent(): void {
    this.#log?.forgetAll();
    this.#wake();
  }

  detach(outbox: Outbox): void {
    if (this.#outbox === outbox) this.#outbox = undefined;
    this.#wake();
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  /** `body` is a JSON object; a numbered message gets `seq` as its last member. */
  #send(head: string, body: string, tail: string): void {
    const log = this.#log;
    if (!log) {
      this.#outbox?.write(escapeSeparators(`${head}${body}${tail}\n`));
      return;
    }
    const comma = body === '{}' ? '' : ',';
    const numbered = `${body.slice(0, -1)}${comma}"seq":${log.nextSeq}}`;
    const line = escapeSeparators(`${head}${numbered}${tail}\n`);
    log.add(line, this.#limits.replayBytesMax);
    this.#outbox?.write(line);
  }
}

/**
 * A line outside of every session: responses that concern the connection, and the final error line (id null).
 */
export function responseLine(id: RequestId | null, result: unknown): string {
  return escapeSeparators(
    `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result)}}\n`,
  );
}

export function errorLine(id: RequestId | null, error: HiloError, locale: Locale, closing = false): string {
  const { head, data } = errorParts(id, error, locale, undefined, closing);
  return escapeSeparators(`${head}${data}}}\n`);
}

/** `reason` is what programs check; the text depends on the language. [J-2] */
function errorParts(
  id: RequestId | null,
  error: HiloError,
  locale: Locale,
  trace?: string,
  closing = false,
): { head: string; data: string } {
  const message = errorText(error.key, locale, error.values);
  const code = ERRORS[error.key].code;
  const data = {
    reason: error.key,
    retryAfterMs: error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs),
    trace,
    values: Object.keys(error.values).length > 0 ? error.values : undefined,
    closing: closing || undefined,
  };
  return {
    head:
      `{"jsonrpc":"2.0","id":${JSON.stringify(id)},` +
      `"error":{"code":${code},"message":${JSON.stringify(message)},"data":`,
    data: JSON.stringify(data),
  };
}

/** U+2028 and U+2029 are legal in JSON, but some line readers split there. [P-10] */
function escapeSeparators(line: string): string {
  return /[\u2028\u2029]/.test(line)
    ? line.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
    : line;
}
