/**
 * Tells receivers of jobs that have ended. What is due is in the store, and stays so until a receiver has
 * taken it, has refused it for good, or the time is over: after a crash it is sent again with the same id.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Job } from '../jobs/job.ts';
import type { Log } from '../observability/log.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import { WEBHOOK_LIMITS } from './limits.ts';
import { WebhookLanes, type Lane } from './webhook-lanes.ts';
import type { Webhook, WebhookRows } from './webhook-rows.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import { signedHeaders } from './webhook-signature.ts';
import { afterTry, isTaken, isTooLate, type Outcome } from './webhook-tries.ts';

export interface WebhookDelivererOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Pick<Log, 'error'>;
  readonly rows: WebhookRows;
  readonly secrets: Pick<WebhookSecrets, 'of'>;
  readonly http: Pick<OutboundHttp, 'send'>;
  /** What the receiver is told of a job. */
  readonly viewOf: (job: Job) => object;
}

export class WebhookDeliverer {
  readonly #options: WebhookDelivererOptions;
  readonly #lanes = new WebhookLanes();
  readonly #busy = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #cancelLook = () => {};

  constructor(options: WebhookDelivererOptions) {
    this.#options = options;
  }

  /** Takes up what is due. */
  async start(): Promise<void> {
    for (const due of await this.#options.rows.due()) this.#lanes.due(due);
    this.#look();
  }

  /** Its row says so. */
  ended({ owner, webhook }: Pick<Job, 'owner' | 'webhook'>): void {
    if (webhook === undefined) return;
    this.#lanes.due({ owner, host: new URL(webhook).host, at: this.#options.clock.now() });
    this.#look();
  }

  /** What is under way is broken off, and sent again by the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelLook();
    await Promise.all(this.#busy);
  }

  #look(): void {
    const { clock } = this.#options;
    this.#cancelLook();
    if (this.#closing.signal.aborted) return;
    for (let lane = this.#lanes.next(clock.now()); lane; lane = this.#lanes.next(clock.now())) {
      const run = this.#run(lane).finally(() => this.#busy.delete(run));
      this.#busy.add(run);
    }
    const at = this.#lanes.nextTime();
    if (at === undefined) return;
    this.#cancelLook = clock.after(Math.max(0, at - clock.now()), () => this.#look());
  }

  async #run(lane: Lane): Promise<void> {
    const { clock, log, rows } = this.#options;
    let dueAt: number | undefined;
    try {
      const webhook = await rows.nextTo(lane);
      if (webhook && (webhook.next ?? 0) <= clock.now()) await this.#try(webhook, lane);
      dueAt = (await rows.nextTo(lane))?.next;
    } catch (err) {
      log.error({ err }, 'Webhooks could not be read or written');
      dueAt = clock.now() + WEBHOOK_LIMITS.storeRetryMs;
    }
    this.#lanes.ended(lane, dueAt, clock.now());
    this.#look();
  }

  async #try(webhook: Webhook, lane: Lane): Promise<void> {
    const { rows, random, clock } = this.#options;
    const { job } = webhook;
    const secrets = await this.#options.secrets.of(job.owner);
    if (secrets.length === 0 || isTooLate(job.endedAt, clock.now())) {
      const { attempts, tries } = webhook;
      return rows.tried(job.number, { status: 'failed', next: undefined, attempts, tries });
    }
    const outcome = await this.#send(webhook, secrets);
    if (!outcome) return;
    this.#notePause(lane, outcome);
    await rows.tried(job.number, afterTry(webhook, outcome, random()));
  }

  /** Undefined when the server is closing. */
  async #send({ job, url }: Webhook, secrets: readonly string[]): Promise<Outcome | undefined> {
    const { clock, http, viewOf } = this.#options;
    const body = JSON.stringify({
      type: `job.${job.status}`,
      timestamp: new Date(job.endedAt ?? 0).toISOString(),
      data: viewOf(job),
    });
    const at = clock.now();
    const startMs = clock.monotonic();
    const took = () => ({ at, ms: Math.round(clock.monotonic() - startMs) });
    const { totalMs, idleMs, responseBytesMax: bytesMax } = WEBHOOK_LIMITS;
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders({ id: messageId(job), at, body }, secrets),
    };
    const limits = { bytesMax, overlong: 'cut', totalMs, idleMs, signal: this.#closing.signal } as const;
    try {
      const { status, retryAfter } = await http.send({ url, method: 'POST', headers, body, ...limits });
      return { ...took(), status, retryAfter };
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      const { fault } = error;
      if (fault === 'aborted') return undefined;
      // Of a body the beginning is enough: only its packing can be too large.
      return { ...took(), fault: fault === 'too_large' ? 'protocol' : fault };
    }
  }

  /** One try finds out whether a receiver is well again; what else is due to it loses none. */
  #notePause(lane: Lane, outcome: Outcome): void {
    const { pauseFirstMs, pauseMaxMs } = WEBHOOK_LIMITS;
    lane.failures = isTaken(outcome) ? 0 : lane.failures + 1;
    const ms = lane.failures === 0 ? 0 : Math.min(pauseFirstMs * 2 ** (lane.failures - 1), pauseMaxMs);
    lane.pausedUntil = this.#options.clock.now() + ms;
  }
}

export function messageId({ id }: Pick<Job, 'id'>): string {
  return `msg_${id}`;
}
