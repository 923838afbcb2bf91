/**
 * When a connection may continue: what it owes for its commands, and what it and its address owe for bytes
 * and for the time that their lines took. [P-13]
 */
import type { Clock } from '../../shared/clock.ts';
import { CommandBudget, type BudgetLimits } from '../protocol/command-budget.ts';
import { InputBudget } from '../protocol/input-budget.ts';

export interface PaceLimits extends BudgetLimits {
  readonly inputBytesPerSecond: number;
  readonly inputBytesBurst: number;
  readonly addressInputBytesPerSecond: number;
  readonly addressInputBytesBurst: number;
  readonly workMsPerSecond: number;
  readonly workMsBurst: number;
}

export class Pace {
  readonly commands: CommandBudget;
  /** Shared with the other connections of the address; undefined where the address does not count. */
  address: InputBudget | undefined;
  /** Undefined for the gateway's own connections, where each request is charged to its client. [G-8] */
  #own: InputBudget | undefined;
  readonly #limits: PaceLimits;
  #isAuthenticated = false;
  readonly #clock: Clock;
  readonly #onPaid: () => void;
  #stopTimer: (() => void) | undefined;
  /** After a wait one line is taken, whatever other connections of the address owe: so each gets its turn. */
  #isDue = false;

  constructor(clock: Clock, limits: PaceLimits, onPaid: () => void) {
    const nowMs = clock.monotonic();
    this.#clock = clock;
    this.#onPaid = onPaid;
    this.commands = new CommandBudget(limits, nowMs);
    this.#limits = limits;
    this.#own = new InputBudget(ownRates(limits), nowMs);
  }

  /** Somebody has shown a key: one connection may send what an address may, large inputs for example. */
  authenticated(): void {
    if (!this.#own || this.#isAuthenticated) return;
    this.#isAuthenticated = true;
    this.#own = new InputBudget(addressRates(this.#limits), this.#clock.monotonic());
  }

  exempt(): void {
    this.#own = undefined;
  }

  received(bytes: number): void {
    const nowMs = this.#clock.monotonic();
    this.#own?.received(nowMs, bytes);
    this.address?.received(nowMs, bytes);
  }

  /** Runs what a line asks for, and charges the time that it holds the event loop. */
  work(run: () => void): void {
    this.#isDue = false;
    const startMs = this.#clock.monotonic();
    run();
    const nowMs = this.#clock.monotonic();
    if (nowMs === startMs) return;
    this.#own?.worked(nowMs, nowMs - startMs);
    this.address?.worked(nowMs, nowMs - startMs);
  }

  /** While there is debt no line is taken; `onPaid` is called when it is paid. */
  owes(): boolean {
    if (this.#stopTimer) return true;
    const nowMs = this.#clock.monotonic();
    const waitMs = Math.max(this.commands.waitMs(nowMs), this.#inputWaitMs(nowMs));
    if (waitMs === 0) return false;
    this.#stopTimer = this.#clock.after(waitMs, () => {
      this.#stopTimer = undefined;
      this.#isDue = true;
      this.#onPaid();
    });
    return true;
  }

  /** Bytes were read faster than allowed, or took too long: nothing more is read for now. */
  get owesForInput(): boolean {
    return this.#stopTimer !== undefined && this.#inputWaitMs(this.#clock.monotonic()) > 0;
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #inputWaitMs(nowMs: number): number {
    const addressMs = this.#isDue ? 0 : (this.address?.waitMs(nowMs) ?? 0);
    return Math.max(this.#own?.waitMs(nowMs) ?? 0, addressMs);
  }
}

function ownRates({ inputBytesPerSecond, inputBytesBurst, workMsPerSecond, workMsBurst }: PaceLimits) {
  return { bytesPerSecond: inputBytesPerSecond, bytesBurst: inputBytesBurst, workMsPerSecond, workMsBurst };
}

function addressRates(limits: PaceLimits) {
  const { addressInputBytesPerSecond, addressInputBytesBurst } = limits;
  return {
    ...ownRates(limits),
    bytesPerSecond: addressInputBytesPerSecond,
    bytesBurst: addressInputBytesBurst,
  };
}
