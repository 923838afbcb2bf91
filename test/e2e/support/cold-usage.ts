/** What the tables of a stopped server say about use, held against its ledger. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { EVERYBODY, levelOf } from '../../../server/usage/rollup-rows.ts';
import type { ColdLedger } from './cold-ledger.ts';

interface Row {
  readonly name: string;
  readonly requests: number | string;
  readonly tokens: number | string;
  readonly credits: number | string;
}

/** Of each account, and of everybody: requests with tokens, their tokens in and out, and credits. */
type Sums = ReadonlyMap<string, readonly [requests: number, tokens: number, credits: number]>;

const ALL = 'everybody';

const EVENTS = `select accounts.name, count(*) as requests, sum(input_tokens + output_tokens) as tokens,
  sum(credits) as credits from usage_events join accounts on accounts.number = usage_events.account
  where input_tokens > 0 group by accounts.name`;

/** Rows of refusals have no tokens. */
const rollups = (names: string, account: string, level: number) =>
  `select ${names} as name, sum(requests) as requests, sum(input_tokens + output_tokens) as tokens,
  sum(credits) as credits from usage_rollups ${account} and level = ${level} and input_tokens > 0
  group by 1`;

const OF_ACCOUNTS = rollups(
  'accounts.name',
  'join accounts on accounts.number = usage_rollups.account where true',
  levelOf('quarter', 'each'),
);
const OF_ALL = rollups(`'${ALL}'`, `where account = ${EVERYBODY}`, levelOf('quarter', 'service'));

/** To the token: rollups, single events and the ledger say the same, whatever has died in between. */
export async function assertUsage(
  dataDir: string,
  databaseUrl: string | undefined,
  ledger: ColdLedger,
): Promise<void> {
  const expected = sumsOf(ledger);
  const read = databaseUrl === undefined ? fromSqlite(dataDir) : fromPostgres(databaseUrl);
  const [events = [], accounts = [], all = []] = await read;
  assert.deepEqual(mapOf(events), new Map([...expected].filter(([name]) => name !== ALL)));
  // In a quarter of an hour in which somebody was refused as well, there are more requests.
  const rolled = mapOf([...accounts, ...all]);
  for (const [name, [requests, tokens, credits]] of expected) {
    const [counted = 0, ...sums] = rolled.get(name) ?? [];
    assert.deepEqual(sums, [tokens, credits], name);
    assert.ok(counted >= requests, `${name}: ${counted} requests, ${requests} in the ledger`);
  }
  assert.equal(rolled.size, expected.size);
}

function sumsOf({ entries }: ColdLedger): Sums {
  const sums = new Map<string, [number, number, number]>();
  for (const entry of entries) {
    if (entry.type !== 'charge') continue;
    const tokens = Number(entry.inputTokens) + Number(entry.outputTokens);
    for (const name of [entry.account, ALL]) {
      const [requests, before, credits] = sums.get(name) ?? [0, 0, 0];
      sums.set(name, [requests + 1, before + tokens, credits + Number(entry.amount)]);
    }
  }
  return sums;
}

function mapOf(rows: readonly Row[]): Sums {
  return new Map(
    rows.map(({ name, requests, tokens, credits }) => [
      name,
      [Number(requests), Number(tokens), Number(credits)],
    ]),
  );
}

const QUESTIONS = [EVENTS, OF_ACCOUNTS, OF_ALL];

function fromSqlite(dataDir: string): Promise<Row[][]> {
  using database = new DatabaseSync(join(dataDir, 'hilo.sqlite'), { readOnly: true });
  return Promise.resolve(QUESTIONS.map((sql) => database.prepare(sql).all() as unknown as Row[]));
}

async function fromPostgres(connectionString: string): Promise<Row[][]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const rows: Row[][] = [];
    for (const sql of QUESTIONS) rows.push((await client.query<Row>(sql)).rows);
    return rows;
  } finally {
    await client.end();
  }
}
