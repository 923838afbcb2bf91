/**
 * What the benchmark of the store measures, as a process: one job, given as JSON in the first argument, whose
 * result is sent to the parent.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../shared/clock.ts';
import { silentLog } from '../../server/store/store.fixture.ts';
import { openStore } from '../../server/store/store.ts';
import { openRepositories, Talk } from './repositories.fixture.ts';

interface Job {
  readonly kind: 'store' | 'floor';
  readonly folder: string;
  readonly seconds: number;
}

interface Rate {
  readonly rowsPerSecond: number;
  readonly processorUs: number;
}

const IN_FLIGHT = 64;
const CONVERSATIONS = 1_000;
const WARM_UP_SECONDS = 1;
const PROMPT = 'hola, sigo el hilo de ayer, y esto es un mensaje de un tamaño corriente. '.repeat(4);

const { kind, folder, seconds } = JSON.parse(process.argv[2] ?? '{}') as Job;
process.send?.(await (kind === 'store' ? turns() : bareRows()));

/** Whole turns through the repository: two messages and an exchange, each acknowledged when it is durable. */
async function turns(): Promise<Rate> {
  const store = await openStore({ dataDir: folder, clock: systemClock, log: silentLog });
  const repositories = await openRepositories(store);
  const talks = Array.from({ length: CONVERSATIONS }, () => new Talk(repositories));
  let next = 0;
  const write = async (isOver: () => boolean) => {
    let written = 0;
    for (; !isOver(); written += 1) {
      next = (next + 1) % talks.length;
      await talks[next]?.say(PROMPT);
    }
    return written;
  };
  const rate = await measure(async (isOver) => {
    const counts = await Promise.all(Array.from({ length: IN_FLIGHT }, () => write(isOver)));
    return counts.reduce((sum, count) => sum + count, 0);
  });
  await store.close();
  return rate;
}

/** The least that could keep a turn: a row with both texts, in a transaction of as many as are in flight. */
async function bareRows(): Promise<Rate> {
  const database = new DatabaseSync(join(folder, 'floor.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  database.exec('CREATE TABLE turns (number INTEGER PRIMARY KEY, account INTEGER, prompt TEXT, answer TEXT)');
  const insert = database.prepare('INSERT INTO turns (account, prompt, answer) VALUES (?, ?, ?)');
  const rate = await measure((isOver) => {
    let written = 0;
    while (!isOver()) {
      database.exec('BEGIN');
      for (let row = 0; row < IN_FLIGHT; row += 1) insert.run(row, PROMPT, `answer to ${PROMPT}`);
      database.exec('COMMIT');
      written += IN_FLIGHT;
    }
    return Promise.resolve(written);
  });
  database.close();
  return rate;
}

async function measure(run: (isOver: () => boolean) => Promise<number>): Promise<Rate> {
  await run(overAfter(WARM_UP_SECONDS));
  const before = process.cpuUsage();
  const startMs = performance.now();
  const rows = await run(overAfter(seconds));
  const { user, system } = process.cpuUsage(before);
  return {
    rowsPerSecond: (rows * 1_000) / (performance.now() - startMs),
    processorUs: (user + system) / rows,
  };
}

function overAfter(limitSeconds: number): () => boolean {
  const endMs = performance.now() + limitSeconds * 1_000;
  return () => performance.now() >= endMs;
}
