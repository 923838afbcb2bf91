/**
 * What the server knows of one witness, and the exchange with it (c2sp.org/tlog-witness): a proof leads from
 * the size that it cosigned last to the newest checkpoint. A witness that does not answer is asked less and
 * less often.
 */
import type { Clock } from '../../shared/clock.ts';
import { openCosignedNote } from '../../shared/ledger/cosignature-keys.ts';
import {
  formatSignatureLine,
  formatSignedNote,
  type NoteSignature,
  type VerifierKey,
} from '../../shared/ledger/signed-note.ts';
import {
  addCheckpointPath,
  formatAddCheckpoint,
  parseAddCheckpointAnswer,
  type AddCheckpointAnswer,
} from '../../shared/ledger/witness-protocol.ts';
import type { WitnessFetch } from './witness-http.ts';

export const WITNESS_LINK_LIMITS = {
  /** For one exchange, connecting included. */
  requestMs: 10_000,
  /** The first request may learn the witness's size, the second uses it; more would be a race or abuse. */
  exchangesMax: 3,
  backoffInitialMs: 1_000,
  backoffMaxMs: 5 * 60_000,
} as const;

/** A checkpoint that is submitted. */
export interface Target {
  readonly size: number;
  /** As the ledger signed it. */
  readonly note: string;
  /** The note's text, which is what witnesses sign. */
  readonly text: string;
}

/** The part of the ledger that is needed here. The ledger itself never waits for witnesses. */
export interface WitnessedLedger {
  readonly origin: string;
  readonly head: { readonly size: number; readonly root: Uint8Array; readonly note: string };
  consistency(oldSize: number, newSize?: number): Promise<Uint8Array[]>;
  onCommit(listener: () => void): () => void;
}

export interface WitnessLogger {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** `inconsistent` is the alarm: the witness does not see the ledger grow. */
export type SubmissionOutcome = 'cosigned' | 'conflict' | 'failed' | 'inconsistent';

export interface WitnessMetrics {
  /** After each exchange with a witness, which is given by the name of its key. */
  onSubmission(witness: string, outcome: SubmissionOutcome, durationMs: number): void;
}

export interface WitnessStatus {
  readonly name: string;
  readonly url: string;
  /** The size that it cosigned last, as far as this server knows. */
  readonly size: number;
  /** Wall time in milliseconds. */
  readonly lastSuccess: number | undefined;
  /** Gone with the next success. */
  readonly lastError: { readonly at: number; readonly message: string } | undefined;
  /** Whether the last answer was the alarm. */
  readonly isInconsistent: boolean;
}

export interface WitnessLinkOptions {
  readonly url: string;
  readonly key: VerifierKey;
  readonly ledger: WitnessedLedger;
  readonly clock: Clock;
  readonly log: WitnessLogger;
  readonly fetch: WitnessFetch;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly metrics: WitnessMetrics;
}

/** `again`: it gave its size, and can be asked again from there. `alarm` and `failure` say what is wrong. */
type AnswerResult =
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  | { readonly kind: 'again' }
  | { readonly kind: 'failure' | 'alarm'; readonly message: string };

export class WitnessLink {
  readonly #options: WitnessLinkOptions;
  /** What the witness is thought to have cosigned last; it says so itself when that is wrong. */
  #size = 0;
  /** What it is proved to have cosigned, to show beside our own when they differ. */
  #cosigned: { size: number; note: string } | undefined;
  /** The newest size that it cosigned since this server started. */
  #confirmed = 0;
  #failures = 0;
  #notBefore = 0;
  #lastSuccess: number | undefined;
  #lastError: { at: number; message: string } | undefined;
  #isInconsistent = false;

  constructor(options: WitnessLinkOptions) {
    this.#options = options;
  }

  get key(): VerifierKey {
    return this.#options.key;
  }

  get status(): WitnessStatus {
    const { key, url } = this.#options;
    const [lastSuccess, lastError, isInconsistent] = [
      this.#lastSuccess,
      this.#lastError,
      this.#isInconsistent,
    ];
    return { name: key.name, url, size: this.#size, lastSuccess, lastError, isInconsistent };
  }

  /** From when on it may be asked, in monotonic time; undefined when it has cosigned a tree of this size. */
  dueAt(size: number): number | undefined {
    return this.#confirmed >= size ? undefined : this.#notBefore;
  }

  /** Takes up what it cosigned before this server started. */
  remember(size: number, note: string): void {
    this.#size = size;
    this.#cosigned = { size, note };
  }

  /** The witness's cosignatures of the checkpoint, verified; none when it gave none. Never rejects. */
  async submit(target: Target, signal: AbortSignal): Promise<readonly NoteSignature[]> {
    for (let exchange = 0; exchange < WITNESS_LINK_LIMITS.exchangesMax && !signal.aborted; exchange += 1) {
      const verdict = await this.#exchange(target, signal).catch(failure);
      if (verdict.kind === 'cosigned') return verdict.signatures;
      if (verdict.kind === 'again') continue;
      if (signal.aborted) return [];
      if (verdict.kind === 'alarm') this.#alarm(target, verdict.message);
      else this.#failed(verdict.message);
      return [];
    }
    if (!signal.aborted) this.#failed('It has told another size each time');
    return [];
  }

  async #exchange(target: Target, signal: AbortSignal): Promise<AnswerResult> {
    const { ledger, metrics, clock, key } = this.#options;
    // A witness that was ahead is asked anew where it stands: with 0, it says so.
    const oldSize = this.#size > target.size ? 0 : this.#size;
    const proof = await ledger.consistency(oldSize, target.size);
    const begin = clock.monotonic();
    let outcome: SubmissionOutcome = 'failed';
    try {
      const answer = await this.#post(
        formatAddCheckpoint({ oldSize, proof, note: target.note }),
        target,
        signal,
      );
      const verdict = this.#judge(answer, oldSize, target);
      outcome = outcomes[verdict.kind];
      return verdict;
    } finally {
      metrics.onSubmission(key.name, outcome, clock.monotonic() - begin);
    }
  }

  async #post(body: string, { text }: Target, signal: AbortSignal): Promise<AddCheckpointAnswer> {
    const { clock, fetch, url } = this.#options;
    const { requestMs } = WITNESS_LINK_LIMITS;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const call = new AbortController();
    // Not left to the call alone: one that is still connecting may take its time to be aborted.
    const end = (error: Error): void => {
      reject(error);
      call.abort(error);
    };
    const onStop = (): void => end(new Error('The server stops'));
    const cancel = clock.after(requestMs, () => end(new Error(`No answer within ${requestMs} ms`)));
    signal.addEventListener('abort', onStop, { once: true });
    try {
      const answer = await Promise.race([fetch(`${url}${addCheckpointPath}`, body, call.signal), ended]);
      return parseAddCheckpointAnswer(answer, text);
    } finally {
      signal.removeEventListener('abort', onStop);
      cancel();
    }
  }

  #judge(answer: AddCheckpointAnswer, oldSize: number, target: Target): AnswerResult {
    switch (answer.outcome) {
      case 'cosigned':
        return this.#accept(answer.signatures, target);
      case 'conflict':
        return this.#learn(answer.size, oldSize, target);
      case 'malformed':
        return { kind: 'failure', message: answer.reason };
      case 'refused': {
        const message = `Status ${answer.status}: ${answer.reason}`;
        const isOtherRoot = answer.status === 409 && oldSize === target.size;
        return { kind: answer.status === 422 || isOtherRoot ? 'alarm' : 'failure', message };
      }
    }
  }

  /** Only lines of its own key count, and all of them must be right. */
  #accept(lines: readonly NoteSignature[], target: Target): AnswerResult {
    const { key, clock, log } = this.#options;
    const cosigned = openCosignedNote(formatSignedNote({ text: target.text, signatures: [...lines] }), key);
    if (cosigned === undefined) return { kind: 'failure', message: 'Its cosignature is not by its key' };
    if (this.#lastError !== undefined)
      log.info({ witness: key.name, size: target.size }, 'The witness is back');
    this.#size = target.size;
    this.#confirmed = target.size;
    const note = `${target.note}${cosigned.signatures.map(formatSignatureLine).join('')}`;
    this.#cosigned = { size: target.size, note };
    this.#failures = 0;
    this.#notBefore = 0;
    this.#lastSuccess = clock.now();
    this.#lastError = undefined;
    this.#isInconsistent = false;
    return { kind: 'cosigned', signatures: cosigned.signatures };
  }

  #learn(size: number, oldSize: number, target: Target): AnswerResult {
    const { ledger, key, log } = this.#options;
    if (size === oldSize) {
      const message = `It says that it has ${size} entries, which is what it was told`;
      return { kind: size === target.size ? 'alarm' : 'failure', message };
    }
    if (size < (this.#cosigned?.size ?? 0))
      log.warn({ witness: key.name, size }, 'The witness has forgotten what it cosigned');
    this.#size = size;
    return isBeyond(size, ledger) ?? { kind: 'again' };
  }

  #failed(message: string): void {
    const { clock, log, key, url, random } = this.#options;
    const { backoffInitialMs, backoffMaxMs } = WITNESS_LINK_LIMITS;
    if (this.#failures === 0)
      log.warn({ witness: key.name, url, error: message }, 'The witness did not cosign');
    const delay = Math.min(backoffMaxMs, backoffInitialMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#notBefore = clock.monotonic() + delay * (0.5 + random() / 2);
    this.#lastError = { at: clock.now(), message };
    this.#isInconsistent = false;
  }

  /** Logged each time, since it is what witnesses exist for. It cannot be repaired here. */
  #alarm(target: Target, message: string): void {
    const { clock, log, key, url } = this.#options;
    const facts = { witness: key.name, url, error: message, witnessSize: this.#size };
    const both = { checkpoint: target.note, cosigned: this.#cosigned?.note };
    log.error({ ...facts, ...both }, 'The witness says that the ledger is not the one it cosigned');
    this.#failures += 1;
    this.#notBefore = clock.monotonic() + WITNESS_LINK_LIMITS.backoffMaxMs;
    this.#lastError = { at: clock.now(), message };
    this.#isInconsistent = true;
  }
}

const outcomes = {
  cosigned: 'cosigned',
  again: 'conflict',
  failure: 'failed',
  alarm: 'inconsistent',
} as const satisfies Record<AnswerResult['kind'], SubmissionOutcome>;

function isBeyond(size: number, { head }: WitnessedLedger): AnswerResult | undefined {
  if (size <= head.size) return undefined;
  return { kind: 'alarm', message: `It has cosigned ${size} entries, and the ledger has ${head.size}` };
}

function failure(error: unknown): AnswerResult {
  return { kind: 'failure', message: error instanceof Error ? error.message : String(error) };
}
