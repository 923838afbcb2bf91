/**
 * [G-8] in docs/protocol.md.
 * Requests that the gateway passes on for HTTP clients. Each has a session of its own for its short life, so
 * that nothing of one client reaches the next one on the same connection, and is charged to its client's
 * address.
 */
import { ERRORS, HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { OPERATIONS } from '../../shared/operations/index.ts';
import type { Rations } from '../../shared/rations.ts';
import type { RequestMeta } from '../../shared/request-meta.ts';
import type { Credentials } from '../identity/principal.ts';
import type { RequestIdentity } from '../identity/request-identity.ts';
import type { ConnectionPort } from '../operations/call.ts';
import type { Caller } from '../operations/dispatch.ts';
import type { InputBudget } from './input-budget.ts';
import type { Session } from './session.ts';

export type RequestVerdict =
  | { readonly isAdmitted: true; readonly release: () => void; readonly input: InputBudget | undefined }
  | { readonly isAdmitted: false; readonly retryAfterMs: number };

export interface RequestAdmission {
  admitRequest(address: string, nowMs: number): RequestVerdict;
}

export interface ForwardedRequestsOptions {
  readonly identity: RequestIdentity;
  readonly admission: RequestAdmission;
  /** Of clients that ask for no language. */
  readonly locale: Locale;
  /** Asked when the request is known to be from its maker; what it gives is asked when it is told. */
  readonly rationsOf: (credentials: Credentials) => Promise<() => Rations>;
  /** For the log: leads from the id that the client knows to the name in other lines. */
  readonly onBegun: (request: { request: string; session: string; operation: string }) => void;
}

export interface ForwardedRequest {
  readonly caller: Omit<Caller, 'requestId'>;
  /** What is left to its maker; undefined for what is not rationed, or before that is known. */
  rations(): Rations | undefined;
  /** Charges the client's address for the time that its line has held the event loop. */
  worked(nowMs: number, workMs: number): void;
  end(): void;
}

export class ForwardedRequests {
  readonly #options: ForwardedRequestsOptions;

  constructor(options: ForwardedRequestsOptions) {
    this.#options = options;
  }

  localeOf(meta: RequestMeta): Locale {
    return meta.locale ?? this.#options.locale;
  }

  /** Throws `too_many_requests`. `carrier` is the session of the gateway's connection. */
  begin(
    meta: RequestMeta,
    request: { readonly method: string; readonly bytes: number; readonly nowMs: number },
    carrier: Session,
  ): ForwardedRequest {
    const { identity, admission, rationsOf, onBegun } = this.#options;
    const verdict = admission.admitRequest(meta.address, request.nowMs);
    if (!verdict.isAdmitted) {
      const { retryAfterMs } = verdict;
      const values = { seconds: Math.ceil(retryAfterMs / 1_000) };
      throw new HiloError('too_many_requests', { values, retryAfterMs });
    }
    verdict.input?.received(request.nowMs, request.bytes);
    const session = carrier.carry(this.localeOf(meta), unidentified);
    if (meta.requestId !== undefined) {
      onBegun({ request: meta.requestId, session: session.name, operation: nameOf(request.method) });
    }
    let rations: (() => Rations) | undefined;
    return {
      caller: {
        session,
        connection: new ClientPort(meta),
        clientRequestId: meta.requestId,
        traceparent: meta.traceparent,
        identify: async ({ access, effect }) => {
          await identify(session, identity, meta, access === 'public');
          if (effect === 'stream') rations = await rationsOf(session.credentials);
        },
      },
      rations: () => rations?.(),
      worked: (nowMs, workMs) => verdict.input?.worked(nowMs, workMs),
      end: () => {
        verdict.release();
        session.end();
      },
    };
  }
}

/** Where the client is; there is no connection of its own that a handler could end or take over. */
class ClientPort implements ConnectionPort {
  readonly address: string;
  readonly userAgent: string | undefined;

  constructor({ address, userAgent }: RequestMeta) {
    this.address = address;
    this.userAgent = userAgent;
  }

  supersede(): void {}

  adopt(): void {
    throw new HiloError('session_begun');
  }

  raiseLineLimit(): void {}
}

function unidentified(): never {
  throw new Error('The client of this request has not been identified');
}

/** A token that is no longer valid must not keep its owner from signing in again. */
async function identify(
  session: Session,
  identity: RequestIdentity,
  client: RequestMeta,
  isForVisitors: boolean,
): Promise<void> {
  try {
    await identity.identify(session, client);
  } catch (error) {
    const isRefused = error instanceof HiloError && ERRORS[error.key].http === 401;
    if (!isForVisitors || !isRefused) throw error;
    await identity.identify(session, { address: client.address });
  }
}

/** A name that is no operation may be anything, and is not written to the log. */
function nameOf(method: string): string {
  return Object.hasOwn(OPERATIONS, method) ? method : '';
}
