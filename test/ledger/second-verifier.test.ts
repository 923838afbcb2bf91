import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { linesOf, makeFixture, type Fixture } from './fixture.ts';

/**
 * The verifier that was written from docs/ledger.md alone: that it agrees shows that the document suffices.
 */
const script = new URL('verify.py', import.meta.url).pathname;
let folder: string;
let fixture: Fixture;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-verifier-'));
  fixture = await makeFixture();
});

after(() => rm(folder, { recursive: true, force: true }));

interface Kept {
  checkpoint?: string;
  receipt?: string;
}

let runs = 0;

async function run(bytes: Buffer, kept: Kept = {}): Promise<{ code: number; output: string }> {
  const ledger = join(folder, `ledger-${(runs += 1)}`);
  await writeFile(ledger, bytes);
  const options: string[] = [];
  for (const [name, text] of Object.entries(kept) as [string, string][]) {
    await writeFile(`${ledger}.${name}`, text);
    options.push(`--${name}`, `${ledger}.${name}`);
  }
  return await new Promise((resolve) => {
    execFile('python3', [script, ledger, ...options], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test('it accepts what the server wrote, with checkpoints and receipts of any time', async () => {
  const last = fixture.receipts.length - 1;
  const plain = await run(fixture.bytes);
  assert.equal(plain.code, 2);
  assert.ok(plain.output.includes(fixture.head.root), plain.output);
  for (const at of [0, 5, last]) {
    const [checkpoint, receipt] = [fixture.checkpoints[at], fixture.receipts[at]];
    assert.ok(checkpoint !== undefined && receipt !== undefined);
    assert.deepEqual((await run(fixture.bytes, { checkpoint, receipt })).code, 0);
  }
});

test('it refuses damage, and names the block', async () => {
  const lines = linesOf(fixture.bytes);
  const swap = lines.toSpliced(20, 2, ...[lines[21], lines[20]].filter((line) => line !== undefined));
  const flipped = Buffer.from(fixture.bytes);
  const at = flipped.indexOf('"amount":"', flipped.length / 2) + 10;
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  const block = linesOf(fixture.bytes.subarray(0, fixture.bytes.lastIndexOf(0x0a, at) + 1)).length;
  const cases: [Buffer, string][] = [
    [flipped, `block ${block}:`],
    [Buffer.concat(swap), 'block 20:'],
    [Buffer.concat(lines.toSpliced(7, 1)), 'block 7:'],
    [fixture.bytes.subarray(0, -1), 'incomplete block'],
    [Buffer.from(fixture.bytes.toString('latin1').replace(',"v":1', ', "v":1'), 'latin1'), 'not canonical'],
  ];
  for (const [bytes, place] of cases) {
    const { code, output } = await run(bytes);
    assert.equal(code, 1);
    assert.ok(output.includes(place), `${output} should name ${place}`);
  }
});

test('it refuses a cut file by a checkpoint and a rewritten one by a receipt', async () => {
  const checkpoint = fixture.checkpoints.at(-1) ?? '';
  const receipt = fixture.receipts[2] ?? '';
  const cut = Buffer.concat(linesOf(fixture.bytes).slice(0, -1));
  assert.match((await run(cut, { checkpoint })).output, /entries are missing/);
  const rewritten = await makeFixture(8);
  assert.match((await run(rewritten.bytes, { receipt })).output, /root of a checkpoint/);
  const forged = checkpoint.replace(
    /(\u2014 \S+ .{20})(.)/u,
    (_, start: string, one: string) => start + other(one),
  );
  assert.match((await run(fixture.bytes, { checkpoint: forged })).output, /signature/);
});

function other(character: string): string {
  return character === 'A' ? 'B' : 'A';
}
