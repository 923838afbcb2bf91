import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { blockEnd, blockHash, blockStart, genesisPrevious } from '../../shared/ledger/block-text.ts';
import { formatCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { createCosigner, type Cosigner } from '../../shared/ledger/cosignature-keys.ts';
import { formatEntry } from '../../shared/ledger/entry-text.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import { MerkleTree } from '../../shared/ledger/merkle-tree.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import { formatSignatureLine } from '../../shared/ledger/signed-note.ts';
import { ledgerCheckpoint } from '../../shared/operations/ledger-checkpoint.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import type { CommandIo } from './io.ts';
import { ledgerCommand } from './ledger-command.ts';

const signer = createNoteSigner('command.test/ledger', Buffer.alloc(32, 1));
const at = '2030-01-02T03:04:05.678Z';
const commitment = Buffer.alloc(32, 1).toString('base64');
const blocks = 40;
const entries = 1 + (blocks - 1) * 4;
let folder: string;
let file: string;
let oldCheckpoint: string;
let newCheckpoint: string;

/** This test writes the ledger with its own code, so that reader and writer cannot share a mistake. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-command-'));
  file = join(folder, 'ledger.jsonl');
  oldCheckpoint = join(folder, 'old');
  newCheckpoint = join(folder, 'new');
  const tree = new MerkleTree();
  let prev = genesisPrevious;
  let text = '';
  for (let n = 0; n < blocks; n += 1) {
    const first = tree.size;
    const texts = entriesOf(n, first).map(formatEntry);
    for (const entry of texts) tree.appendBinary(leafHashBinary(entry));
    const root = Buffer.from(tree.head().root).toString('base64');
    const header = { count: texts.length, first, n, prev, root, ts: at };
    prev = blockHash(header);
    text += `${blockStart(texts.length)}${texts.join(',')}${blockEnd(header, prev)}\n`;
    const { size, root: bytes } = tree.head();
    const note = signer.sign(formatCheckpoint({ origin: 'command.test/ledger', size, root: bytes }));
    if (n === 4) await writeFile(oldCheckpoint, note);
    if (n === blocks - 1) await writeFile(newCheckpoint, note);
  }
  await writeFile(file, text);
});

after(() => rm(folder, { recursive: true, force: true }));

function entriesOf(n: number, first: number): Entry[] {
  const start = { account: 'ana', at, id: `h${n}` };
  const origin = 'command.test/ledger';
  if (n === 0)
    return [{ at, key: signer.verifierKey, origin, type: 'genesis', unit: 'credit', version: '1' }];
  const facts = {
    degraded: 'false',
    finish: 'stop',
    inputTokens: '3',
    model: 'm',
    outputTokens: '4',
  } as const;
  const hidden = { answer: commitment, prompt: commitment, trace: 't', usage: 'reported' } as const;
  return [
    { ...start, amount: '50', by: 'admin', id: `g${n}`, reason: '', type: 'grant' },
    { ...start, amount: '20', expires: at, type: 'hold' },
    { ...start, amount: '7', hold: `${first + 1}`, returned: '13', type: 'settle' },
    { ...start, ...facts, ...hidden, type: 'exchange' },
  ];
}

const cosigner = createCosigner('w.test', Buffer.alloc(32, 7));

function cosigned(note: string, by: Cosigner): string {
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  return `${note}${formatSignatureLine(by.cosign(text, Date.parse('2030-01-02T03:04:05Z') / 1_000))}`;
}

async function run(
  argv: string[],
  more: Partial<CommandIo> = {},
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io: CommandIo = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: { DATA_DIR: file },
    ...more,
  };
  const code = await ledgerCommand(argv, io);
  return { code, out, err };
}

test('verify: 2 alone, 0 with a checkpoint, on one thread and on several', async () => {
  assert.equal((await run(['verify'])).code, 2);
  for (const threads of ['0', '1', '3']) {
    const { code, out } = await run([
      'verify',
      '--checkpoint',
      oldCheckpoint,
      '--threads',
      threads,
      '--json',
    ]);
    assert.equal(code, 0);
    const { status, facts } = JSON.parse(out) as {
      status: string;
      facts: { entries: number; spent: number };
    };
    assert.deepEqual([status, facts.entries, facts.spent], ['verified', entries, (blocks - 1) * 7]);
  }
  assert.equal((await run(['verify', '--key', signer.verifierKey])).code, 2);
  assert.equal((await run(['verify', '--key', 'other+00000000+AAAA'])).code, 1);
});

test('verify says what was compared, and up to where', async () => {
  const { out } = await run(['verify', '--checkpoint', oldCheckpoint]);
  assert.match(
    out,
    /^VERIFIED: none of the first 17 entries was changed or removed\n {2}\S+old: 17 entries\n/m,
  );
  assert.match(out, /^Entries from 17 on are consistent, but were compared with nothing$/m);
  const whole = await run(['verify', '--checkpoint', newCheckpoint]);
  assert.ok(!whole.out.includes('compared with nothing'), whole.out);
});

test('verify: a checkpoint in the folder of the ledger shows nothing by itself', async () => {
  const own = join(folder, 'own');
  await mkdir(own);
  await copyFile(file, join(own, 'segment-000000.jsonl'));
  const beside = join(own, 'witnessed');
  await writeFile(beside, cosigned(await readFile(newCheckpoint, 'utf8'), cosigner));
  const at = ['verify', '--data-dir', own, '--checkpoint', beside];
  const { code, out } = await run(at);
  assert.equal(code, 2);
  assert.match(
    out,
    /CONSISTENT in itself, .*\n.*\n.*cosignatures not checked: w\.test .*in the folder of the ledger/,
  );
  assert.equal((await run([...at, '--witness', cosigner.verifierKey])).code, 0);
});

test('verify: cosignatures are checked with the keys that are given', async () => {
  const note = await readFile(oldCheckpoint, 'utf8');
  const kept = join(folder, 'cosigned');
  const verify = ['verify', '--checkpoint', kept];
  const byWitness = [...verify, '--witness', cosigner.verifierKey];
  await writeFile(kept, cosigned(note, cosigner));
  const { code, out } = await run(byWitness);
  assert.equal(code, 0);
  assert.match(out, /17 entries, cosigned by w\.test at 2030-01-02T03:04:05\.000Z\n/);
  assert.match((await run(verify)).out, /cosignatures not checked: w\.test \(--witness VKEY\)/);
  const other = createCosigner('w.test', Buffer.alloc(32, 8));
  const forged = { ...other.cosign(note.slice(0, note.indexOf('\n\n') + 1), 5), keyId: cosigner.key.keyId };
  await writeFile(kept, `${note}${formatSignatureLine(forged)}`);
  const bad = await run(byWitness);
  assert.equal(bad.code, 1);
  assert.match(
    bad.out,
    /cosignature\n {2}expected one by w\.test, .*\n {2}found {4}one that its key did not sign/,
  );
  await writeFile(kept, cosigned(note, other));
  assert.match((await run(byWitness)).out, /^BAD against --witness: cosignature\n.*\n {2}found {4}none/);
  assert.equal((await run(['verify', '--witness', cosigner.verifierKey])).code, 3);
  assert.equal((await run([...verify, '--witness', signer.verifierKey])).code, 3);
});

test('a checkpoint is read as ledger.checkpoint and /checkpoint answer it', async () => {
  const note = await readFile(oldCheckpoint, 'utf8');
  const answer = { origin: 'command.test/ledger', size: 17, note, verifierKey: signer.verifierKey };
  const terminal = ledgerCheckpoint.text?.render(answer, 'en') ?? '';
  const forms = [
    JSON.stringify({ size: 17, note, verifierKey: signer.verifierKey }, undefined, 2),
    `${terminal}\n`,
    `-- Hilo: hello\n${terminal}\n`.replaceAll('\n', '\r\n'),
    note.trimEnd(),
  ];
  const kept = join(folder, 'pasted');
  for (const text of forms) {
    await writeFile(kept, text);
    assert.equal((await run(['verify', '--checkpoint', kept])).code, 0, text);
  }
  await writeFile(kept, terminal.replace('command.test/ledger\n17', 'command.test/ledger\n18'));
  assert.equal((await run(['verify', '--checkpoint', kept])).code, 1);
  await writeFile(kept, '{"note": 5}');
  assert.equal((await run(['verify', '--checkpoint', kept])).code, 3);
});

test('verify: 1 with the place for a changed byte, on one thread and on several', async () => {
  const damaged = join(folder, 'damaged.jsonl');
  const bytes = await readFile(file);
  const place = bytes.indexOf('"returned":"13"', bytes.length / 2) + 12;
  bytes[place] = 0x32;
  await writeFile(damaged, bytes);
  const block = bytes.toString('latin1', 0, place).split('\n').length - 1;
  for (const threads of ['0', '2']) {
    const { code, out } = await run(['verify', '--data-dir', damaged, '--threads', threads]);
    assert.equal(code, 1);
    const entry = 1 + (block - 1) * 4 + 2;
    assert.match(
      out,
      new RegExp(`^BAD in damaged.jsonl at byte \\d+ \\(block ${block}, entry ${entry}\\): wrong_sum`),
    );
    const json = await run(['verify', '--data-dir', damaged, '--threads', threads, '--json']);
    const { fault } = JSON.parse(json.out) as { fault: Record<string, unknown> };
    assert.deepEqual([fault['block'], fault['expected'], fault['found']], [block, '20', '30']);
  }
});

test('verify: a file that was cut at a block is found by the newest checkpoint', async () => {
  const cut = join(folder, 'cut.jsonl');
  const bytes = await readFile(file);
  await writeFile(cut, bytes.subarray(0, bytes.lastIndexOf(0x0a, bytes.length - 2) + 1));
  assert.equal((await run(['verify', '--data-dir', cut])).code, 2);
  const { code, out } = await run(['verify', '--data-dir', cut, '--checkpoint', newCheckpoint]);
  assert.equal(code, 1);
  assert.match(out, /missing entries/);
  await truncate(cut, 1000);
  assert.equal((await run(['verify', '--data-dir', cut])).code, 1);
});

test('prove: the receipt verifies by itself, and verify accepts it', async () => {
  for (const index of [0, 1, entries - 1]) {
    const { code, out } = await run(['prove', `${index}`, '--checkpoint', newCheckpoint]);
    assert.equal(code, 0);
    const verdict = await verifyReceipt({ receipt: out, verifierKey: signer.verifierKey });
    assert.ok(verdict.ok && verdict.index === index);
    const receipt = join(folder, 'receipt');
    await writeFile(receipt, out);
    assert.equal((await run(['verify', '--receipt', receipt])).code, 0);
  }
  assert.equal((await run(['prove', `${entries}`, '--checkpoint', newCheckpoint])).code, 3);
  assert.equal((await run(['prove', '0'])).code, 3);
});

test('consistency: between sizes and checkpoints', async () => {
  const { code, out } = await run([
    'consistency',
    '--checkpoint',
    oldCheckpoint,
    '--checkpoint',
    newCheckpoint,
  ]);
  assert.equal(code, 0);
  assert.equal((await run(['consistency', '17'])).out, out);
  const json = JSON.parse((await run(['consistency', '17', '20', '--json'])).out) as Record<string, unknown>;
  assert.deepEqual([json['oldSize'], json['newSize'], json['holds']], [17, 20, true]);
  assert.equal((await run(['consistency', '0'])).code, 3);
  assert.equal((await run(['consistency', '17', '9999'])).code, 1);
  const forged = join(folder, 'forged');
  const root = Buffer.alloc(32, 9);
  await writeFile(forged, signer.sign(formatCheckpoint({ origin: 'command.test/ledger', size: 17, root })));
  assert.equal((await run(['consistency', '--checkpoint', forged])).code, 1);
});

test('export: the older format, with texts where the content store has them', async () => {
  const content = {
    read: ({ id }: { id: string }) => (id === 'h1' ? { prompt: 'hola', answer: 'qué tal' } : undefined),
  };
  const openContent = () => Promise.resolve(content);
  const { code, out } = await run(['export', '--format', 'blockchain'], { openContent });
  assert.equal(code, 0);
  const { blockchain } = JSON.parse(out) as {
    blockchain: { hash: string; hash_anterior: string; prompts: object[] }[];
  };
  assert.equal(blockchain.length, blocks);
  assert.equal(blockchain[2]?.hash_anterior, blockchain[1]?.hash);
  const numbers = { usuario: 'ana', tokens_gastados: 7 };
  assert.deepEqual(blockchain[1]?.prompts, [
    { ...numbers, prompt: 'hola', respuesta: 'qué tal', balance_restante: 43 },
  ]);
  assert.deepEqual(blockchain[2]?.prompts, [{ ...numbers, prompt: '', respuesta: '', balance_restante: 86 }]);
  const lines = (await run(['export'])).out.trimEnd().split('\n');
  assert.equal(lines.length, entries);
  assert.equal((await run(['export', '--format', 'csv'])).code, 3);
});

test('balance: a table, or JSON lines', async () => {
  const [row] = (await run(['balance', '--json'])).out.split('\n');
  const spent = (blocks - 1) * 7;
  const granted = (blocks - 1) * 50;
  assert.deepEqual(JSON.parse(row ?? ''), {
    account: 'ana',
    granted,
    available: granted - spent,
    held: 0,
    spent,
    allowance: 0,
  });
  assert.match((await run(['balance', 'nobody'])).out, /nobody +0 +0 +0 +0/);
});

test('tail: the newest entries, and each further one while it follows', async () => {
  const last = (await run(['tail', '-n', '3'])).out.trimEnd().split('\n');
  assert.equal(last.length, 3);
  assert.match(last[2] ?? '', new RegExp(`^${entries - 1} .* exchange`));
  const growing = join(folder, 'growing.jsonl');
  const text = await readFile(file, 'utf8');
  const lines = text.split('\n');
  await writeFile(growing, `${lines.slice(0, 3).join('\n')}\n`);
  const stop = new AbortController();
  let seen = '';
  const stdout = {
    write: (row: string) => {
      seen += row;
      if (row.startsWith('8 ')) appendFileSync(growing, `${lines[3]}\n`);
      if (row.startsWith('12 ')) stop.abort();
    },
  };
  await run(['tail', '-n', '1', '--follow', '--data-dir', growing], { stdout, signal: stop.signal });
  assert.match(seen, /^8 .*\n9 .*\n10 .*\n11 .*\n12 /);
});

test('usage: 3 and an explanation', async () => {
  for (const argv of [
    ['nonsense'],
    ['verify', '--what'],
    ['verify', 'operand'],
    ['prove'],
    ['prove', '-1'],
  ]) {
    assert.equal((await run(argv)).code, 3);
  }
  assert.equal((await run(['verify', '--data-dir', join(folder, 'none')])).code, 3);
  assert.equal((await run(['verify', '--checkpoint', file])).code, 3);
  for (const argv of [[], ['--help'], ['-h'], ['verify', '--help'], ['help']]) {
    const { code, out } = await run(argv);
    assert.equal(code, 0);
    assert.match(out, /^Usage: hilo ledger/);
  }
});
