/**
 * Tells the operator's receiver what has begun and what has ended. In memory is one small record for each
 * thing that can go wrong, never a list of messages, so that a receiver that fails for hours costs nothing
 * more. One message is under way at a time.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../observability/log.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import { ALERT_LIMITS, WEBHOOK_LIMITS } from './limits.ts';
import { signedHeaders } from './webhook-signature.ts';
import { isTaken } from './webhook-tries.ts';

export const ALERT_KINDS = [
  'ledger_stopped',
  'witness_alarm',
  'route_down',
  'disk_nearly_full',
  'spending_high',
] as const;
type AlertKind = (typeof ALERT_KINDS)[number];

export interface AlertState {
  readonly kind: AlertKind;
  /** The id of the route, or the name of the witness. */
  readonly subject?: string;
  readonly isOn: boolean;
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface OperatorAlertsOptions {
  readonly url: string;
  readonly secret: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly http: Pick<OutboundHttp, 'send'>;
}

interface Alert {
  state: AlertState;
  since: number;
  /** It has begun, and the receiver does not know. */
  isNews: boolean;
  /** The receiver knows that it has begun, and not that it has ended. */
  isTold: boolean;
  endedAt: number;
  /** No beginning is told before. */
  quietUntil: number;
  /** Kept from try to try. */
  messageId: string | undefined;
}

export class OperatorAlerts {
  readonly #options: OperatorAlertsOptions;
  readonly #alerts = new Map<string, Alert>();
  readonly #closing = new AbortController();
  #sending: Promise<void> | undefined;
  #pausedUntil = 0;
  #failures = 0;
  #cancelLook = () => {};

  constructor(options: OperatorAlertsOptions) {
    this.#options = options;
  }

  /** Returns at once. What does not change is not told again. */
  note(state: AlertState): void {
    const key = `${state.kind} ${state.subject ?? ''}`;
    const alert = this.#alerts.get(key);
    if (alert?.state.isOn === state.isOn || (!alert && !state.isOn)) return;
    const now = this.#options.clock.now();
    if (!alert) this.#alerts.set(key, begun(state, now));
    else change(alert, state, now);
    this.#look();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelLook();
    await this.#sending;
  }

  #look(): void {
    this.#cancelLook();
    if (this.#sending || this.#closing.signal.aborted) return;
    const { clock } = this.#options;
    const now = clock.now();
    const [next] = [...this.#alerts.values()]
      .filter(({ isNews, isTold, state }) => (isTold ? !state.isOn : isNews))
      .map((alert) => ({ alert, at: Math.max(this.#pausedUntil, alert.isTold ? 0 : alert.quietUntil) }))
      .toSorted((one, other) => one.at - other.at);
    if (!next) return;
    if (next.at > now) {
      this.#cancelLook = clock.after(next.at - now, () => this.#look());
      return;
    }
    this.#sending = this.#tell(next.alert).finally(() => {
      this.#sending = undefined;
      this.#look();
    });
  }

  async #tell(alert: Alert): Promise<void> {
    const { clock, random, log, newId } = this.#options;
    const hasEnded = alert.isTold;
    alert.messageId ??= `msg_${newId()}`;
    const reason = await this.#send(alert.messageId, bodyOf(alert, hasEnded, clock.now()));
    if (reason === undefined) {
      if (this.#failures > 0) log.info('The receiver of alerts takes them again');
      this.#failures = 0;
      alert.messageId = undefined;
      told(alert, hasEnded, clock.now());
      return;
    }
    if (this.#closing.signal.aborted) return;
    if (this.#failures === 0) log.warn({ reason }, 'The receiver of alerts does not take them');
    const { delayFirstMs, delayMaxMs } = ALERT_LIMITS;
    const delay = Math.min(delayFirstMs * 2 ** Math.min(this.#failures, 20), delayMaxMs);
    this.#failures += 1;
    this.#pausedUntil = clock.now() + Math.round(delay * (1 + random() * WEBHOOK_LIMITS.jitter));
  }

  /** Why it was not taken; undefined when it was. */
  async #send(id: string, body: string): Promise<string | undefined> {
    const { url, secret, clock, http, log } = this.#options;
    const { totalMs, idleMs, responseBytesMax: bytesMax } = WEBHOOK_LIMITS;
    const signed = signedHeaders({ id, at: clock.now(), body }, [secret]);
    const headers = { 'content-type': 'application/json', ...signed };
    const limits = { bytesMax, overlong: 'cut', totalMs, idleMs, signal: this.#closing.signal } as const;
    try {
      const { status } = await http.send({ url, method: 'POST', headers, body, ...limits });
      return isTaken({ status }) ? undefined : String(status);
    } catch (err) {
      if (err instanceof OutboundError) return err.fault;
      log.error({ err }, 'An alert could not be sent');
      return 'internal';
    }
  }
}

function begun(state: AlertState, now: number): Alert {
  const never = { isTold: false, endedAt: 0, quietUntil: 0, messageId: undefined };
  return { state, since: now, isNews: true, ...never };
}

/** Where it comes back before its end is told, it has not ended for the receiver. */
function change(alert: Alert, state: AlertState, now: number): void {
  alert.state = state;
  if (!state.isOn) alert.endedAt = now;
  else if (!alert.isTold && !alert.isNews) {
    alert.isNews = true;
    alert.since = now;
  }
}

function told(alert: Alert, hasEnded: boolean, now: number): void {
  alert.isTold = !hasEnded;
  if (!hasEnded) {
    alert.isNews = false;
    alert.quietUntil = now + ALERT_LIMITS.quietMs;
  } else if (alert.state.isOn) {
    // It has come back while its end was under way.
    alert.isNews = true;
    alert.since = now;
  }
}

function bodyOf({ state, since, endedAt }: Alert, hasEnded: boolean, now: number): string {
  const { kind, subject, numbers = {} } = state;
  return JSON.stringify({
    type: hasEnded ? 'alert.ended' : 'alert.begun',
    timestamp: new Date(now).toISOString(),
    data: {
      kind,
      ...(subject !== undefined && { subject }),
      since: new Date(since).toISOString(),
      ...(hasEnded && { until: new Date(endedAt).toISOString() }),
      numbers,
    },
  });
}
