/** Ledgers and witnesses as they run in earnest: files, processes, HTTP. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { ledgerCommand } from '../cli/ledger/ledger-command.ts';
import { fileOf } from '../cli/witness/witness.ts';
import { openLedger, type Ledger } from '../server/ledger/ledger.ts';
import {
  createWitnessClient,
  WITNESS_CLIENT_LIMITS,
  type WitnessClient,
} from '../server/witness/witness-client.ts';
import { WITNESS_LINK_LIMITS } from '../server/witness/witness-link.ts';
import type { WitnessSetting } from '../server/config/witness-setting.ts';
import { ManualClock, systemClock } from '../shared/clock.ts';
import { openCosignedNote, readWitnessKey } from '../shared/ledger/cosignature-keys.ts';
import { createNoteSigner } from '../shared/ledger/note-keys.ts';
import { formatAddCheckpoint } from '../shared/ledger/witness-protocol.ts';

const timeout = 60_000;
const commandUrl = new URL('../cli/witness/witness-command.ts', import.meta.url).href;

/** What a test has opened is closed in the reverse order. */
type Opened = AsyncDisposableStack;

async function temporaryFolder(opened: Opened): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-witness-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface RunningWitness {
  readonly child: ChildProcess;
  readonly setting: WitnessSetting;
  readonly sizes: Record<string, number>;
}

/** When to die by SIGKILL: as a state file is about to be replaced, or as soon as it has been, unanswered. */
type Death = { readonly when: 'before' | 'after'; readonly atReplacement: number };

/** `hilo witness` in a process of its own. */
async function startWitness(
  opened: Opened,
  options: { state: string; name: string; logs: readonly string[]; port?: number; death?: Death },
): Promise<RunningWitness> {
  const { state, name, logs, port = 0, death } = options;
  const argv = ['--listen', `127.0.0.1:${port}`, '--state', state, '--name', name];
  for (const log of logs) argv.push('--log', log);
  const script = `
    import promises from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const death = ${JSON.stringify(death ?? null)};
    const rename = promises.rename;
    let replacements = 0;
    promises.rename = async (from, to) => {
      const isLast = death !== null && (replacements += 1) === death.atReplacement;
      if (isLast && death.when === 'before') process.kill(process.pid, 'SIGKILL');
      await rename(from, to);
      if (isLast) process.kill(process.pid, 'SIGKILL');
    };
    syncBuiltinESMExports();
    const { witnessCommand } = await import(${JSON.stringify(commandUrl)});
    const { stdout, stderr, env } = process;
    process.exitCode = await witnessCommand(${JSON.stringify(argv)}, { stdout, stderr, env });`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: [...stdio] });
  opened.defer(() => void child.kill('SIGKILL'));
  assert.ok(child.stdout);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const facts = JSON.parse(line) as { port: number; key: string; sizes: Record<string, number> };
  const setting = { url: `http://127.0.0.1:${facts.port}`, verifierKey: facts.key };
  return { child, setting, sizes: facts.sizes };
}

/** A ledger in a folder with a client whose time is in the hands of the test. */
class Site {
  readonly clock = new ManualClock();
  readonly errors: { message: string; data: Record<string, unknown> }[] = [];
  readonly outcomes: string[] = [];
  readonly dataDir: string;
  ledger: Ledger;
  client: WitnessClient | undefined;

  private constructor(dataDir: string, ledger: Ledger) {
    this.dataDir = dataDir;
    this.ledger = ledger;
  }

  static async open(opened: Opened, dataDir: string, origin: string, seed = 1): Promise<Site> {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const signer = createNoteSigner(origin, Buffer.alloc(32, seed));
    const site = new Site(dataDir, await openLedger({ dataDir, signer, log, clock: systemClock }));
    opened.defer(() => site.close());
    return site;
  }

  async watch(...witnesses: WitnessSetting[]): Promise<WitnessClient> {
    const { ledger, dataDir, clock } = this;
    const error = (data: object, message: string) =>
      void this.errors.push({ data: data as Record<string, unknown>, message });
    const log = { info: () => undefined, warn: () => undefined, error };
    const metrics = { onSubmission: (_witness: string, outcome: string) => void this.outcomes.push(outcome) };
    const random = () => 1;
    this.client = await createWitnessClient({ ledger, witnesses, dataDir, clock, log, random, metrics });
    return this.client;
  }

  async grow(account: string, entries: number): Promise<void> {
    for (let entry = 0; entry < entries; entry += 1) {
      const id = `${account}-${this.ledger.head.size}`;
      await this.ledger.accounts.grant({ account, amount: 1, id, by: 'admin', reason: '' });
    }
  }

  /** Lets time pass until a further exchange with a witness has this outcome. */
  async until(outcome: string): Promise<void> {
    const seen = this.outcomes.length;
    const step = Math.max(WITNESS_CLIENT_LIMITS.intervalMs, WITNESS_LINK_LIMITS.backoffMaxMs);
    this.clock.advance(step);
    while (!this.outcomes.includes(outcome, seen)) {
      // The last round may still have been ending.
      this.clock.advance(0);
      await setImmediate();
    }
  }

  /** Lets time pass until the witness's cosignature of the newest entry is handed out. */
  async untilCosigned(by: WitnessSetting): Promise<void> {
    await this.until('cosigned');
    const isDone = ({ size, note }: { size: number; note: string }): boolean =>
      size === this.ledger.head.size && isCosigned(note, by);
    while (!isDone(this.client?.checkpoint() ?? this.ledger.head)) await setImmediate();
  }

  async close(): Promise<void> {
    await this.client?.close();
    await this.ledger.close();
  }
}

async function verify(dataDir: string, ...checkpoints: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  const argv = ['verify', '--data-dir', dataDir, ...checkpoints.flatMap((file) => ['--checkpoint', file])];
  const code = await ledgerCommand(argv, { stdout, stderr: stdout, env: {} });
  return { code, out };
}

function isCosigned(note: string, { verifierKey }: WitnessSetting): boolean {
  const key = readWitnessKey(verifierKey);
  return key !== undefined && openCosignedNote(note, key) !== undefined;
}

test(
  'two servers witness each other, and either file of the other proves a ledger',
  { timeout },
  async () => {
    await using opened = new AsyncDisposableStack();
    const folder = await temporaryFolder(opened);
    const names = ['one', 'two'] as const;
    const sites = await Promise.all(
      names.map((name, index) => Site.open(opened, join(folder, name), `${name}.test/ledger`, index + 1)),
    );
    const witnesses = await Promise.all(
      names.map((name, index) => {
        const logs = [sites[1 - index]?.ledger.verifierKey ?? ''];
        return startWitness(opened, {
          state: join(folder, `${name}-witness`),
          name: `${name}.test/w`,
          logs,
        });
      }),
    );
    for (const [index, site] of sites.entries()) {
      const other = witnesses[1 - index];
      assert.ok(other);
      await site.watch(other.setting);
      for (const entries of [0, 3, 300]) {
        await site.grow('ana', entries);
        await site.untilCosigned(other.setting);
      }
      const own = join(site.dataDir, 'ledger', 'witnessed');
      const kept = join(folder, `${names[1 - index] ?? ''}-witness`, fileOf(site.ledger.origin));
      assert.equal((await verify(site.dataDir)).code, 2);
      const verified = await verify(site.dataDir, own, kept);
      assert.equal(verified.code, 0, verified.out);
      assert.deepEqual(site.outcomes, ['cosigned', 'cosigned', 'cosigned']);
    }
    for (const { child } of witnesses) {
      child.kill('SIGTERM');
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    }
  },
);

for (const when of ['before', 'after'] as const) {
  test(`a witness killed right ${when} its state is written keeps its word`, { timeout }, async () => {
    await using opened = new AsyncDisposableStack();
    const folder = await temporaryFolder(opened);
    const site = await Site.open(opened, join(folder, 'data'), 'killed.test/ledger');
    const state = join(folder, 'state');
    const options = { state, name: 'w.test', logs: [site.ledger.verifierKey] };
    // The key is the first file, the first checkpoint the second.
    const mortal = await startWitness(opened, { ...options, death: { when, atReplacement: 3 } });
    await site.watch(mortal.setting);
    await site.untilCosigned(mortal.setting);
    await site.grow('ana', 20);
    const died = once(mortal.child, 'exit');
    await site.until('failed');
    assert.deepEqual(await died, [null, 'SIGKILL']);
    const port = Number(new URL(mortal.setting.url).port);
    const next = await startWitness(opened, { ...options, port });
    assert.deepEqual(next.sizes, { 'killed.test/ledger': when === 'after' ? 21 : 1 });
    await site.grow('ana', 20);
    await site.untilCosigned(mortal.setting);
    assert.deepEqual(site.outcomes.includes('conflict'), when === 'after');
    assert.deepEqual(site.errors, []);
  });
}

test(
  'a ledger that went back and on another way is found out, and goes on serving',
  { timeout },
  async () => {
    await using opened = new AsyncDisposableStack();
    const folder = await temporaryFolder(opened);
    const origin = 'rolled.test/ledger';
    const dataDir = join(folder, 'data');
    const before = await Site.open(opened, dataDir, origin);
    const logs = [before.ledger.verifierKey];
    const witness = await startWitness(opened, { state: join(folder, 'state'), name: 'w.test', logs });
    await before.grow('ana', 5);
    await before.ledger.close();
    await cp(dataDir, join(folder, 'backup'), { recursive: true });
    const cosigned = await Site.open(opened, dataDir, origin);
    await cosigned.grow('ana', 10);
    await cosigned.watch(witness.setting);
    await cosigned.untilCosigned(witness.setting);
    await cosigned.close();

    const restored = await Site.open(opened, join(folder, 'backup'), origin);
    const client = await restored.watch(witness.setting);
    await restored.until('inconsistent');
    await restored.grow('eva', 30);
    await restored.until('inconsistent');
    while (restored.errors.length < 2) await setImmediate();
    const [shorter, other] = restored.errors;
    assert.match(String(shorter?.data['error']), /It has cosigned 16 entries, and the ledger has 6/);
    assert.match(String(other?.data['error']), /Status 422/);
    assert.equal(other?.data['checkpoint'], restored.ledger.head.note);
    assert.equal(client.checkpoint().note, restored.ledger.head.note);
    assert.equal(client.status()[0]?.isInconsistent, true);
  },
);

test('a forged ledger is refused, whoever sends it', { timeout }, async () => {
  await using opened = new AsyncDisposableStack();
  const folder = await temporaryFolder(opened);
  const origin = 'true.test/ledger';
  const truly = createNoteSigner(origin, Buffer.alloc(32, 1));
  const logs = [truly.verifierKey];
  const witness = await startWitness(opened, { state: join(folder, 'state'), name: 'w.test', logs });
  const forged = await Site.open(opened, join(folder, 'forged'), origin, 2);
  const client = await forged.watch(witness.setting);
  await forged.until('failed');
  assert.match(client.status()[0]?.lastError?.message ?? '', /Status 403/);
  const stranger = await Site.open(opened, join(folder, 'stranger'), 'stranger.test/ledger');
  const other = await stranger.watch(witness.setting);
  await stranger.until('failed');
  assert.match(other.status()[0]?.lastError?.message ?? '', /Status 404/);
});

test('many senders at once: the witness goes one way', { timeout }, async () => {
  await using opened = new AsyncDisposableStack();
  const folder = await temporaryFolder(opened);
  const site = await Site.open(opened, join(folder, 'data'), 'busy.test/ledger');
  const logs = [site.ledger.verifierKey];
  const witness = await startWitness(opened, { state: join(folder, 'state'), name: 'w.test', logs });
  const bodies: { size: number; body: string }[] = [];
  for (let round = 0; round < 12; round += 1) {
    await site.grow('ana', 1);
    const { size, note } = site.ledger.head;
    for (const oldSize of [0, size - 1]) {
      const proof = await site.ledger.consistency(oldSize, size);
      bodies.push({ size, body: formatAddCheckpoint({ oldSize, proof, note }) });
    }
  }
  const sizes: number[] = [];
  const send = async ({ size, body }: { size: number; body: string }): Promise<void> => {
    const response = await fetch(`${witness.setting.url}/add-checkpoint`, { method: 'POST', body });
    await response.text();
    if (response.status === 200) sizes.push(size);
    else assert.equal(response.status, 409);
  };
  await Promise.all(bodies.map(send));
  assert.ok(sizes.length > 0);
  assert.equal(new Set(sizes).size, sizes.length);
  const last = await fetch(`${witness.setting.url}/add-checkpoint`, {
    method: 'POST',
    body: formatAddCheckpoint({ oldSize: 0, proof: [], note: site.ledger.head.note }),
  });
  assert.equal(await last.text(), `${Math.max(...sizes)}\n`);
});
