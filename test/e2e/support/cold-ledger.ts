/** A ledger read from its bytes alone, as a stranger would: nothing of the running server is believed. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { Entry, EntryOf } from '../../../shared/ledger/entries.ts';
import { isSegmentName, ledgerFolder } from '../../../shared/ledger/layout.ts';
import { isLedgerFault, LedgerState } from '../../../shared/ledger/verifier.ts';
import { commitmentOf } from '../../support/commitment-of.ts';

export interface ColdLedger {
  /** By index. */
  readonly entries: readonly Entry[];
  /** The canonical texts of the entries. */
  readonly texts: readonly string[];
  readonly state: LedgerState;
}

/** What was said in an exchange, as the store has it. */
export interface StoredText {
  /** Of its entry in the ledger. */
  readonly id: string;
  readonly account: string;
  readonly prompt: string;
  readonly answer: string;
  readonly promptSalt: Uint8Array;
  readonly answerSalt: Uint8Array;
}

/** Fails at the first block that a verifier would refuse. */
export function readColdLedger(bytes: Buffer): ColdLedger {
  const state = LedgerState.inMemory();
  const entries: Entry[] = [];
  const texts: string[] = [];
  for (const line of bytes.toString('latin1').split('\n').slice(0, -1)) {
    const block = state.acceptLine(line);
    assert.ok(!isLedgerFault(block), JSON.stringify(block));
    entries.push(...block.entries);
    texts.push(...block.texts);
  }
  return { entries, texts, state };
}

export async function readColdFolder(dataDir: string): Promise<ColdLedger> {
  const folder = join(dataDir, ledgerFolder);
  const names = (await readdir(folder)).filter(isSegmentName).sort();
  return readColdLedger(Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name))))));
}

/** The double entry: nobody is negative, nothing is made or lost, each hold ends once. */
export function assertBalanced({ entries, state }: ColdLedger): void {
  for (const [name, { available, held, spent, granted }] of state.fold.tables.accounts) {
    assert.equal(available + held + spent, granted, name);
    assert.ok(available >= 0 && held >= 0 && spent >= 0, name);
  }
  const ended = new Set<string>();
  for (const entry of entries) {
    if (!('hold' in entry) || entry.hold === '-') continue;
    assert.ok(!ended.has(entry.hold), `The hold #${entry.hold} has ended twice`);
    ended.add(entry.hold);
  }
  const holds = entries.filter(({ type }) => type === 'hold').length;
  assert.equal(holds - ended.size, state.fold.openHolds.size);
}

/**
 * What is stored is what the exchanges commit to; each has its content but those that were erased, and at
 * most so many of which nothing was kept because they ran while everything was erased.
 */
export function assertContents(stored: readonly StoredText[], { entries }: ColdLedger, notKeptMax = 0): void {
  const rows = new Map(stored.map((row) => [row.id, row]));
  const gone = erasedExchanges(entries);
  const notKept: number[] = [];
  for (const [index, entry] of entries.entries()) {
    if (!isExchange(entry)) continue;
    const row = rows.get(entry.id);
    assert.ok(!row || !gone.has(index), `content of the exchange #${index}, which was erased`);
    if (!row && !gone.has(index)) notKept.push(index);
    if (!row) continue;
    rows.delete(entry.id);
    assert.equal(row.account, entry.account);
    assert.equal(commitmentOf(entry.type, row.promptSalt, row.prompt), entry.prompt);
    assert.equal(commitmentOf(entry.type, row.answerSalt, row.answer), entry.answer);
  }
  assert.ok(notKept.length <= notKeptMax, `no content of the exchanges ${notKept.join(', ')}`);
  assert.deepEqual([...rows.keys()], [], 'no text without an exchange');
}

/** From the database in the data directory, or from the one of PostgreSQL. */
export async function readContents(dataDir: string, databaseUrl?: string): Promise<StoredText[]> {
  if (databaseUrl !== undefined) return readPostgres(databaseUrl);
  const database = new DatabaseSync(join(dataDir, 'hilo.sqlite'), { readOnly: true });
  try {
    return database.prepare(STORED_TEXTS).all() as unknown as StoredText[];
  } finally {
    database.close();
  }
}

async function readPostgres(databaseUrl: string): Promise<StoredText[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<StoredText>(STORED_TEXTS)).rows;
  } finally {
    await client.end();
  }
}

const STORED_TEXTS = `
  SELECT coalesce(e.entry_id, 'x:' || e.number) AS id, a.name AS account, p.text AS prompt,
    r.text AS answer, e.prompt_salt AS "promptSalt", e.answer_salt AS "answerSalt"
  FROM exchanges e JOIN accounts a ON a.number = e.account
    JOIN messages p ON p.number = e.prompt JOIN messages r ON r.number = e.answer`;

export function isExchange(entry: Entry | undefined): entry is EntryOf<'charge'> | EntryOf<'exchange'> {
  return entry?.type === 'charge' || entry?.type === 'exchange';
}

export function erasedExchanges(entries: readonly Entry[]): ReadonlySet<number> {
  const gone = new Set<number>();
  for (const [index, erase] of entries.entries()) {
    if (erase.type !== 'erase') continue;
    const isMeant = (entry: Entry, at: number): boolean =>
      isExchange(entry) && entry.account === erase.account && (erase.of === '*' || Number(erase.of) === at);
    for (const [at, entry] of entries.slice(0, index).entries()) if (isMeant(entry, at)) gone.add(at);
  }
  return gone;
}
