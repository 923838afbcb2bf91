/** A ledger in memory, witnesses that can be told to misbehave, and a clock in the hands of the test. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { createCosigner, openCosignedNote, type Cosigner } from '../../shared/ledger/cosignature-keys.ts';
import { createNoteSigner, openNote, readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { formatSignatureLine } from '../../shared/ledger/signed-note.ts';
import { emptyRoot, verifyConsistency } from '../../shared/ledger/tree-hash.ts';
import { parseAddCheckpoint, type HttpAnswer } from '../../shared/ledger/witness-protocol.ts';
import { openLedger, type Ledger } from '../ledger/ledger.ts';
import { SimulatedDisk } from '../ledger/simulated-disk.fixture.ts';
import { createWitnessClient, type WitnessClient } from './witness-client.ts';
import type { WitnessFetch } from './witness-http.ts';

export const signer = createNoteSigner('ledger.test/log', Buffer.alloc(32, 7));

/** A witness in memory that can be told to misbehave: `instead` answers in its place. */
export class FakeWitness {
  readonly cosigner: Cosigner;
  readonly url: string;
  size = 0;
  root = emptyRoot();
  requests: number[] = [];
  instead: ((body: string) => HttpAnswer | Promise<HttpAnswer> | undefined) | undefined;

  constructor(number: number) {
    this.cosigner = createCosigner(`witness.test/w${number}`, Buffer.alloc(32, number));
    this.url = `http://w${number}.test/prefix`;
  }

  get setting() {
    return { url: this.url, verifierKey: this.cosigner.verifierKey };
  }

  async answer(body: string): Promise<HttpAnswer> {
    const request = parseAddCheckpoint(Buffer.from(body));
    assert.ok(request, body);
    this.requests.push(request.oldSize);
    const other = await this.instead?.(body);
    if (other !== undefined) return other;
    const { size, root } = request.checkpoint;
    if (request.oldSize !== this.size) return sizeAnswer(this.size);
    if (this.size > 0 && !verifyConsistency(this.size, size, request.proof, this.root, root))
      return reply(422);
    [this.size, this.root] = [size, root];
    return reply(200, formatSignatureLine(this.cosigner.cosign(request.signedNote.text, 1_000)));
  }
}

export function reply(status: number, body = '', contentType = 'text/plain'): HttpAnswer {
  return { status, contentType, body: Buffer.from(body) };
}

export function sizeAnswer(size: number): HttpAnswer {
  return reply(409, `${size}\n`, 'text/x.tlog.size');
}

interface Line {
  level: 'info' | 'warn' | 'error';
  data: Record<string, unknown>;
  message: string;
}

export class Bench {
  readonly clock = new ManualClock(1_000_000);
  readonly disk: SimulatedDisk;
  readonly witnesses: FakeWitness[];
  readonly lines: Line[] = [];
  readonly outcomes: string[] = [];
  ledger: Ledger;
  #grants = 0;

  private constructor(ledger: Ledger, disk: SimulatedDisk, witnesses: FakeWitness[]) {
    this.ledger = ledger;
    this.disk = disk;
    this.witnesses = witnesses;
  }

  static async make(context: TestContext, count: number, disk = new SimulatedDisk()): Promise<Bench> {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const ledger = await openLedger({ disk, signer, log, clock: new ManualClock(5_000) });
    context.after(() => ledger.close());
    return new Bench(
      ledger,
      disk,
      Array.from({ length: count }, (_, number) => new FakeWitness(number + 1)),
    );
  }

  async start(context: TestContext): Promise<WitnessClient> {
    const write = (level: Line['level']) => (data: object, message: string) =>
      void this.lines.push({ level, data: data as Record<string, unknown>, message });
    const fetch: WitnessFetch = (url, body) => {
      const witness = this.witnesses.find((item) => url === `${item.url}/add-checkpoint`);
      assert.ok(witness, url);
      return witness.answer(body);
    };
    const client = await createWitnessClient({
      ledger: this.ledger,
      witnesses: this.witnesses.map(({ setting }) => setting),
      disk: this.disk,
      clock: this.clock,
      log: { info: write('info'), warn: write('warn'), error: write('error') },
      random: () => 1,
      fetch,
      metrics: { onSubmission: (_witness, outcome) => void this.outcomes.push(outcome) },
    });
    context.after(() => client.close());
    return client;
  }

  async grow(account = 'ana'): Promise<void> {
    this.#grants += 1;
    const id = `g${this.#grants}-${this.ledger.head.size}`;
    await this.ledger.accounts.grant({ account, amount: 1, id, by: 'admin', reason: '' });
  }

  /** Lets time pass until the next round has begun, and waits until so many exchanges are over in all. */
  async pass(ms: number, exchanges: number): Promise<void> {
    this.clock.advance(ms);
    for (let turn = 0; this.outcomes.length < exchanges; turn += 1) {
      assert.ok(turn < 10_000, `${this.outcomes.length} exchanges instead of ${exchanges}`);
      await setImmediate();
    }
    await this.settle();
  }

  /** Nothing here waits for anything but turns of the loop. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  }

  messages(level: Line['level']): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}

/** Whose cosignatures a checkpoint carries; the note must be the ledger's, whatever else it is. */
export function cosignersOf(bench: Bench, note: string): string[] {
  const key = readVerifierKey(signer.verifierKey);
  assert.ok(key && openNote(note, key));
  const cosigners = bench.witnesses.map(({ cosigner }) => cosigner);
  return cosigners.filter(({ key }) => openCosignedNote(note, key)).map(({ key }) => key.name.slice(-2));
}
