/**
 * Shows the ledger's newest checkpoint to its witnesses, round by round: all are asked for the same one at
 * once, so that their cosignatures come together under one note. The ledger never waits for any of this.
 */
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { ledgerFolder } from '../../shared/ledger/layout.ts';
import { readWitnessKey } from '../../shared/ledger/cosignature-keys.ts';
import { parseSignedNote, type NoteSignature, type VerifierKey } from '../../shared/ledger/signed-note.ts';
import type { Disk } from '../ledger/disk.ts';
import { openNodeDisk } from '../ledger/node-disk.ts';
import { formatCosigned, readCosigned, writeCosigned, type CosignedCheckpoint } from './cosigned-file.ts';
import { createWitnessHttp, type WitnessFetch, type WitnessHttp } from './witness-http.ts';
import {
  WitnessLink,
  type Target,
  type WitnessedLedger,
  type WitnessLogger,
  type WitnessMetrics,
  type WitnessStatus,
} from './witness-link.ts';
import type { WitnessSetting } from '../config/witness-setting.ts';

export const WITNESS_CLIENT_LIMITS = {
  /** Between the beginnings of two rounds. */
  intervalMs: 5_000,
  /** How long a checkpoint with more cosignatures is preferred to a newer one with fewer. */
  preferredMs: 10 * 60_000,
} as const;

export interface WitnessClientOptions {
  readonly ledger: WitnessedLedger;
  readonly witnesses: readonly WitnessSetting[];
  /** The server's data directory: the cosigned checkpoint is kept in its folder `ledger`. */
  readonly dataDir?: string;
  /** Instead of `dataDir`. */
  readonly disk?: Disk;
  readonly clock: Clock;
  readonly log: WitnessLogger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Instead of undici. */
  readonly fetch?: WitnessFetch;
  readonly metrics?: WitnessMetrics;
}

/** Resolves when it is known what was cosigned before; the first round is then under way. */
export async function createWitnessClient(options: WitnessClientOptions): Promise<WitnessClient> {
  const { ledger, clock, log, random, witnesses } = options;
  const disk = options.disk ?? (await openNodeDisk(join(options.dataDir ?? '.', ledgerFolder)));
  const http = options.fetch ? { fetch: options.fetch, close: () => Promise.resolve() } : createWitnessHttp();
  const metrics = options.metrics ?? { onSubmission: () => undefined };
  const links = witnesses.map(({ url, verifierKey }) => {
    const key = readWitnessKey(verifierKey);
    if (key === undefined) throw new Error(`${verifierKey} is not the key of a witness`);
    return new WitnessLink({ url, key, ledger, clock, log, fetch: http.fetch, random, metrics });
  });
  const keys = links.map(({ key }) => key);
  const before = await readCosigned(disk, ledger, keys, log).catch((error: unknown) => {
    log.warn({ error }, 'The cosigned checkpoint could not be read');
    return undefined;
  });
  return new WitnessClient({ ledger, clock, log, disk, http, links, before });
}

/** What each witness that was asked has given. */
type Given = readonly (readonly [VerifierKey, readonly NoteSignature[]])[];

interface Parts {
  readonly ledger: WitnessedLedger;
  readonly clock: Clock;
  readonly log: WitnessLogger;
  readonly disk: Disk;
  readonly http: WitnessHttp;
  readonly links: readonly WitnessLink[];
  readonly before: CosignedCheckpoint | undefined;
}

export class WitnessClient {
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  readonly #unsubscribe: () => void;
  /** What is handed out. */
  #chosen: CosignedCheckpoint | undefined;
  #chosenNote = '';
  /** The checkpoint of the last round, with what it has gathered. */
  #gathered: CosignedCheckpoint | undefined;
  /** Since when the chosen one is older than the gathered one. */
  #preferredSince: number | undefined;
  #roundBegan = Number.NEGATIVE_INFINITY;
  #round: Promise<void> | undefined;
  #timer: { dueAt: number; cancel: () => void } | undefined;

  /** Use `createWitnessClient`. */
  constructor(parts: Parts) {
    this.#parts = parts;
    const { before, links, ledger } = parts;
    this.#gathered = before;
    if (before !== undefined) this.#choose(before);
    for (const link of links) {
      if (before?.cosignatures.has(link.key) === true) link.remember(before.size, this.#chosenNote);
    }
    this.#unsubscribe = ledger.onCommit(() => this.#schedule());
    this.#schedule();
  }

  /**
   * The newest checkpoint with the most cosignatures, or the ledger's head when there is none. One that more
   * witnesses cosigned is preferred to a newer one for some minutes only, lest one that is gone stops time.
   */
  checkpoint(): { readonly size: number; readonly note: string } {
    const chosen = this.#chosen;
    return chosen ? { size: chosen.size, note: this.#chosenNote } : this.#parts.ledger.head;
  }

  status(): WitnessStatus[] {
    return this.#parts.links.map((link) => link.status);
  }

  /** Ends what runs, without waiting for witnesses. */
  async close(): Promise<void> {
    this.#unsubscribe();
    this.#timer?.cancel();
    this.#stop.abort();
    await this.#round;
    await this.#parts.http.close();
  }

  /** Called with every commit: does next to nothing while a round runs or is due at the earliest moment. */
  #schedule(): void {
    const { clock } = this.#parts;
    const earliest = this.#roundBegan + WITNESS_CLIENT_LIMITS.intervalMs;
    if (this.#round !== undefined || this.#stop.signal.aborted) return;
    if (this.#timer !== undefined && this.#timer.dueAt <= earliest) return;
    const due = this.#dueAt();
    if (due === undefined) return;
    const dueAt = Math.max(due, earliest);
    if (this.#timer !== undefined && this.#timer.dueAt <= dueAt) return;
    this.#timer?.cancel();
    const cancel = clock.after(Math.max(0, dueAt - clock.monotonic()), () => {
      this.#timer = undefined;
      this.#round = this.#runRound().finally(() => {
        this.#round = undefined;
        this.#schedule();
      });
    });
    this.#timer = { dueAt, cancel };
  }

  /** When the first witness that lacks the newest checkpoint may be asked. */
  #dueAt(): number | undefined {
    const { links, ledger } = this.#parts;
    const times = links.map((link) => link.dueAt(ledger.head.size)).filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Never rejects. */
  async #runRound(): Promise<void> {
    const { clock, ledger, links } = this.#parts;
    const now = clock.monotonic();
    this.#roundBegan = now;
    const { size, note } = ledger.head;
    const target = { size, note, text: parseSignedNote(note)?.text ?? '' };
    const asked = links.filter((link) => (link.dueAt(size) ?? Number.POSITIVE_INFINITY) <= now);
    const given = await Promise.all(
      asked.map(async (link) => [link.key, await link.submit(target, this.#stop.signal)] as const),
    );
    await this.#take(target, given);
  }

  async #take(target: Target, given: Given): Promise<void> {
    const { disk, log } = this.#parts;
    this.#gather(target, given);
    const gathered = this.#gathered;
    if (gathered === undefined || gathered === this.#chosen || !this.#isPreferable(gathered)) return;
    await writeCosigned(disk, gathered).catch((error: unknown) => {
      log.warn({ error }, 'The cosigned checkpoint could not be written');
    });
    this.#choose(gathered);
  }

  #gather(target: Target, given: Given): void {
    const known = this.#gathered?.text === target.text ? this.#gathered.cosignatures : [];
    const fresh = given.filter(([, signatures]) => signatures.length > 0);
    if (fresh.length === 0) return;
    const all = new Map<VerifierKey, readonly NoteSignature[]>([...known, ...fresh]);
    // In the order of the setting, whoever answered first.
    const { links } = this.#parts;
    const cosignatures = new Map(links.flatMap(({ key }) => [...all].filter(([owner]) => owner === key)));
    this.#gathered = { ...target, cosignatures };
  }

  #choose(checkpoint: CosignedCheckpoint): void {
    this.#chosen = checkpoint;
    this.#chosenNote = formatCosigned(checkpoint);
    this.#preferredSince = undefined;
  }

  #isPreferable(gathered: CosignedCheckpoint): boolean {
    const chosen = this.#chosen;
    if (chosen === undefined || gathered.cosignatures.size >= chosen.cosignatures.size) return true;
    const now = this.#parts.clock.monotonic();
    this.#preferredSince ??= now;
    return now - this.#preferredSince >= WITNESS_CLIENT_LIMITS.preferredMs;
  }
}
