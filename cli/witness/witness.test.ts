import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { createCosigner, openCosignedNote } from '../../shared/ledger/cosignature-keys.ts';
import { MerkleTree } from '../../shared/ledger/merkle-tree.ts';
import { createNoteSigner, openNote, readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { leafHash } from '../../shared/ledger/tree-hash.ts';
import { formatAddCheckpoint } from '../../shared/ledger/witness-protocol.ts';
import { fileOf, Witness, WITNESS_LIMITS, type WitnessEvent, type WitnessResponse } from './witness.ts';

const origin = 'log.test/ledger';
const signer = createNoteSigner(origin, Buffer.alloc(32, 1));
const cosigner = createCosigner('witness.test/w1', Buffer.alloc(32, 2));
const honest = treeOf('leaf', 40);
const forked = treeOf('other', 40);

function keyOf(text: string) {
  const key = readVerifierKey(text);
  assert.ok(key);
  return key;
}

function treeOf(name: string, size: number): MerkleTree {
  const tree = new MerkleTree();
  for (let index = 0; index < size; index += 1) tree.append(leafHash(`${name} ${index}`));
  return tree;
}

function textAt(size: number, tree = honest): string {
  return formatCheckpoint({ origin, size, root: tree.head(size).root });
}

/** An honest request, except for what the caller overrides. */
function request(oldSize: number, size: number, more: { tree?: MerkleTree; note?: string } = {}): Buffer {
  const { tree = honest, note = signer.sign(textAt(size, tree)) } = more;
  const proof = oldSize > size ? [] : tree.consistencyProof(oldSize, tree.head(size));
  return Buffer.from(formatAddCheckpoint({ oldSize, proof, note }));
}

/** A state in memory whose writes can be made to wait or to fail. */
class MemoryState {
  readonly files = new Map<string, string>();
  before: () => Promise<void> = () => Promise.resolve();

  read(name: string): Promise<string | undefined> {
    return Promise.resolve(this.files.get(name));
  }

  async replace(name: string, text: string): Promise<void> {
    await this.before();
    this.files.set(name, text);
  }
}

interface Setup {
  state?: MemoryState;
  now?: () => number;
  logs?: string[];
}

async function open({
  state = new MemoryState(),
  now = () => 5_500,
  logs = [signer.verifierKey],
}: Setup = {}) {
  const events: WitnessEvent[] = [];
  const onEvent = (event: WitnessEvent) => void events.push(event);
  const witness = await Witness.open({ cosigner, logs: logs.map(keyOf), state, now, onEvent });
  return { witness, events, state, add: (body: Buffer) => witness.addCheckpoint(body) };
}

function assertCosigned(response: WitnessResponse, text: string): void {
  assert.equal(response.status, 200, response.body);
  assert.ok(openCosignedNote(`${text}\n${response.body}`, cosigner.key));
}

test('a log that grows is cosigned, at each size, with the time in seconds', async () => {
  const { add, state, events, witness } = await open();
  let old = 0;
  for (const size of [1, 2, 2, 3, 7, 8, 33, 40]) {
    const response = await add(request(old, size));
    assertCosigned(response, textAt(size));
    assert.equal(openCosignedNote(`${textAt(size)}\n${response.body}`, cosigner.key)?.time, 5);
    old = size;
  }
  assert.deepEqual(witness.sizes(), { [origin]: 40 });
  assert.deepEqual(events.at(-1), { kind: 'cosigned', origin, oldSize: 33, size: 40 });
  const kept = state.files.get(fileOf(origin)) ?? '';
  assert.ok(openNote(kept, keyOf(signer.verifierKey)));
  assert.ok(openCosignedNote(kept, cosigner.key));
});

test('a size that is not the last one is a conflict, with the last one', async () => {
  const { add } = await open();
  const conflict = (size: number) => ({ status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` });
  assert.deepEqual(await add(request(3, 5)), conflict(0));
  assertCosigned(await add(request(0, 5)), textAt(5));
  assert.deepEqual(await add(request(0, 9)), conflict(5));
  assert.deepEqual(await add(request(4, 9)), conflict(5));
  assert.deepEqual(await add(request(6, 9)), conflict(5));
  assert.deepEqual(await add(request(0, 4)), conflict(5));
  assertCosigned(await add(request(5, 9)), textAt(9));
});

test('a log is never rolled back, and never cosigned at two roots', async () => {
  const { add, witness, events } = await open();
  assertCosigned(await add(request(0, 20)), textAt(20));
  assert.equal((await add(request(20, 19))).status, 400);
  assert.equal((await add(request(19, 19))).status, 409);
  assert.equal((await add(request(20, 20, { tree: forked }))).status, 409);
  assert.equal((await add(request(20, 30, { tree: forked }))).status, 422);
  assert.deepEqual(witness.sizes(), { [origin]: 20 });
  const kinds = events.map(({ kind }) => kind);
  assert.deepEqual(kinds, ['cosigned', 'rolledBack', 'inconsistent', 'inconsistent']);
  const last = events.at(-1);
  assert.ok(last?.kind === 'inconsistent');
  assert.ok(openCosignedNote(last.last, cosigner.key));
  assert.equal(last.submitted, signer.sign(textAt(30, forked)));
});

test('the same misdeed is told once, however often it is sent', async () => {
  const { add, events } = await open();
  await add(request(0, 20));
  for (const name of ['a', 'b', 'c']) {
    const stranger = createNoteSigner(name, Buffer.alloc(32, 9));
    const text = textAt(30, forked);
    const lines = stranger.sign(text).slice(text.length + 1);
    await add(request(20, 30, { tree: forked, note: `${signer.sign(text)}${lines}` }));
  }
  assert.equal(events.filter(({ kind }) => kind === 'inconsistent').length, 1);
});

test('a wrong proof is refused: changed, too long, too short, or none', async () => {
  const { add } = await open();
  await add(request(0, 20));
  const note = signer.sign(textAt(33));
  const proof = honest.consistencyProof(20, honest.head(33));
  const [first = Buffer.alloc(32), ...rest] = proof;
  const changed = Buffer.from(first);
  changed[0] = (changed[0] ?? 0) ^ 1;
  for (const wrong of [[], rest, [changed, ...rest], [...proof, first], proof.toReversed()]) {
    const body = Buffer.from(formatAddCheckpoint({ oldSize: 20, proof: wrong, note }));
    assert.equal((await add(body)).status, 422);
  }
  const same = Buffer.from(
    formatAddCheckpoint({ oldSize: 20, proof: [first], note: signer.sign(textAt(20)) }),
  );
  assert.equal((await add(same)).status, 422);
  assertCosigned(await add(request(20, 33)), textAt(33));
});

test('size 0: the empty tree has one root, and there is no proof from it', async () => {
  const { add } = await open();
  const wrongRoot = `${origin}\n0\n${Buffer.alloc(32).toString('base64')}\n`;
  assert.equal((await add(request(0, 0, { note: signer.sign(wrongRoot) }))).status, 409);
  const hash = Buffer.alloc(32);
  for (const size of [0, 5]) {
    const note = signer.sign(textAt(size));
    const body = Buffer.from(formatAddCheckpoint({ oldSize: 0, proof: [hash], note }));
    assert.equal((await add(body)).status, 422);
  }
  assertCosigned(await add(request(0, 0)), textAt(0));
  assertCosigned(await add(request(0, 0)), textAt(0));
  assertCosigned(await add(request(0, 5)), textAt(5));
});

test('forged, foreign and malformed requests are told apart', async () => {
  const { add, state } = await open();
  const text = textAt(5);
  const forger = createNoteSigner(origin, Buffer.alloc(32, 66));
  assert.equal((await add(request(0, 5, { note: forger.sign(text) }))).status, 403);
  const tampered = signer.sign(text).replace(`\n5\n`, `\n6\n`);
  assert.equal((await add(request(0, 5, { note: tampered }))).status, 403);
  const mixed = `${signer.sign(text)}${signer.sign(textAt(6)).split('\n').at(-2) ?? ''}\n`;
  assert.equal((await add(request(0, 5, { note: mixed }))).status, 403);
  const foreign = createNoteSigner('unknown.test', Buffer.alloc(32, 1));
  const elsewhere = foreign.sign(text.replace(origin, 'unknown.test'));
  assert.equal((await add(request(0, 5, { note: elsewhere }))).status, 404);
  // Signed by a trusted key, but for another origin.
  assert.equal((await add(request(0, 5, { note: signer.sign(text.replace(origin, 'x')) }))).status, 404);
  assert.equal((await add(Buffer.from('old 0\n\nnonsense\n'))).status, 400);
  assert.equal(state.files.size, 0);
});

test('extension lines and further signatures are cosigned or ignored', async () => {
  const { add, state } = await open();
  const text = `${textAt(5)}extension\n`;
  const stranger = createNoteSigner('stranger.test', Buffer.alloc(32, 9));
  const note = `${signer.sign(text)}${stranger.sign(text).slice(text.length + 1)}`;
  assertCosigned(await add(request(0, 5, { note })), text);
  assert.ok(!state.files.get(fileOf(origin))?.includes('stranger'));
});

test('two keys of one origin are one log', async () => {
  const next = createNoteSigner(origin, Buffer.alloc(32, 8));
  const { add } = await open({ logs: [signer.verifierKey, next.verifierKey] });
  assertCosigned(await add(request(0, 5)), textAt(5));
  assertCosigned(await add(request(5, 9, { note: next.sign(textAt(9)) })), textAt(9));
  const halfForged = `${next.sign(textAt(12))}${signer.sign(textAt(13)).split('\n').at(-2) ?? ''}\n`;
  assert.equal((await add(request(9, 12, { note: halfForged }))).status, 403);
});

test('nothing is answered before it is durable, and of two at once one wins', async () => {
  const state = new MemoryState();
  const { add } = await open({ state });
  const written = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  state.before = () => {
    begun.resolve();
    return written.promise;
  };
  const answers: number[] = [];
  const first = add(request(0, 9)).then(({ status }) => answers.push(status));
  const second = add(request(0, 5)).then(({ status }) => answers.push(status));
  await begun.promise;
  assert.deepEqual(answers, []);
  written.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(answers, [200, 409]);
  assert.match(state.files.get(fileOf(origin)) ?? '', /\n9\n/);
});

test('many at once end in one line of growth', async () => {
  const { add, events } = await open();
  const sizes = Array.from({ length: WITNESS_LIMITS.waitingMax }, (_, index) => index + 1);
  const statuses = await Promise.all(sizes.map(async (size) => (await add(request(0, size))).status));
  assert.deepEqual(statuses.filter((status) => status === 200).length, 1);
  assert.equal(statuses.filter((status) => status === 409).length, sizes.length - 1);
  assert.equal(events.length, 1);
  const tooMany = await Promise.all([...sizes, 33].map(async (size) => (await add(request(1, size))).status));
  assert.equal(tooMany.filter((status) => status === 503).length, 1);
});

test('after a write that failed nothing is cosigned any more', async () => {
  const state = new MemoryState();
  const { add, events, witness } = await open({ state });
  await add(request(0, 5));
  state.before = () => Promise.reject(new Error('EIO'));
  const waiting = [add(request(5, 6)), add(request(5, 7))];
  for (const response of await Promise.all(waiting)) assert.equal(response.status, 503);
  state.before = () => Promise.resolve();
  assert.equal((await add(request(5, 6))).status, 503);
  assert.deepEqual(witness.sizes(), { [origin]: 5 });
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['cosigned', 'failed'],
  );
});

test('a restarted witness remembers, and its time does not run backwards', async () => {
  const state = new MemoryState();
  const before = await open({ state, now: () => 90_000 });
  await before.add(request(0, 20));
  const after = await open({ state, now: () => 30_000 });
  assert.deepEqual(after.witness.sizes(), { [origin]: 20 });
  assert.equal((await after.add(request(0, 30))).body, '20\n');
  assert.equal((await after.add(request(20, 30, { tree: forked }))).status, 422);
  const { body } = await after.add(request(20, 30));
  assert.equal(openCosignedNote(`${textAt(30)}\n${body}`, cosigner.key)?.time, 90);
});

test('a state that was changed is refused', async () => {
  const state = new MemoryState();
  const { add } = await open({ state });
  await add(request(0, 20));
  const file = fileOf(origin);
  const good = state.files.get(file) ?? '';
  const cut = good.slice(0, good.lastIndexOf('\u2014'));
  for (const wrong of ['', cut, good.replace('\n20\n', '\n21\n'), good.replace(origin, 'x'), `${good}x`]) {
    state.files.set(file, wrong);
    await assert.rejects(open({ state }), /is not what this witness wrote/);
  }
});

test('a log that went back is told once, until it grows again', async () => {
  const { add, events } = await open();
  await add(request(0, 20));
  for (const size of [9, 9, 12]) assert.equal((await add(request(0, size))).status, 409);
  const back = events.filter(({ kind }) => kind === 'rolledBack');
  assert.equal(back.length, 1);
  assert.ok(back[0]?.kind === 'rolledBack' && back[0].submitted === signer.sign(textAt(9)));
  await add(request(20, 30));
  await add(request(0, 9));
  assert.equal(events.filter(({ kind }) => kind === 'rolledBack').length, 2);
});
