/**
 * What the benchmark of the ledger measures, as a process: one job, given as JSON in the first argument,
 * whose result is sent to the parent.
 */
import { hash } from 'node:crypto';
import { open as openFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openLedgerSource } from '../../cli/ledger/ledger-source.ts';
import { verifyLedger } from '../../cli/ledger/verify.ts';
import { blockEntriesMax } from '../../shared/ledger/block-text.ts';
import { systemClock } from '../../shared/clock.ts';
import { isSegmentName, ledgerFolder } from '../../shared/ledger/layout.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import type { DiskFile } from '../../server/ledger/disk.ts';
import { openLedger, type Ledger } from '../../server/ledger/ledger.ts';
import { openNodeDisk } from '../../server/ledger/node-disk.ts';

type Job =
  | { kind: 'writers'; folder: string; writers: number; seconds: number; warmUpSeconds: number }
  | { kind: 'floor'; folder: string; writers: number; seconds: number; warmUpSeconds: number }
  | { kind: 'fill'; folder: string; entries: number }
  | { kind: 'start'; folder: string }
  | { kind: 'verify'; folder: string }
  | { kind: 'verify-floor'; folder: string; entries: number }
  | { kind: 'use'; folder: string; seconds: number; warmUpSeconds: number }
  | { kind: 'make-accounts'; folder: string; accounts: number }
  | { kind: 'start-accounts'; folder: string; accounts: number };

interface Times {
  seconds: number;
  warmUpSeconds: number;
}

/** One latency in milliseconds for each acknowledged operation, and how many entries they were. */
interface Load {
  entries: number;
  seconds: number;
  latenciesMs: number[];
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const signer = createNoteSigner('bench.test/ledger', Buffer.alloc(32, 1));
const commitment = Buffer.alloc(32, 1).toString('base64');
/** Accounts that are read from the disk to see how long that takes. */
const accountsRead = 2_000;
const proofsMade = 300;

const result = await run(JSON.parse(process.argv[2] ?? '{}') as Job);
process.send?.(result);

async function run(job: Job): Promise<object> {
  if (job.kind === 'verify') return await verify(job.folder);
  if (job.kind === 'verify-floor') return await verifyFloor(job.folder, job.entries);
  if (job.kind === 'use') return await use(job);
  if (job.kind === 'start') return await starts(job.folder);
  if (job.kind === 'make-accounts') return await makeAccounts(job.folder, job.accounts);
  if (job.kind === 'start-accounts') return await startAccounts(job.folder, job.accounts);
  if (job.kind === 'floor') return await floor(job);
  const ledger = await open(job.folder);
  const load =
    job.kind === 'fill'
      ? await exchanges(ledger, 1024, (entries) => entries >= job.entries)
      : await steady(job, (isOver) => exchanges(ledger, job.writers, isOver));
  await ledger.close();
  return summary(load);
}

function open(dataDir: string): Promise<Ledger> {
  return openLedger({ dataDir, signer, log: quiet, clock: systemClock });
}

/** Writers that hold and settle without a pause, as the exchange pipeline does. */
async function exchanges(
  ledger: Ledger,
  writers: number,
  isOver: (entries: number) => boolean,
): Promise<Load> {
  const { accounts } = ledger;
  const load: Load = { entries: 0, seconds: 0, latenciesMs: [] };
  const startedMs = performance.now();
  const timed = async (operation: Promise<unknown>, entries: number, beganMs: number): Promise<void> => {
    await operation;
    load.entries += entries;
    load.latenciesMs.push(performance.now() - beganMs);
  };
  const facts = {
    inputTokens: 12,
    outputTokens: 345,
    usage: 'reported',
    finish: 'stop',
    degraded: false,
  } as const;
  const writer = async (number: number): Promise<void> => {
    const account = `anon:${startedMs}-${number}`;
    await accounts.grant({ account, amount: 1e12, id: `${account}-grant`, by: 'bench', reason: '' });
    for (let round = 0; !isOver(load.entries); round += 1) {
      const id = `${account}:m${round}`;
      const reserved = accounts.reserve(account, 900);
      if (reserved === undefined) throw new Error('The balance is used up');
      const exchange = {
        ...facts,
        actor: account,
        service: 'chat',
        route: 'ollama',
        model: 'qwen2.5:3b-instruct',
        trace: id,
        prompt: commitment,
        answer: commitment,
      };
      await timed(accounts.charge({ id, charge: 357, exchange, reserved }), 1, performance.now());
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, number) => writer(number)));
  return { ...load, seconds: (performance.now() - startedMs) / 1000 };
}

/** Runs a load long enough to be compiled, and then measures it. */
async function steady(
  { seconds, warmUpSeconds }: Times,
  load: (isOver: () => boolean) => Promise<Load>,
): Promise<Load> {
  const until = (endMs: number) => () => performance.now() >= endMs;
  await load(until(performance.now() + warmUpSeconds * 1000));
  return await load(until(performance.now() + seconds * 1000));
}

/** The barest group commit: the same bytes and the same two syncs, no balances, no tree, no signature. */
async function floor({
  folder,
  writers,
  ...times
}: Times & { folder: string; writers: number }): Promise<object> {
  const disk = await openNodeDisk(folder);
  const commit = groupCommit(await disk.open('log'), await disk.open('head'));
  const line = `${'x'.repeat(230)}\n`;
  const load = await steady(times, async (isOver) => {
    const measured: Load = { entries: 0, seconds: 0, latenciesMs: [] };
    const startedMs = performance.now();
    const writer = async (): Promise<void> => {
      while (!isOver()) {
        const beganMs = performance.now();
        await commit(line);
        measured.entries += 1;
        measured.latenciesMs.push(performance.now() - beganMs);
      }
    };
    await Promise.all(Array.from({ length: writers }, writer));
    return { ...measured, seconds: (performance.now() - startedMs) / 1000 };
  });
  return summary(load);
}

function groupCommit(log: DiskFile, head: DiskFile): (line: string) => Promise<void> {
  let queue: { line: string; resolve: () => void }[] = [];
  let isRunning = false;
  let end = 0;
  const run = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const taken = queue;
      queue = [];
      const bytes = Buffer.from(taken.map((item) => item.line).join(''), 'latin1');
      await log.write(end, bytes);
      await log.sync();
      end += bytes.length;
      await head.write(0, Buffer.from(String(end).padEnd(512)));
      await head.sync();
      for (const item of taken) item.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
    isRunning = false;
  };
  return (line) =>
    new Promise((resolve) => {
      queue.push({ line, resolve });
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}

/** Seconds to open the ledger with its snapshot and without one. */
async function starts(folder: string): Promise<object> {
  const timedOpen = async (): Promise<number> => {
    const beganMs = performance.now();
    const ledger = await open(folder);
    const seconds = (performance.now() - beganMs) / 1000;
    await ledger.close();
    return seconds;
  };
  const withSnapshot = await timedOpen();
  await rm(join(folder, 'ledger', 'snapshot'));
  return { withSnapshot, without: await timedOpen() };
}

/** A grant for each account, as many at once as one block takes. */
async function makeAccounts(folder: string, accounts: number): Promise<object> {
  const ledger = await open(folder);
  const beganMs = performance.now();
  const grant = (number: number): Promise<unknown> =>
    ledger.accounts.grant({
      account: `guest:${number}`,
      amount: 1_000,
      id: `welcome:guest:${number}`,
      by: 'hilo',
      reason: 'first message',
    });
  for (let from = 0; from < accounts; from += blockEntriesMax) {
    const count = Math.min(blockEntriesMax, accounts - from);
    await Promise.all(Array.from({ length: count }, (_, at) => grant(from + at)));
  }
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  await ledger.close();
  return { seconds: (performance.now() - beganMs) / 1000, peakMiB };
}

/** Seconds to open, the memory that a quiet ledger then has, and how long an account on the disk takes. */
async function startAccounts(folder: string, accounts: number): Promise<object> {
  const beganMs = performance.now();
  const ledger = await open(folder);
  const seconds = (performance.now() - beganMs) / 1000;
  const residentMiB = process.memoryUsage.rss() / 2 ** 20;
  if (ledger.totals.accounts !== accounts) throw new Error(`There are ${ledger.totals.accounts} accounts`);
  const readMs: number[] = [];
  const step = Math.max(1, Math.floor(accounts / accountsRead));
  for (let number = 0; number < accounts; number += step) {
    const readMsBegan = performance.now();
    const { available } = await ledger.accounts.balances(`guest:${number}`);
    readMs.push(performance.now() - readMsBegan);
    if (available !== 1_000) throw new Error(`guest:${number} has ${available}`);
  }
  readMs.sort((one, other) => one - other);
  const at = (part: number): number => readMs[Math.floor(readMs.length * part)] ?? 0;
  const bare = await bareReads(folder);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  await ledger.close();
  const bareP99Ms = bare[Math.floor(bare.length * 0.99)] ?? 0;
  return { seconds, residentMiB, peakMiB, readP50Ms: at(0.5), readP99Ms: at(0.99), bareP99Ms };
}

async function verify(folder: string): Promise<object> {
  const source = await openLedgerSource(folder);
  const beganMs = performance.now();
  const verdict = await verifyLedger(source, { witnesses: [] });
  const seconds = (performance.now() - beganMs) / 1000;
  await source.close();
  if (verdict.status === 'bad') throw new Error(`The ledger of the benchmark is bad: ${verdict.fault.what}`);
  return { seconds, entries: verdict.facts.entries, bytes: verdict.facts.bytes };
}

/** The least that a verifier could do: reads the bytes, and hashes as many pieces as there are entries. */
async function verifyFloor(folder: string, entries: number): Promise<object> {
  const beganMs = performance.now();
  const files = await ledgerFiles(folder);
  const segments = files.filter(({ name }) => isSegmentName(name));
  const pieceBytes = Math.ceil(segments.reduce((sum, { size }) => sum + size, 0) / entries);
  for (const { path } of segments) {
    const file = await openFile(path);
    for await (const chunk of file.createReadStream({ highWaterMark: pieceBytes * 2_048 })) {
      const bytes = chunk as Buffer;
      for (let at = 0; at < bytes.length; at += pieceBytes)
        hash('sha256', bytes.subarray(at, at + pieceBytes), 'buffer');
    }
  }
  return { seconds: (performance.now() - beganMs) / 1000 };
}

/** What people wait for in a ledger of this size: an entry of its only writer, an old entry's proof. */
async function use({ folder, ...times }: Times & { folder: string }): Promise<object> {
  const ledger = await open(folder);
  const { entries } = ledger.totals;
  const write = summary(await steady(times, (isOver) => exchanges(ledger, 1, isOver)));
  const proofsMs: number[] = [];
  for (let count = 0; count < proofsMade; count += 1) {
    const index = Math.floor((count * entries) / proofsMade);
    const beganMs = performance.now();
    await ledger.receipt(index);
    proofsMs.push(performance.now() - beganMs);
  }
  await ledger.close();
  proofsMs.sort((one, other) => one - other);
  const at = (part: number): number => proofsMs[Math.floor(proofsMs.length * part)] ?? Number.NaN;
  return { write, proofP50Ms: at(0.5), proofP99Ms: at(0.99) };
}

async function ledgerFiles(folder: string): Promise<{ name: string; path: string; size: number }[]> {
  const place = join(folder, ledgerFolder);
  const names = await readdir(place);
  return Promise.all(
    names.sort().map(async (name) => {
      const path = join(place, name);
      return { name, path, size: (await stat(path)).size };
    }),
  );
}

/** Milliseconds to read 4 KiB somewhere in the largest file of the ledger. */
async function bareReads(folder: string): Promise<number[]> {
  const files = await ledgerFiles(folder);
  const largest = files.reduce((one, other) => (other.size > one.size ? other : one));
  const file = await openFile(largest.path);
  const times: number[] = [];
  const bytes = Buffer.alloc(4_096);
  for (let count = 0; count < accountsRead; count += 1) {
    const beganMs = performance.now();
    await file.read(bytes, 0, bytes.length, Math.floor((count * largest.size) / accountsRead));
    times.push(performance.now() - beganMs);
  }
  await file.close();
  return times.sort((one, other) => one - other);
}

function summary({ entries, seconds, latenciesMs }: Load) {
  latenciesMs.sort((a, b) => a - b);
  const at = (part: number): number => latenciesMs[Math.floor(latenciesMs.length * part)] ?? 0;
  return { entriesPerSecond: entries / seconds, entries, p50Ms: at(0.5), p99Ms: at(0.99) };
}
