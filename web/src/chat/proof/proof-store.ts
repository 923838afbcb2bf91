/**
 * Which answers are proved. Each answer that is drawn asks to be proved; they are taken one after another,
 * the newest first, in the time that the page has to spare.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Turn } from '../turn.ts';
import type { Alarm, KeptReceipt, Proof, ProverContract, UncheckedReason } from './proof-contract.ts';

export interface ProofStoreOptions {
  /** Loads the part of the page that proves; rejects while it cannot be loaded. */
  readonly loadProver: (alarm: (alarm: Alarm) => void) => Promise<ProverContract>;
  /** Asks for the proof, which did not come with the answer, and keeps it with the turn. */
  readonly fetchProof: (turnId: string, receipt: KeptReceipt) => Promise<KeptReceipt | UncheckedReason>;
  /** Runs when the browser has nothing else to do. */
  readonly whenIdle: (run: () => void) => void;
  /** An answer's checkpoint was shown to be consistent with a kept one. */
  readonly linked: (turnId: string, linkedWith: number) => void;
}

export class ProofStore {
  readonly #options: ProofStoreOptions;
  readonly #proofs = new Map<string, { proof: Signal<Proof>; turn: Turn }>();
  readonly #alarm = signal<Alarm | undefined>(undefined);
  #waiting: string[] = [];
  #prover: Promise<ProverContract> | undefined;
  #working = false;

  constructor(options: ProofStoreOptions) {
    this.#options = options;
  }

  get alarm(): ReadonlySignal<Alarm | undefined> {
    return this.#alarm;
  }

  /** The proof of a turn with a receipt; the first to ask sets the work going, and so does a changed text. */
  of(turn: Turn): ReadonlySignal<Proof> {
    const known = this.#proofs.get(turn.id);
    if (known && isSameClaim(known.turn, turn)) {
      known.turn = turn;
      return known.proof;
    }
    const proof = known?.proof ?? signal<Proof>({ name: 'checking' });
    this.#proofs.set(turn.id, { proof, turn });
    this.#enqueue(turn.id);
    return proof;
  }

  /** What could not be proved without the server is tried again. */
  async connected(): Promise<void> {
    if (this.#prover) (await this.#prover.catch(() => undefined))?.connectionChanged();
    for (const [id, { proof }] of this.#proofs) {
      const { name } = proof.peek();
      if (name === 'unchecked') this.#enqueue(id);
    }
  }

  /** The reader has decided that the ledger counts as it is now. */
  async accept(): Promise<void> {
    const alarm = this.#alarm.peek();
    if (!alarm || !this.#prover) return;
    (await this.#prover).accept(alarm);
    this.#alarm.value = undefined;
    for (const id of this.#proofs.keys()) this.#enqueue(id);
  }

  #enqueue(id: string): void {
    if (!this.#waiting.includes(id)) this.#waiting.push(id);
    if (this.#working) return;
    this.#working = true;
    this.#options.whenIdle(() => void this.#work());
  }

  async #work(): Promise<void> {
    const id = this.#waiting.pop();
    const wanted = id === undefined ? undefined : this.#proofs.get(id);
    if (wanted) await this.#prove(wanted);
    this.#working = this.#waiting.length > 0;
    if (this.#working) this.#options.whenIdle(() => void this.#work());
  }

  async #prove(wanted: { proof: Signal<Proof>; turn: Turn }): Promise<void> {
    const { turn } = wanted;
    if (!turn.receipt) return;
    const proof = await this.#proofOf(turn, turn.receipt);
    wanted.proof.value = proof;
    if ('facts' in proof && turn.receipt.linkedWith === 0)
      this.#options.linked(turn.id, proof.facts.linkedWith);
  }

  async #proofOf(turn: Turn, kept: KeptReceipt): Promise<Proof> {
    const { id, trace, text, answer, charged, erased, attachments } = turn;
    const receipt = kept.proof === '' ? await this.#options.fetchProof(id, kept) : kept;
    if (typeof receipt === 'string') return { name: 'unchecked', reason: receipt };
    const prover = await this.#load();
    if (!prover) return { name: 'unchecked', reason: 'disconnected' };
    return prover.prove({ receipt, trace, prompt: text, attachments, answer, charged, erased });
  }

  async #load(): Promise<ProverContract | undefined> {
    this.#prover ??= this.#options.loadProver((alarm) => {
      this.#alarm.value = alarm;
    });
    try {
      return await this.#prover;
    } catch {
      this.#prover = undefined;
      return undefined;
    }
  }
}

function isSameClaim(known: Turn, turn: Turn): boolean {
  return (
    known.receipt?.index === turn.receipt?.index &&
    known.charged === turn.charged &&
    known.text === turn.text &&
    known.answer === turn.answer &&
    known.erased === turn.erased
  );
}
