import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { formatEntry } from '../../shared/ledger/entry-text.ts';
import { MerkleTree } from '../../shared/ledger/merkle-tree.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { formatTlogProof } from '../../shared/ledger/tlog-proof.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import { ledgerCommand } from './ledger-command.ts';

const ORIGIN = 'receipt.test/ledger';
const signer = createNoteSigner(ORIGIN, Buffer.alloc(32, 1));
const other = createNoteSigner(ORIGIN, Buffer.alloc(32, 2));
const SALTS = { promptSalt: Buffer.alloc(32, 3), answerSalt: Buffer.alloc(32, 4) };
const SAID = {
  account: 'ana',
  at: '2030-01-02T03:04:05.678Z',
  id: 'x1',
  trace: 'Usuario-1:m1',
  model: 'stub',
  degraded: 'false',
  finish: 'stop',
  inputTokens: '3',
  outputTokens: '4',
  usage: 'reported',
} as const;
const PAID = { actor: 'ana', amount: '7', hold: '-', route: 'stub', service: 'chat' } as const;
const ENTRY = formatEntry({
  ...SAID,
  ...PAID,
  type: 'charge',
  prompt: commitTo(SALTS.promptSalt, 'hello'),
  answer: commitTo(SALTS.answerSalt, 'good morning\n'),
});
/** Of version 1 of the ledger. */
const FIRST = formatEntry({
  ...SAID,
  type: 'exchange',
  prompt: firstCommitTo(SALTS.promptSalt, 'hello'),
  answer: firstCommitTo(SALTS.answerSalt, 'good morning\n'),
});
const INDEX = 2;
let folder: string;
let proof: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-receipt-'));
  const tree = new MerkleTree();
  for (const text of ['a', 'b', ENTRY, FIRST]) tree.appendBinary(leafHashBinary(text));
  const { size, root } = tree.head();
  const checkpoint = signer.sign(formatCheckpoint({ origin: ORIGIN, size, root }));
  const path = tree.inclusionProof(INDEX, tree.head());
  proof = formatTlogProof({ extra: Buffer.from(ENTRY), index: INDEX, proof: path, checkpoint });
  const firstPath = tree.inclusionProof(INDEX + 1, tree.head());
  const extra = Buffer.from(FIRST);
  const first = formatTlogProof({ extra, index: INDEX + 1, proof: firstPath, checkpoint });
  const salts = Object.entries(SALTS).map(([name, salt]) => [name, salt.toString('base64')] as const);
  const json = { index: INDEX, proof, ...Object.fromEntries(salts) };
  const lines = salts.map(([name, salt]) => `-- ${name} ${salt}\n`).join('');
  await Promise.all([
    write('receipt', proof),
    write('receipt.json', JSON.stringify(json)),
    write('first.json', JSON.stringify({ ...json, index: INDEX + 1, proof: first })),
    write('answer.json', JSON.stringify({ text: 'good morning', receipt: json })),
    write('terminal', `User 1 connected.\r\n${proof}${lines}`),
    write('prompt.txt', 'hello\n'),
    write('answer.txt', 'good morning\n'),
  ]);
});

after(() => rm(folder, { recursive: true, force: true }));

/** As docs/ledger.md has it. */
function commitTo(salt: Uint8Array, text: string): string {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text)]), 'base64');
}

function firstCommitTo(salt: Uint8Array, text: string): string {
  return createHmac('sha256', salt).update(text).digest('base64');
}

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

async function run(...args: string[]) {
  let [out, err] = ['', ''];
  const files = args.map((each) => (/^[a-z]+(?:\.\w+)?$/.test(each) ? join(folder, each) : each));
  const code = await ledgerCommand(['receipt', ...files], {
    env: {},
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

test('a receipt is verified with the key alone, in each form in which it is kept', async () => {
  for (const name of ['receipt', 'receipt.json', 'answer.json', 'terminal']) {
    const { code, out } = await run(name, '--key', signer.verifierKey);
    assert.equal(code, 0, name);
    assert.match(out, /^Entry 2 of a ledger of 4 entries\n[^]*^outputTokens  4\n[^]*^VERIFIED: [^\n]*\n$/m);
  }
});

test('what was said is compared with what the entry commits to', async () => {
  for (const name of ['receipt.json', 'first.json', 'answer.json', 'terminal']) {
    const texts = ['--prompt', 'prompt.txt', '--answer', 'answer.txt'];
    const { code, out } = await run(name, '--key', signer.verifierKey, ...texts);
    assert.equal(code, 0, name);
    assert.match(out, /the prompt is the one that was committed to\n {2}the answer is the one/);
  }
  const swapped = await run('receipt.json', '--key', signer.verifierKey, '--prompt', 'answer.txt');
  assert.deepEqual([swapped.code, swapped.err], [1, 'BAD: the prompt is another text\n']);
  const without = await run('receipt', '--key', signer.verifierKey, '--prompt', 'prompt.txt');
  assert.equal(without.code, 3);
});

test('a receipt that was changed, or that another key signs, is bad', async () => {
  const stranger = await run('receipt', '--key', other.verifierKey);
  assert.deepEqual(
    [stranger.code, stranger.err],
    [1, 'BAD: this key has not signed the checkpoint in the receipt\n'],
  );
  await write('moved', proof.replace('\nindex 2\n', '\nindex 3\n'));
  const moved = await run('moved', '--key', signer.verifierKey, '--json');
  assert.equal(moved.code, 1);
  assert.deepEqual(JSON.parse(moved.out), {
    status: 'bad',
    why: 'the entry is not in the tree of the checkpoint',
  });
});

test('a wrong command line says what is missing', async () => {
  for (const args of [
    ['receipt'],
    ['--key', signer.verifierKey],
    ['prompt.txt', '--key', signer.verifierKey],
  ]) {
    assert.equal((await run(...args)).code, 3, args.join(' '));
  }
});
