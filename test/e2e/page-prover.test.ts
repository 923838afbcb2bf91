/** What the page proves of receipts, with the page's own code and no browser: each fault has its name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryValues } from '../../web/src/ui/browser-values.ts';
import type { Alarm, Proof, ProofClaim } from '../../web/src/chat/proof/proof-contract.ts';
import { Prover } from '../../web/src/chat/proof/prover.ts';
import { TrustStore } from '../../web/src/chat/proof/trust-store.ts';
import { DISCONNECTED, failureOf, type Outcome } from '../../shared/client/message.ts';
import { receiptOf } from '../../web/src/chat/slot-records.ts';
import { FakeLedger } from './page/fake-ledger.ts';

const ACCOUNT = 'anon:test';

function setUp(values = memoryValues(), ledger = new FakeLedger()) {
  const asked: string[] = [];
  const alarms: Alarm[] = [];
  const line = { up: true };
  const ask = (method: string, params: Record<string, unknown>): Promise<Outcome> => {
    asked.push(method);
    const answer = ledger.answer(method, params, ACCOUNT);
    if (!line.up) return Promise.resolve({ ok: false, failure: DISCONNECTED });
    if (typeof answer === 'object') return Promise.resolve({ ok: true, result: { ...answer } });
    return Promise.resolve({ ok: false, failure: failureOf({ data: { reason: answer } }) });
  };
  const prover = new Prover({
    ask,
    trust: new TrustStore(values),
    nowMs: () => 1_000,
    monotonicMs: () => performance.now(),
    alarm: (alarm) => alarms.push(alarm),
  });
  let messages = 0;
  const claim = (more: Partial<ProofClaim> = {}, isOfVersion1 = false): ProofClaim => {
    messages += 1;
    const said = { trace: `Usuario-1:m${messages}`, prompt: '¿qué tal?', answer: 'Bien ☀' };
    const { receipt } = ledger.settle({ ...said, account: ACCOUNT, isOfVersion1 }) as {
      receipt: { index: number };
    };
    const kept = receiptOf(ledger.receipt(receipt.index));
    assert.ok(kept);
    return { ...said, receipt: kept, charged: ledger.price, erased: false, ...more };
  };
  return { ledger, prover, claim, asked, alarms, line };
}

function nameOf(proof: Proof): string {
  if (proof.name === 'failed') return proof.fault;
  return proof.name === 'unchecked' ? proof.reason : proof.name;
}

test('proves answers one after another, each against what was kept before', async () => {
  const { ledger, prover, claim, asked } = setUp();
  const first = await prover.prove(claim());
  assert.ok(first.name === 'proved');
  assert.equal(first.facts.linkedWith, first.facts.size);
  ledger.grow(9);
  const second = await prover.prove(claim());
  assert.ok(second.name === 'proved');
  assert.equal(second.facts.linkedWith, first.facts.size);
  assert.deepEqual(asked, ['ledger.checkpoint', 'ledger.consistency']);
});

test('proves an older answer against a newer state, once', async () => {
  const { prover, claim, asked } = setUp();
  const [older, newer] = [claim(), claim()];
  assert.equal(nameOf(await prover.prove(newer)), 'proved');
  assert.equal(nameOf(await prover.prove(older)), 'proved');
  assert.equal(asked.filter((method) => method === 'ledger.consistency').length, 1);
  const linked = { ...older, receipt: { ...older.receipt, linkedWith: 9 } };
  assert.equal(nameOf(await prover.prove(linked)), 'proved');
  assert.equal(asked.filter((method) => method === 'ledger.consistency').length, 1);
});

test('names what does not fit', async () => {
  const { prover, claim } = setUp();
  const good = claim();
  const with_ = (change: Partial<ProofClaim['receipt']>) => ({
    ...good,
    receipt: { ...good.receipt, ...change },
  });
  assert.equal(nameOf(await prover.prove(good)), 'proved');
  assert.equal(nameOf(await prover.prove({ ...good, prompt: 'another' })), 'prompt_differs');
  assert.equal(nameOf(await prover.prove({ ...good, answer: 'Bien' })), 'answer_differs');
  assert.equal(nameOf(await prover.prove({ ...good, charged: 19 })), 'cost_differs');
  assert.equal(nameOf(await prover.prove({ ...good, charged: undefined })), 'proved');
  const first = claim({}, true);
  assert.equal(nameOf(await prover.prove(first)), 'proved');
  assert.equal(nameOf(await prover.prove({ ...first, answer: 'Bien' })), 'answer_differs');
  assert.equal(nameOf(await prover.prove({ ...good, trace: 'Usuario-1:m9' })), 'other_exchange');
  assert.equal(nameOf(await prover.prove(with_({ index: 5 }))), 'other_exchange');
  assert.equal(nameOf(await prover.prove(with_({ promptSalt: 'AAAA' }))), 'prompt_differs');
  assert.equal(nameOf(await prover.prove(with_({ proof: 'nothing' }))), 'malformed_receipt');
  const { proof } = good.receipt;
  const otherSize = proof.replace(/\n(\d+)\n(?=[^\n]+\n\n)/, '\n7\n');
  assert.equal(nameOf(await prover.prove(with_({ proof: otherSize }))), 'bad_signature');
  assert.equal(nameOf(await prover.prove(with_({ proof: claim().receipt.proof }))), 'other_exchange');
  const foreign = proof.replaceAll('page.test/ledger', 'another.test/ledger');
  assert.equal(nameOf(await prover.prove(with_({ proof: foreign }))), 'wrong_origin');
  const gone = { ...with_({ promptSalt: '', answerSalt: '' }), prompt: '', answer: '', erased: true };
  assert.equal(nameOf(await prover.prove(gone)), 'erased');
});

test('takes a changed key for an alarm until it is accepted', async () => {
  const values = memoryValues();
  const before = setUp(values);
  const old = before.claim();
  assert.equal(nameOf(await before.prover.prove(old)), 'proved');
  const after = setUp(values);
  after.ledger.changeKey();
  const claim = after.claim();
  assert.equal(nameOf(await after.prover.prove(claim)), 'key_changed');
  const [alarm] = after.alarms;
  assert.ok(alarm?.name === 'key' && alarm.known !== alarm.found);
  assert.equal(nameOf(await after.prover.prove(claim)), 'key_changed');
  assert.equal(after.alarms.length, 1);
  after.prover.accept(alarm);
  assert.equal(nameOf(await after.prover.prove(claim)), 'proved');
  // What the earlier key has signed stays proved.
  const linked = { ...old, receipt: { ...old.receipt, linkedWith: 5 } };
  assert.equal(nameOf(await after.prover.prove(linked)), 'proved');
});

test('finds a ledger that was rewritten or cut under the same key', async () => {
  for (const [size, fault] of [
    [40, 'inconsistent'],
    [1, 'shrunk'],
  ] as const) {
    const { ledger, prover, claim, alarms } = setUp();
    ledger.grow(20);
    assert.equal(nameOf(await prover.prove(claim())), 'proved');
    ledger.rewrite(size);
    const later = claim();
    assert.equal(nameOf(await prover.prove(later)), fault);
    assert.equal(alarms.at(-1)?.name, 'history');
    prover.connectionChanged();
    assert.equal(nameOf(await prover.prove(later)), fault);
    const [alarm] = alarms;
    assert.ok(alarm);
    prover.accept(alarm);
    assert.equal(nameOf(await prover.prove(later)), 'proved');
  }
});

test('says that it could not check without a server, and proves what it can', async () => {
  const { prover, claim, line } = setUp();
  line.up = false;
  const first = claim();
  assert.equal(nameOf(await prover.prove(first)), 'disconnected');
  line.up = true;
  assert.equal(nameOf(await prover.prove(first)), 'proved');
  const second = claim();
  prover.connectionChanged();
  line.up = false;
  assert.equal(nameOf(await prover.prove(second)), 'disconnected');
  assert.equal(nameOf(await prover.prove({ ...second, answer: 'false' })), 'answer_differs');
  assert.equal(
    nameOf(await prover.prove({ ...first, receipt: { ...first.receipt, linkedWith: 5 } })),
    'proved',
  );
});
