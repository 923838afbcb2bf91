import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { CommittedBlock } from '../ledger/block-writer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { StatementIndex } from './statement-index.ts';

const grant = (account: string) =>
  `{"account":"${account}","amount":"1","at":"x","by":"y","id":"z","reason":"","type":"grant"}`;
const hold = (account: string) => `{"account":"${account}","amount":"1","at":"x","type":"hold"}`;

/** As much of a ledger as the index asks for. */
class PaperLedger {
  readonly texts: string[] = [];
  /** What it claims to have, when that is more than it gives. */
  claimed = 0;
  #listeners: ((block: CommittedBlock) => void)[] = [];

  get head() {
    return { size: Math.max(this.claimed, this.texts.length) };
  }

  onCommit(listener: (block: CommittedBlock) => void) {
    this.#listeners.push(listener);
    return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
  }

  entryTexts(from: number, to: number) {
    return Promise.resolve(this.texts.slice(from, to));
  }

  commit(...texts: string[]) {
    const first = this.texts.length;
    this.texts.push(...texts);
    for (const listener of this.#listeners) listener({ first, texts } as unknown as CommittedBlock);
  }
}

async function indexed(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-statements-'));
  const ledger = new PaperLedger();
  const open = () => new StatementIndex(join(folder, 'statements.sqlite'), ledger as unknown as Ledger);
  context.after(() => rm(folder, { recursive: true }));
  return { ledger, open };
}

test('a page has the entries of the account, newest first, and no holds', async (context) => {
  const { ledger, open } = await indexed(context);
  const index = open();
  ledger.commit(grant('a'), hold('a'), grant('b'));
  ledger.commit(grant('a'));
  assert.deepEqual(await index.page('a', 100, 10), [3, 0]);
  assert.deepEqual(await index.page('a', 3, 10), [0]);
  assert.deepEqual(await index.page('a', 100, 1), [3]);
  await index.close();
});

test('what was committed without it is read from the ledger', async (context) => {
  const { ledger, open } = await indexed(context);
  const first = open();
  ledger.commit(grant('a'));
  assert.deepEqual(await first.page('a', 100, 10), [0]);
  await first.close();
  ledger.commit(grant('a'), grant('a'));
  const second = open();
  assert.deepEqual(await second.page('a', 100, 10), [2, 1, 0]);
  await second.close();
});

test('a ledger that gives less than it says is not asked for ever', async (context) => {
  const { ledger, open } = await indexed(context);
  const index = open();
  ledger.commit(grant('a'));
  ledger.claimed = 5;
  let asked = 0;
  const read = ledger.entryTexts.bind(ledger);
  ledger.entryTexts = (from, to) => {
    asked += 1;
    assert.ok(asked < 10);
    return read(from, to);
  };
  assert.deepEqual(await index.page('a', 100, 10), [0]);
  await index.close();
});
