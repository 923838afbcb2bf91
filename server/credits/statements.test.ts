import assert from 'node:assert/strict';
import type { CommittedBlock } from '../ledger/block-writer.ts';
import { ManualClock } from '../../shared/clock.ts';
import { openSequence } from '../store/sequence.ts';
import { bothDialects, type TestPlace } from '../store/store.fixture.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import { AccountNumbers } from './account-numbers.ts';
import { Statements } from './statements.ts';

const grant = (account: string) =>
  `{"account":"${account}","amount":"1","at":"x","by":"y","id":"z","reason":"","type":"grant"}`;
const allowance = (account: string) =>
  `{"account":"${account}","amount":"1","at":"x","id":"z","type":"allowance","until":"y"}`;
const charge = (account: string, usage: string) =>
  `{"account":"${account}","actor":"b","amount":"1","type":"charge","usage":"${usage}"}`;
const hold = (account: string) => `{"account":"${account}","amount":"1","at":"x","type":"hold"}`;

/** As much of a ledger as statements ask for. */
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

class Errors {
  readonly messages: string[] = [];

  error(_data: object, message: string) {
    this.messages.push(message);
  }
}

async function opened({ open }: TestPlace, ledger = new PaperLedger(), changed = (store: Store) => store) {
  const store = changed(await open());
  const sequence = await openSequence(store, 'accounts');
  const accounts = new AccountNumbers(store, () => sequence.next());
  const log = new Errors();
  const statements = new Statements({ store, accounts, ledger, log });
  return { store, ledger, log, statements };
}

const onBoth = bothDialects();

onBoth('a page has the entries of the account, newest first, and no holds', async (place) => {
  const { ledger, statements } = await opened(place);
  ledger.commit(grant('a'), hold('a'), grant('b'));
  ledger.commit(grant('a'));
  assert.deepEqual(await statements.page('a', 100, 10), [3, 0]);
  assert.deepEqual(await statements.page('a', 3, 10), [0]);
  assert.deepEqual(await statements.page('a', 100, 1), [3]);
  assert.deepEqual(await statements.page('nobody', 100, 1), []);
  await statements.close();
});

onBoth('charges and allowances are on the page of who pays', async (place) => {
  const { ledger, statements } = await opened(place);
  ledger.commit(charge('a', 'reported'), allowance('a'), charge('a', 'estimated'), charge('b', 'reported'));
  assert.deepEqual(await statements.page('a', 100, 10), [2, 1, 0]);
  assert.deepEqual(await statements.page('b', 100, 10), [3]);
  await statements.close();
});

onBoth('what was committed without it is read from the ledger', async (place) => {
  const { ledger, statements, store } = await opened(place);
  ledger.commit(grant('a'));
  assert.deepEqual(await statements.page('a', 100, 10), [0]);
  await statements.close();
  await store.close();
  ledger.commit(grant('a'), grant('new'), grant('a'));
  const second = await opened(place, ledger);
  assert.deepEqual(await second.statements.page('a', 100, 10), [3, 1, 0]);
  assert.deepEqual(await second.statements.page('new', 100, 10), [2]);
  await second.statements.close();
});

onBoth('statements that are ahead of the ledger are made anew', async (place) => {
  const { ledger, statements, store } = await opened(place);
  ledger.commit(grant('a'), grant('a'), grant('a'));
  assert.equal((await statements.page('a', 100, 10)).length, 3);
  await statements.close();
  await store.close();
  const restored = new PaperLedger();
  restored.texts.push(grant('b'), grant('a'));
  const second = await opened(place, restored);
  assert.deepEqual(await second.statements.page('a', 100, 10), [1]);
  await second.statements.close();
});

onBoth('a ledger that gives less than it says is not asked for ever', async (place) => {
  const { ledger, statements } = await opened(place);
  ledger.commit(grant('a'));
  assert.deepEqual(await statements.page('a', 100, 10), [0]);
  ledger.claimed = 5;
  await assert.rejects(statements.page('a', 100, 10), /no entry that it says it has/);
  await statements.close();
});

onBoth('a write that fails is logged once and counted, and made up for', async (place) => {
  const fault = { isThere: false, tries: 0 };
  const { ledger, log, statements } = await opened(place, undefined, (store) => {
    const write: Store['write'] = (unit: readonly Step[], options) => {
      const isOfStatements = unit.some(({ sql }) => sql.includes('statements'));
      if (!fault.isThere || !isOfStatements) return store.write(unit, options);
      fault.tries += 1;
      return Promise.reject(new Error('no room'));
    };
    return { ...store, db: store.db, failure: undefined, write };
  });
  ledger.commit(grant('a'));
  assert.deepEqual(await statements.page('a', 100, 10), [0]);
  fault.isThere = true;
  for (let commit = 0; commit < 3; commit += 1) {
    ledger.commit(grant('a'));
    while (fault.tries <= commit) await new Promise(setImmediate);
  }
  await assert.rejects(statements.page('a', 100, 10), /no room/);
  assert.equal(log.messages.length, 1);
  assert.ok(statements.failures >= 2);
  fault.isThere = false;
  assert.deepEqual(await statements.page('a', 100, 10), [3, 2, 1, 0]);
  await statements.close();
});

onBoth('a page does not wait for the moment of a lazy write', async ({ open }) => {
  const ledger = new PaperLedger();
  // The clock stands still: only a page can set the write going.
  const store = await open({ clock: new ManualClock() });
  const sequence = await openSequence(store, 'accounts');
  const accounts = new AccountNumbers(store, () => sequence.next());
  const statements = new Statements({ store, accounts, ledger, log: new Errors() });
  ledger.commit(grant('a'));
  await new Promise(setImmediate);
  assert.deepEqual(await statements.page('a', 100, 10), [0]);
  await statements.close();
});
