import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from './entries.ts';
import { AccountsFold } from './fold.ts';
import type { EntryRefusalReason } from './fold-rules.ts';
import { idWindowEntries, MemoryTables } from './fold-tables.ts';

const at = '2030-01-02T03:04:05.678Z';
const genesis: Entry = { at, key: 'k', origin: 'o', type: 'genesis', unit: 'credit', version: '1' };

function grant(account: string, amount: number, id: string): Entry {
  return { account, amount: String(amount), at, by: 'admin', id, reason: '', type: 'grant' };
}

function hold(account: string, amount: number, id: string): Entry {
  return { account, amount: String(amount), at, expires: at, id, type: 'hold' };
}

function settle(account: string, amount: number, returned: number, index: number, id: string): Entry {
  const amounts = { amount: String(amount), returned: String(returned) };
  return { account, ...amounts, at, hold: String(index), id, type: 'settle' };
}

function release(account: string, amount: number, index: number, id: string): Entry {
  return { account, amount: String(amount), at, hold: String(index), id, reason: '', type: 'release' };
}

function refund(account: string, amount: number, charged: number, of: number, id: string): Entry {
  const amounts = { amount: String(amount), charged: String(charged) };
  return { account, ...amounts, at, by: 'admin', id, of: String(of), reason: '', type: 'refund' };
}

function exchange(account: string, id: string): Entry {
  const facts = {
    degraded: 'false',
    finish: 'stop',
    inputTokens: '1',
    model: 'm',
    outputTokens: '1',
  } as const;
  return {
    account,
    answer: '',
    at,
    ...facts,
    id,
    prompt: '',
    trace: 't',
    type: 'exchange',
    usage: 'reported',
  };
}

function foldOf(...entries: Entry[]): AccountsFold {
  const fold = new AccountsFold(new MemoryTables());
  for (const entry of [genesis, ...entries]) assert.equal(fold.apply(entry), undefined);
  return fold;
}

function copyOf(fold: AccountsFold) {
  return structuredClone({ state: fold.state(), tables: fold.tables });
}

function restored(fold: AccountsFold): AccountsFold {
  const { state, tables } = copyOf(fold);
  return AccountsFold.restore(state, Object.assign(new MemoryTables(), tables));
}

function assertRefused(fold: AccountsFold, entry: Entry, reason: EntryRefusalReason): void {
  const before = copyOf(fold);
  assert.equal(fold.apply(entry)?.reason, reason);
  assert.deepEqual(copyOf(fold), before);
}

test('credits move from issued to available to held to revenue, and back by release and refund', () => {
  const fold = foldOf(grant('a', 100, 'g'), hold('a', 60, 'h'));
  assert.deepEqual(fold.account('a'), { granted: 100, available: 40, held: 60, spent: 0, allowance: 0 });
  assert.equal(fold.apply(settle('a', 25, 35, 2, 'h')), undefined);
  assert.equal(fold.apply(exchange('a', 'h')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 100, available: 75, held: 0, spent: 25, allowance: 0 });
  assert.equal(fold.apply(refund('a', 20, 25, 3, 'r')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 100, available: 95, held: 0, spent: 5, allowance: 0 });
  assert.equal(fold.revenue, 5);
  assert.equal(fold.apply(hold('a', 95, 'h2')), undefined);
  assert.equal(fold.apply(release('a', 95, 6, 'h2')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 100, available: 95, held: 0, spent: 5, allowance: 0 });
});

test('every illegal entry is refused with its reason and changes nothing', () => {
  const fold = foldOf(grant('a', 100, 'g'), hold('a', 60, 'h'), grant('b', 10, 'g2'));
  assertRefused(new AccountsFold(new MemoryTables()), grant('a', 1, 'g'), 'no_genesis');
  assertRefused(fold, genesis, 'second_genesis');
  assertRefused(foldOf(), genesis, 'second_genesis');
  assertRefused(fold, grant('a', 1, 'g'), 'duplicate_id');
  assertRefused(fold, grant('a', 1, 'h'), 'duplicate_id');
  assertRefused(fold, hold('a', 41, 'h2'), 'insufficient_credits');
  assertRefused(fold, hold('nobody', 1, 'h2'), 'insufficient_credits');
  assertRefused(fold, settle('a', 1, 1, 2, 'none'), 'no_such_hold');
  assertRefused(fold, settle('b', 60, 0, 2, 'h'), 'other_hold');
  assertRefused(fold, settle('a', 60, 0, 1, 'h'), 'other_hold');
  assertRefused(fold, settle('a', 60, 1, 2, 'h'), 'wrong_sum');
  assertRefused(fold, release('a', 59, 2, 'h'), 'wrong_sum');
  assertRefused(fold, exchange('a', 'h'), 'not_after_settle');
  assertRefused(fold, refund('a', 1, 1, 99, 'r'), 'bad_reference');
  assertRefused(fold, refund('a', 1, 5, 2, 'r'), 'too_much_refunded');
  assert.equal(fold.apply(settle('a', 50, 10, 2, 'h')), undefined);
  assertRefused(fold, settle('a', 50, 10, 2, 'h'), 'no_such_hold');
  assertRefused(fold, exchange('a', 'other'), 'not_after_settle');
  fold.startBlock();
  assertRefused(fold, exchange('a', 'h'), 'not_after_settle');
  assertRefused(fold, hold('a', 1, 'h'), 'duplicate_id');
  assert.equal(fold.apply(refund('a', 30, 50, 4, 'r')), undefined);
  assertRefused(fold, refund('a', 21, 50, 4, 'r2'), 'too_much_refunded');
  assertRefused(fold, refund('a', 20, 49, 4, 'r2'), 'bad_reference');
  assertRefused(fold, grant('a', Number.MAX_SAFE_INTEGER, 'g3'), 'too_much_issued');
});

function charge(account: string, amount: number, id: string, hold = '-'): Entry {
  const facts = {
    degraded: 'false',
    finish: 'stop',
    inputTokens: '1',
    model: 'm',
    outputTokens: '1',
  } as const;
  const by = { actor: account, hold, route: 'm', service: 'chat', trace: 't', usage: 'reported' } as const;
  return { account, amount: String(amount), answer: '', at, ...facts, ...by, id, prompt: '', type: 'charge' };
}

interface Renewal {
  readonly carried: number;
  readonly lapsed: number;
}

function allowance(account: string, amount: number, { carried, lapsed }: Renewal, id: string): Entry {
  const amounts = { amount: String(amount), carried: String(carried), lapsed: String(lapsed) };
  return { account, ...amounts, at, by: 'admin', id, period: 'week', type: 'allowance', until: at };
}

const NOTHING_LEFT = { carried: 0, lapsed: 0 };
const second: Entry = { at, type: 'version', version: '2' };

test('a ledger of version 1 goes on in version 2, once, and only without open holds', () => {
  const fold = foldOf(grant('a', 100, 'g'), hold('a', 60, 'h'));
  assertRefused(fold, charge('a', 1, 'x'), 'other_version');
  assertRefused(fold, allowance('a', 1, NOTHING_LEFT, 'w'), 'other_version');
  assertRefused(fold, second, 'holds_open');
  assert.equal(fold.apply(release('a', 60, 2, 'h')), undefined);
  assert.equal(fold.apply(second), undefined);
  assert.equal(fold.version, 2);
  assertRefused(fold, second, 'other_version');
  assertRefused(fold, settle('a', 1, 1, 2, 'h'), 'other_version');
  assertRefused(fold, exchange('a', 'h'), 'other_version');
  assert.equal(restored(fold).version, 2);
});

test('a charge takes what is available, or what was held, and gives the rest back', () => {
  const fold = foldOf(second, grant('a', 100, 'g'), hold('a', 60, 'h'));
  assertRefused(fold, charge('a', 41, 'x'), 'insufficient_credits');
  assertRefused(fold, charge('nobody', 1, 'x'), 'insufficient_credits');
  assertRefused(fold, charge('a', 1, 'g'), 'duplicate_id');
  assertRefused(fold, charge('a', 1, 'h'), 'duplicate_id');
  assertRefused(fold, charge('a', 61, 'h', '3'), 'wrong_sum');
  assertRefused(fold, charge('a', 60, 'h', '2'), 'other_hold');
  assertRefused(fold, charge('b', 60, 'h', '3'), 'other_hold');
  assertRefused(fold, charge('a', 0, 'none', '3'), 'no_such_hold');
  assert.equal(fold.apply(charge('a', 40, 'x')), undefined);
  assert.equal(fold.apply(charge('nobody', 0, 'free')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 100, available: 0, held: 60, spent: 40, allowance: 0 });
  assert.equal(fold.apply(charge('a', 25, 'h', '3')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 100, available: 35, held: 0, spent: 65, allowance: 0 });
  assertRefused(fold, charge('a', 1, 'x'), 'duplicate_id');
  assertRefused(fold, charge('a', 25, 'h', '3'), 'no_such_hold');
  assert.equal(fold.apply(refund('a', 40, 40, 4, 'r')), undefined);
  assert.deepEqual([fold.account('a').available, fold.revenue], [75, 25]);
});

test('an allowance is spent first, and what is left of it lapses or is carried over', () => {
  const fold = foldOf(second, grant('a', 10, 'g'), allowance('a', 50, NOTHING_LEFT, 'w1'));
  assert.equal(fold.apply(charge('a', 20, 'x')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 60, available: 40, held: 0, spent: 20, allowance: 30 });
  assertRefused(fold, allowance('a', 50, { carried: 10, lapsed: 19 }, 'w2'), 'other_allowance');
  assertRefused(fold, allowance('a', 50, { carried: 0, lapsed: 31 }, 'w2'), 'other_allowance');
  assertRefused(
    fold,
    allowance('a', Number.MAX_SAFE_INTEGER, { carried: 30, lapsed: 0 }, 'w2'),
    'too_much_issued',
  );
  assert.equal(fold.apply(hold('a', 35, 'h')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 60, available: 5, held: 35, spent: 20, allowance: 0 });
  assert.equal(fold.apply(charge('a', 10, 'h', '5')), undefined);
  assert.deepEqual(
    fold.account('a'),
    { granted: 60, available: 30, held: 0, spent: 30, allowance: 20 },
    'the part of the hold that was not charged is an allowance again',
  );
  assert.equal(fold.apply(allowance('a', 50, { carried: 5, lapsed: 15 }, 'w2')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 95, available: 65, held: 0, spent: 30, allowance: 55 });
  assert.equal(fold.issued, 95);
  assertRefused(fold, allowance('a', 1, { carried: 55, lapsed: 0 }, 'w1'), 'duplicate_id');
  assert.equal(fold.apply(charge('a', 60, 'y')), undefined);
  assert.deepEqual([fold.account('a').available, fold.account('a').allowance], [5, 0]);
  assert.equal(fold.apply(refund('a', 60, 60, 8, 'r')), undefined);
  assert.equal(fold.account('a').allowance, 0, 'what is paid back does not lapse');
  assert.equal(fold.apply(allowance('new', 7, NOTHING_LEFT, 'n')), undefined);
  assert.equal(fold.accountCount, 2);
});

/** Entries of three accounts with few ids, legal and illegal in all orders. */
function anyEntries(): fc.Arbitrary<Entry[]> {
  const account = fc.constantFrom('a', 'b', 'c');
  const amount = fc.integer({ min: 0, max: 40 });
  const id = fc.integer({ min: 0, max: 12 }).map((value) => `i${value}`);
  const index = fc.integer({ min: 0, max: 40 });
  return fc.array(
    fc.oneof(
      fc.tuple(account, amount, id).map((args) => grant(...args)),
      { weight: 3, arbitrary: fc.tuple(account, amount, id).map((args) => hold(...args)) },
      { weight: 3, arbitrary: fc.tuple(account, amount, amount, index, id).map((args) => settle(...args)) },
      fc.tuple(account, amount, index, id).map((args) => release(...args)),
      fc.tuple(account, amount, amount, index, id).map((args) => refund(...args)),
      fc.tuple(account, id).map((args) => exchange(...args)),
      { weight: 3, arbitrary: fc.tuple(account, amount, id).map((args) => charge(...args)) },
      fc.tuple(account, amount, id, index.map(String)).map((args) => charge(...args)),
      fc
        .tuple(account, amount, amount, amount, id)
        .map(([name, more, carried, lapsed, own]) => allowance(name, more, { carried, lapsed }, own)),
      fc.constant(second),
    ),
    { maxLength: 80 },
  );
}

/** Lets half of the generated resolutions name a hold that is really open. */
function aimed(fold: AccountsFold, entry: Entry, position: number): Entry {
  if (position % 2 === 1) return entry;
  if (entry.type === 'allowance') {
    const left = fold.account(entry.account).allowance;
    const carried = Math.min(left, Number(entry.carried));
    return allowance(entry.account, Number(entry.amount), { carried, lapsed: left - carried }, entry.id);
  }
  if (entry.type !== 'settle' && entry.type !== 'release' && entry.type !== 'charge') return entry;
  if (entry.type === 'charge' && entry.hold === '-') return entry;
  const [open] = fold.openHolds;
  if (open === undefined) return entry;
  const [id, { account, amount, index }] = open;
  if (entry.type === 'release') return release(account, amount, index, id);
  const charged = Math.min(amount, Number(entry.amount));
  if (entry.type === 'charge') return charge(account, charged, id, String(index));
  return settle(account, charged, amount - charged, index, id);
}

test('whatever comes: nothing is negative, sums hold, refusals change nothing, cold equals warm', () => {
  fc.assert(
    fc.property(anyEntries(), fc.integer({ min: 0, max: 80 }), (entries, cut) => {
      let fold = foldOf(grant('a', 50, 'start'));
      const applied: Entry[] = [grant('a', 50, 'start')];
      for (const [position, generated] of entries.entries()) {
        // A restart in the middle must not show.
        if (position === cut) fold = restored(fold);
        const entry = aimed(fold, generated, position);
        const before = copyOf(fold);
        if (fold.apply(entry) === undefined) applied.push(entry);
        else assert.deepEqual(copyOf(fold), before);
        assertSums(fold);
      }
      assert.deepEqual(copyOf(foldOf(...applied)), copyOf(fold));
    }),
    { seed: 34, numRuns: 600 },
  );
});

function assertSums(fold: AccountsFold): void {
  let issued = 0;
  let revenue = 0;
  let held = 0;
  for (const account of fold.tables.accounts.values()) {
    assert.ok(account.available >= 0 && account.held >= 0 && account.spent >= 0);
    assert.ok(account.allowance >= 0 && account.allowance <= account.available);
    assert.equal(account.available + account.held + account.spent, account.granted);
    issued += account.granted;
    revenue += account.spent;
    held += account.held;
  }
  assert.equal(issued, fold.issued);
  assert.equal(revenue, fold.revenue);
  assert.equal(
    [...fold.openHolds.values()].reduce((sum, item) => sum + item.amount, 0),
    held,
  );
}

test('ids of holds are forgotten after the window, ids that made money never', () => {
  const fold = foldOf(grant('a', 10, 'g'), hold('a', 1, 'open'), hold('a', 1, 'old'));
  assert.equal(fold.apply(release('a', 1, 3, 'old')), undefined);
  const filler: Entry = { at, bytes: '0', file: 'f', sha256: '', type: 'recovery' };
  for (let count = 0; count < 2 * idWindowEntries; count += 1) fold.apply(filler);
  assert.equal(fold.indexOfId('old'), undefined);
  assert.equal(fold.indexOfId('open'), 2);
  assert.equal(fold.indexOfId('g'), 1);
  assert.equal(fold.apply(hold('a', 1, 'old')), undefined);
});

test('sums stay exact up to the greatest, and not one credit beyond is issued', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const fold = foldOf(grant('a', most - 5, 'g'));
  assertRefused(fold, grant('b', 6, 'g2'), 'too_much_issued');
  assert.equal(fold.apply(grant('b', 5, 'g2')), undefined);
  assert.equal(fold.issued, most);
  assertRefused(fold, grant('b', 1, 'g3'), 'too_much_issued');
});

test('an account counts once, when it first gets credits, and begins with nothing', () => {
  const fold = foldOf(grant('a', 3, 'g'), grant('a', 4, 'g2'), grant('b', 0, 'g3'));
  assert.equal(fold.accountCount, 2);
  assert.deepEqual(fold.account('a'), { granted: 7, available: 7, held: 0, spent: 0, allowance: 0 });
  assert.deepEqual(fold.account('nobody'), { granted: 0, available: 0, held: 0, spent: 0, allowance: 0 });
});

test('a refund names a settle before it, adds up over several, and its id is known for ever', () => {
  const fold = foldOf(grant('a', 100, 'g'), hold('a', 60, 'h'), hold('a', 40, 'h2'));
  assert.equal(fold.apply(settle('a', 50, 10, 2, 'h')), undefined);
  // What another settle charged is not paid back for this one.
  assert.equal(fold.apply(settle('a', 40, 0, 3, 'h2')), undefined);
  assertRefused(fold, refund('a', 1, 50, 6, 'r'), 'bad_reference');
  assert.equal(fold.apply(refund('a', 20, 50, 4, 'r')), undefined);
  assert.equal(fold.indexOfId('r'), 6);
  assertRefused(fold, refund('a', 1, 50, 4, 'r'), 'duplicate_id');
  assert.equal(fold.apply(refund('a', 20, 50, 4, 'r2')), undefined);
  assertRefused(fold, refund('a', 11, 50, 4, 'r3'), 'too_much_refunded');
  assert.equal(fold.apply(refund('a', 10, 50, 4, 'r3')), undefined);
  assert.deepEqual(fold.account('a'), { granted: 100, available: 60, held: 0, spent: 40, allowance: 0 });
  assertRefused(fold, refund('nobody', 0, 5, 4, 'r4'), 'bad_reference');
});

test('an exchange that follows no settle says what should be there', () => {
  const fold = foldOf(grant('a', 100, 'g'), hold('a', 60, 'h'), hold('a', 5, 'h2'));
  assert.deepEqual(fold.apply(exchange('a', 'h')), {
    reason: 'not_after_settle',
    expected: 'its settle just before',
    found: 'a h',
  });
  assert.equal(fold.apply(settle('a', 60, 0, 2, 'h')), undefined);
  assert.equal(fold.apply(exchange('b', 'h'))?.expected, 'a h');
  assert.equal(fold.apply(exchange('a', 'h')), undefined);
  assertRefused(fold, exchange('a', 'h'), 'not_after_settle');
});

test('refusals and erasures use up their ids; an erasure names an entry before it, or all', () => {
  const fold = foldOf(grant('a', 100, 'g'));
  const erase = (of: string, id: string): Entry => {
    return { account: 'a', at, by: 'a', id, of, reason: '', type: 'erase' };
  };
  const reject: Entry = {
    account: 'a',
    at,
    balance: '0',
    id: 'no',
    need: '9',
    reason: 'insufficient_credits',
    type: 'reject',
  };
  assertRefused(fold, erase('2', 'e'), 'bad_reference');
  assert.equal(fold.apply(erase('1', 'e')), undefined);
  assert.equal(fold.apply(erase('*', 'e2')), undefined);
  assert.equal(fold.apply(reject), undefined);
  assert.deepEqual(
    ['e', 'e2', 'no'].map((id) => fold.indexOfId(id)),
    [2, 3, 4],
  );
  for (const again of [erase('1', 'e'), reject, hold('a', 1, 'no')])
    assertRefused(fold, again, 'duplicate_id');
});

test('a key is in force for trees that are larger than where it begins', () => {
  const fold = foldOf(grant('a', 1, 'g'));
  assert.equal(fold.apply({ at, key: 'k2', type: 'keyrot' }), undefined);
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((size) => fold.keyAt(size)),
    [undefined, 'k', 'k', 'k2', 'k2'],
  );
  assert.deepEqual(restored(fold).keys, fold.keys);
  assert.equal(restored(fold).origin, 'o');
});
