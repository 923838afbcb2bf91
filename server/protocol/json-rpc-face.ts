/**
 * The face for programs: JSON-RPC 2.0, one object a line, no batches. [J-1] Requests run at the same time;
 * each response is sent when it is ready, with its request's id.
 */
import type { Operation } from '../../shared/define-operation.ts';
import { HiloError, toHiloError } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { LineFault } from '../../shared/line-splitter.ts';
import { isKnown, isStream, OPERATIONS, takesSecrets } from '../../shared/operations/index.ts';
import type { RequestId, SessionPort } from '../operations/call.ts';
import { RATIONS_EVENT } from '../../shared/rations.ts';
import type { RequestMeta } from '../../shared/request-meta.ts';
import type { Responder } from '../operations/dispatch.ts';
import type { ForwardedRequest } from './forwarded-requests.ts';
import { errorLine, JsonChannel, responseLine } from './json-channel.ts';
import { readRequest, RequestFault, type Request } from './json-rpc-request.ts';
import type { Session } from './session.ts';
import type { Face, FaceHost } from './face.ts';
import type { Outbox } from './outbox.ts';

/** An acknowledgement is cheap and the protocol requires it, so it counts for little. */
const ACKNOWLEDGEMENT_COST = 0.1;

export class JsonRpcFace implements Face {
  readonly #host: FaceHost;
  /** Few at once (`pendingRequestsMax`), and an empty array costs an idle session less than a set. */
  readonly #pending: (RequestId | symbol)[] = [];
  /** On the gateway's port only. */
  #forwarded: Set<ForwardedRequest> | undefined;
  #channel: JsonChannel;
  #isConfirmed = true;
  /** Lines after a resume belong to the other session, so they wait. */
  #isResuming = false;
  #unacknowledgedSinceMs: number | undefined;
  #acknowledgedSeq = 0;

  constructor(host: FaceHost) {
    this.#host = host;
    this.#channel = host.session.channel = new JsonChannel(host.limits, host.outbox);
  }

  get isReady(): boolean {
    return !this.#host.outbox.isBlocked && !this.#isResuming;
  }

  get isIdle(): boolean {
    return this.#pending.length === 0 && this.#host.session.running.size === 0;
  }

  line(text: string): void {
    this.#confirm();
    const startMs = this.#host.clock.monotonic();
    let request: Request;
    try {
      const { limits, forwarded } = this.#host;
      request = readRequest(text, { locale: this.#locale, limits, believesMeta: forwarded !== undefined });
    } catch (thrown) {
      this.#refuse(idOf(thrown), toHiloError(thrown));
      return;
    }
    const { id, method } = request;
    // [J-5]: the client could not follow the stream. [J-4]: an id names one request at a time.
    if (id === undefined && isStream(method)) {
      const detail = STREAM_DETAIL[this.#locale];
      this.#refuse(null, new HiloError('invalid_request', { values: { detail } }));
    } else if (id !== undefined && (this.#pending.includes(id) || this.#host.session.running.has(id))) {
      this.#refuse(id, new HiloError('duplicate_id'));
    } else if (this.#pending.length >= this.#host.limits.pendingRequestsMax && method !== 'session.ack') {
      const max = this.#host.limits.pendingRequestsMax;
      this.#refuse(id ?? null, new HiloError('too_many_pending', { values: { max } }));
    } else if (!this.#host.mayAskSecrets && takesSecrets(method)) {
      // [T-8] holds whatever form a password comes in.
      this.#refuse(id ?? null, new HiloError('plain_login'));
    } else if (request.meta) {
      this.#forward(request, request.meta, { bytes: text.length, startMs });
    } else {
      void this.#run(request);
    }
  }

  fault(fault: LineFault): void {
    const max = this.#host.lineBytesMax;
    this.#refuse(null, new HiloError(fault, { values: fault === 'line_too_long' ? { max } : {} }));
  }

  finalErrorLine(error: HiloError): string {
    return errorLine(null, error, this.#locale, true);
  }

  draining(reconnectAfterMs: number): void {
    this.#channel.notify('server.draining', { reconnectAfterMs });
  }

  /** A blank line is not a message. [P-5] */
  probe(): void {
    this.#host.outbox.write('\n');
  }

  /** A resumable session that confirms nothing is treated like one that reads nothing. */
  stalledMs(nowMs: number): number {
    const { acknowledgedSeq, unacknowledgedBytes } = this.#channel;
    const isWithinLimit = unacknowledgedBytes <= this.#host.limits.outboxSoftBytes;
    const hasProgress = acknowledgedSeq !== this.#acknowledgedSeq || isWithinLimit;
    this.#acknowledgedSeq = acknowledgedSeq;
    if (hasProgress) this.#unacknowledgedSinceMs = undefined;
    else this.#unacknowledgedSinceMs ??= nowMs;
    return this.#unacknowledgedSinceMs === undefined ? 0 : nowMs - this.#unacknowledgedSinceMs;
  }

  closed(): void {
    const { session, registry, port, outbox, peerEndedMs } = this.#host;
    this.#channel.detach(outbox);
    if (!registry.detach(session, port, peerEndedMs)) session.end();
    for (const { caller } of this.#forwarded ?? []) caller.session.abortAll();
  }

  get #locale(): Locale {
    return this.#host.session.locale;
  }

  /** The first line after a resume shows that its answer, with the new token, has arrived. */
  #confirm(): void {
    if (this.#isConfirmed) return;
    this.#isConfirmed = true;
    this.#host.registry.confirm(this.#host.session);
  }

  #refuse(id: RequestId | null, error: HiloError): void {
    this.#host.budget.take(this.#host.clock.monotonic());
    this.#host.observer.refused(error.key);
    if (id === null) this.#host.outbox.write(errorLine(null, error, this.#locale));
    else this.#channel.fail(id, error, this.#locale);
  }

  /** [G-8] */
  #forward(request: Request, meta: RequestMeta, cost: { bytes: number; startMs: number }): void {
    const { forwarded, clock, session } = this.#host;
    if (!forwarded) return;
    const nowMs = clock.monotonic();
    try {
      const { bytes, startMs } = cost;
      const admitted = forwarded.begin(meta, { method: request.method, bytes, nowMs }, session);
      (this.#forwarded ??= new Set()).add(admitted);
      void this.#runForwarded(request, admitted);
      const endMs = clock.monotonic();
      admitted.worked(endMs, endMs - startMs);
    } catch (thrown) {
      this.#refuseForwarded(request.id, toHiloError(thrown), forwarded.localeOf(meta));
    }
  }

  async #runForwarded({ id, method, params }: Request, forwarded: ForwardedRequest): Promise<void> {
    const { dispatch } = this.#host;
    const key = id ?? Symbol(method);
    this.#pending.push(key);
    const responder = this.#announcing(forwarded, id, this.#responder(id, method, forwarded.caller.session));
    await dispatch(method, params, { ...forwarded.caller, requestId: id }, responder);
    forwarded.end();
    this.#forwarded?.delete(forwarded);
    this.#answered(key);
    this.#host.pump();
  }

  #answered(key: RequestId | symbol): void {
    const at = this.#pending.indexOf(key);
    if (at !== -1) this.#pending.splice(at, 1);
  }

  /** What is left to the client comes before everything else that it is told: headers come first. */
  #announcing(forwarded: ForwardedRequest, id: RequestId | undefined, responder: Responder): Responder {
    const channel = this.#channel;
    let isAnnounced = false;
    const announce = () => {
      const rations = isAnnounced ? undefined : forwarded.rations();
      isAnnounced = true;
      if (rations) channel.notify(RATIONS_EVENT, { requestId: id, ...rations });
    };
    return {
      event(...event) {
        announce();
        responder.event(...event);
      },
      ready: () => responder.ready(),
      result(...result) {
        announce();
        responder.result(...result);
      },
      failure(...failure) {
        announce();
        responder.failure(...failure);
      },
    };
  }

  /** Admission has already charged the client for it. */
  #refuseForwarded(id: RequestId | undefined, error: HiloError, locale: Locale): void {
    this.#host.observer.refused(error.key);
    if (id !== undefined) this.#channel.fail(id, error, locale);
  }

  async #run({ id, method, params, traceparent }: Request): Promise<void> {
    const host = this.#host;
    const key = id ?? Symbol(method);
    if (method !== 'session.ack') this.#pending.push(key);
    if (method === 'session.resume') this.#isResuming = true;
    if (!isStream(method)) {
      host.budget.take(host.clock.monotonic(), method === 'session.ack' ? ACKNOWLEDGEMENT_COST : 1);
    }
    const caller = { session: host.session, requestId: id, connection: host.port, traceparent };
    const succeeded = await host.dispatch(method, params, caller, this.#responder(id, method, host.session));
    // Accepted messages have their own limit; refused ones must cost something too.
    if (!succeeded && isStream(method)) host.budget.take(host.clock.monotonic());
    this.#answered(key);
    if (method === 'session.resume') this.#isResuming = false;
    if (host.adopting) this.#goOnWith(host.adopting);
    host.pump();
  }

  /** After the response to `session.resume`: everything that was missed, then what is new. */
  #goOnWith(adopted: { session: Session; lastSeq: number }): void {
    this.#host.adopting = undefined;
    const { session, lastSeq } = adopted;
    if (!session.channel) return;
    this.#host.session.end();
    this.#host.session = session;
    if (session.credentials.isOperator || session.credentials.login) this.#host.port.raiseLineLimit();
    this.#channel = session.channel;
    this.#isConfirmed = false;
    session.channel.attach(this.#host.outbox, lastSeq);
  }

  #responder(id: RequestId | undefined, method: string, session: SessionPort): Responder {
    return new JsonResponder({ id, method, session, channel: this.#channel, outbox: this.#host.outbox });
  }
}

interface ResponderParts {
  readonly id: RequestId | undefined;
  readonly method: string;
  readonly session: SessionPort;
  readonly channel: JsonChannel;
  readonly outbox: Outbox;
}

class JsonResponder implements Responder {
  readonly #parts: ResponderParts;

  constructor(parts: ResponderParts) {
    this.#parts = parts;
  }

  event(_operation: Operation, name: string, params: Readonly<Record<string, unknown>>): void {
    const { channel, id } = this.#parts;
    channel.notify(name, { requestId: id, ...params });
  }

  ready(): Promise<void> | undefined {
    return this.#parts.channel.ready();
  }

  result(_operation: Operation, value: unknown): void {
    const { id, outbox, channel } = this.#parts;
    if (id === undefined) return;
    if (this.#isUnnumbered) outbox.write(responseLine(id, value));
    else channel.respond(id, value);
  }

  failure(error: HiloError, trace: string | undefined): void {
    const { id, outbox, channel, session } = this.#parts;
    if (id === undefined) return;
    if (this.#isUnnumbered) outbox.write(errorLine(id, error, session.locale));
    else channel.fail(id, error, session.locale, trace);
  }

  /** */
  get #isUnnumbered(): boolean {
    const { method } = this.#parts;
    return isKnown(method) && OPERATIONS[method].unnumbered === true;
  }
}

function idOf(thrown: unknown): RequestId | null {
  return thrown instanceof RequestFault ? thrown.id : null;
}

const STREAM_DETAIL: Localised = {
  en: 'this operation needs an "id"',
  es: 'esta operación necesita un «id»',
};
