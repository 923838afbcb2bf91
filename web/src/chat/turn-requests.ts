/** Sends the turn that is held, and takes what the server answers to it. */
import type { Clock } from '../../../shared/clock.ts';
import type { Ask } from '../../../shared/client/client.ts';
import {
  isErrorKey,
  isRecord,
  numberOf,
  type Outcome,
  type RequestId,
} from '../../../shared/client/message.ts';
import { amended, unlimited, type BeginningSettings, type ChatState } from './chat-state.ts';
import type { Line } from './chat-store-options.ts';
import type { Credits } from './credits.ts';
import { completed, dispatched, failed, type Failure } from './live-turn.ts';
import { addressOf, type Opener } from './opener.ts';
import { receiptOf } from './slot-records.ts';
import type { Turn } from './turn.ts';
import { completionOf } from './wire.ts';

export interface TurnRequestsOptions {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly line: Pick<Line, 'state' | 'post' | 'call'>;
  readonly ask: Ask;
  readonly state: () => ChatState;
  readonly change: (next: ChatState) => void;
  readonly keep: () => void;
  readonly opener: Pick<Opener, 'apply'>;
  readonly credits: Credits;
  /** The turn of this window is over. `failure` when it was not answered. */
  readonly ended: (turn: Turn, failure: Failure | undefined) => void;
}

const STOPPED: Failure = { reason: 'cancelled', values: {}, retryAfterMs: 0 };

export class TurnRequests {
  readonly #options: TurnRequestsOptions;
  #cancelLimit: (() => void) | undefined;

  constructor(options: TurnRequestsOptions) {
    this.#options = options;
    this.#watchLimit();
  }

  /** Sends what is held. What cannot leave now stays held and goes with the next session. */
  dispatch(): void {
    const { state, change, keep, line } = this.#options;
    const { live } = state();
    if (live?.phase.name !== 'held') return;
    const open = line.state.name === 'ready' && !line.state.draining;
    const { method, params } = requestOf(live, state());
    change(dispatched(state(), open && line.post(live.requestId, method, params)));
    keep();
  }

  /** Stops a turn, whichever session has asked it. */
  stop({ requestId, elsewhere, trace }: Turn): void {
    if (elsewhere) void this.#options.ask('chat.cancel', { trace });
    else void this.cancel(requestId);
  }

  async cancel(requestId: RequestId): Promise<void> {
    const outcome = await this.#options.line.call('chat.cancel', { requestId });
    if (outcome.ok || outcome.failure.reason !== 'not_found') return;
    // Nothing runs under that id any more, so no answer will come that could end the turn.
    this.#fail(requestId, STOPPED);
  }

  /** A request that neither runs nor was answered never arrived: it is sent again, under its own id. */
  caughtUp(running: readonly RequestId[]): void {
    const { state, change } = this.#options;
    const { live } = state();
    // What another session has asked is told, and not asked for.
    if (!live || live.elsewhere) return;
    if (running.includes(live.requestId)) {
      if (live.stopping) void this.cancel(live.requestId);
      return;
    }
    if (live.stopping) return this.#fail(live.requestId, STOPPED);
    change(dispatched(state(), false));
    this.dispatch();
  }

  answered(id: RequestId, outcome: Outcome): void {
    const { state, change, opener, credits, ended } = this.#options;
    if (!outcome.ok) {
      const { reason, values, retryAfterMs = 0 } = outcome.failure;
      if (isErrorKey(reason)) this.#fail(id, { reason, values, retryAfterMs });
      return;
    }
    const completion = completionOf(outcome.result);
    const { live } = state();
    if (!opener.apply(id, (away) => completed(away, id, completion)))
      change(completed(state(), id, completion));
    if (live?.requestId === id) ended(live, undefined);
    const { credits: told } = outcome.result;
    if (isRecord(told)) credits.told(numberOf(told['balance']), completion.charged);
  }

  #fail(id: RequestId, failure: Failure): void {
    const { clock, state, change, opener, credits, ended } = this.#options;
    if (opener.apply(id, (away) => failed(away, id, failure, clock.now()))) return;
    const { live } = state();
    change(failed(state(), id, failure, clock.now()));
    this.#watchLimit();
    if (live?.requestId === id && !state().live) ended(live, failure);
    const { reason, values } = failure;
    if (reason === 'insufficient_credits' || reason === 'address_credits_used' || reason === 'credits_held')
      credits.told(numberOf(values['balance']));
    // What was delivered is charged, and the response of a stopped message does not say how much.
    const isStopped = reason === 'cancelled' && live?.requestId === id && live.answer !== '';
    if (isStopped && live.trace !== '') void this.#account(live);
  }

  async #account({ id, trace }: Turn): Promise<void> {
    const { state, change, keep, ask, credits } = this.#options;
    const cost = await credits.costOf(trace);
    if (!cost) return;
    change(amended(state(), id, { charged: cost.charged }));
    const outcome = await ask('ledger.receipt', { index: cost.index });
    if (outcome.ok) change(amended(state(), id, { receipt: receiptOf(outcome.result) }));
    keep();
  }

  #watchLimit(): void {
    const { clock, state, change } = this.#options;
    this.#cancelLimit?.();
    const { limitedUntilMs } = state();
    if (limitedUntilMs === 0) return;
    const leftMs = Math.max(0, limitedUntilMs - clock.now());
    this.#cancelLimit = clock.after(leftMs, () => change(unlimited(state())));
  }
}

function requestOf({ id, text, asked, attachments }: Turn, state: ChatState) {
  const { name } = asked;
  const conversation = addressOf(state);
  const params = { clientMessageId: id };
  if (name === 'edit')
    return { method: 'chat.edit', params: { ...params, text, message: asked.message } } as const;
  if (name === 'regenerate')
    return { method: 'chat.regenerate', params: { ...params, message: asked.message } } as const;
  const where = conversation && { conversation };
  const settings = givenOf(state.settings);
  const files = attachments.length > 0 && {
    attachments: attachments.map(({ file, name }) => ({ file, name })),
  };
  return { method: 'chat.send', params: { text, ...files, ...params, ...where, ...settings } } as const;
}

function givenOf(settings: BeginningSettings | undefined) {
  const given = Object.entries(settings ?? {}).filter(([, value]) => value !== '');
  return given.length > 0 && { settings: Object.fromEntries(given) };
}
