/**
 * Reports of errors in the protocol of Sentry. An event has the kind of the error, its code and where in the
 * program it arose. It has neither the message of the error nor any value, since texts, keys and addresses
 * can be in them. Imported only where a DSN is given.
 */
import {
  createEventEnvelope,
  createStackParser,
  createTransport,
  getEnvelopeEndpointWithUrlEncodedAuth,
  makeDsn,
  type Event,
  type StackFrame,
} from '@sentry/core';
import { nodeStackLineParser } from '@sentry/core/server';
import type { Clock } from '../../../shared/clock.ts';
import type { ErrorReport, ErrorReports } from '../error-reports.ts';

export const REPORT_LIMITS = {
  /** A failure that comes again and again says nothing new. */
  reportsPerMinute: 30,
  requestMs: 5_000,
  /** Reports that are on their way at once; others are dropped. */
  waitingMax: 16,
  flushMs: 2_000,
  frames: 50,
} as const;

const MINUTE_MS = 60_000;

export interface SentryReportsOptions {
  readonly dsn: string;
  readonly version: string;
  readonly clock: Clock;
  /** Names of files are told relative to this folder. */
  readonly root: string;
  /** 32 hexadecimal digits. */
  readonly newId: () => string;
}

export class SentryReports implements ErrorReports {
  readonly #options: SentryReportsOptions;
  readonly #dsn: NonNullable<ReturnType<typeof makeDsn>>;
  readonly #transport: ReturnType<typeof createTransport>;
  readonly #parse = createStackParser(nodeStackLineParser());
  #minute = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(options: SentryReportsOptions) {
    this.#options = options;
    const dsn = makeDsn(options.dsn);
    if (!dsn) throw new Error('SENTRY_DSN cannot be used');
    this.#dsn = dsn;
    const url = getEnvelopeEndpointWithUrlEncodedAuth(dsn);
    const { waitingMax: bufferSize } = REPORT_LIMITS;
    this.#transport = createTransport({ bufferSize, recordDroppedEvent: () => {} }, async ({ body }) => {
      const response = await fetch(url, {
        method: 'POST',
        body: typeof body === 'string' ? body : Buffer.from(body),
        redirect: 'error',
        signal: AbortSignal.timeout(REPORT_LIMITS.requestMs),
      });
      await response.body?.cancel();
      const header = (name: string) => response.headers.get(name);
      const limits = {
        'x-sentry-rate-limits': header('x-sentry-rate-limits'),
        'retry-after': header('retry-after'),
      };
      return { statusCode: response.status, headers: limits };
    });
  }

  report(report: ErrorReport): void {
    if (!this.#hasRoom()) return;
    const envelope = createEventEnvelope(this.#eventOf(report), this.#dsn);
    this.#transport.send(envelope).then(undefined, () => undefined);
  }

  async flush(): Promise<void> {
    await this.#transport.flush(REPORT_LIMITS.flushMs);
  }

  #hasRoom(): boolean {
    const nowMs = this.#options.clock.monotonic();
    if (nowMs - this.#minute >= MINUTE_MS) {
      this.#minute = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= REPORT_LIMITS.reportsPerMinute;
  }

  #eventOf({ message, level, error, operation, trace, traceId }: ErrorReport): Event {
    const { clock, newId, version } = this.#options;
    return {
      event_id: newId(),
      timestamp: clock.now() / 1_000,
      platform: 'node',
      level,
      release: `hilo@${version}`,
      message,
      tags: {
        ...(operation !== undefined && { operation }),
        ...(trace !== undefined && { trace }),
        ...(traceId !== undefined && { traceId }),
      },
      ...(error instanceof Error && { exception: { values: [this.#exceptionOf(error)] } }),
    };
  }

  #exceptionOf(error: Error) {
    const { code } = error as { readonly code?: unknown };
    return {
      type: nameOf(error),
      // In the place of its message.
      value: typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : '',
      stacktrace: { frames: this.#framesOf(error) },
    };
  }

  /** Only lines that name a place: the message, which comes first, may have lines of its own. */
  #framesOf({ stack = '', message }: Error): StackFrame[] {
    const places = stack.slice(stack.indexOf(message) + message.length);
    const frames = this.#parse(places).slice(-REPORT_LIMITS.frames);
    return frames.map(({ function: name, filename = '', lineno, colno, in_app }) => ({
      ...(name !== undefined && { function: name }),
      filename: this.#placeOf(filename),
      ...(lineno !== undefined && { lineno }),
      ...(colno !== undefined && { colno }),
      ...(in_app !== undefined && { in_app }),
    }));
  }

  #placeOf(filename: string): string {
    const path = filename.replace(/^file:\/\//, '');
    if (path.startsWith(this.#options.root)) return path.slice(this.#options.root.length);
    return path.startsWith('node:') ? path : 'elsewhere';
  }
}

function nameOf({ name }: Error): string {
  return /^\w{1,64}$/.test(name) ? name : 'Error';
}
