import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { createCosigner } from '../../shared/ledger/cosignature-keys.ts';
import { formatSignatureLine, parseSignedNote } from '../../shared/ledger/signed-note.ts';
import { parseAddCheckpoint, type HttpAnswer } from '../../shared/ledger/witness-protocol.ts';
import { SimulatedDisk } from '../ledger/simulated-disk.fixture.ts';
import { cosignedFile } from './cosigned-file.ts';
import { Bench, cosignersOf, reply, signer, sizeAnswer } from './witness.fixture.ts';
import { WITNESS_CLIENT_LIMITS } from './witness-client.ts';
import { WITNESS_LINK_LIMITS } from './witness-link.ts';

const { intervalMs, preferredMs } = WITNESS_CLIENT_LIMITS;
const { requestMs, backoffMaxMs } = WITNESS_LINK_LIMITS;

test('the checkpoint is the head until one is cosigned, which is on disk too', async (context) => {
  const bench = await Bench.make(context, 2);
  const client = await bench.start(context);
  assert.deepEqual(client.checkpoint().note, bench.ledger.head.note);
  await bench.pass(0, 2);
  const { size, note } = client.checkpoint();
  assert.equal(size, bench.ledger.head.size);
  assert.deepEqual(cosignersOf(bench, note), ['w1', 'w2']);
  assert.equal(bench.disk.content(cosignedFile).toString(), note);
  const [first] = client.status();
  assert.deepEqual(first, {
    name: 'witness.test/w1',
    url: 'http://w1.test/prefix',
    size,
    lastSuccess: 1_000_000,
    lastError: undefined,
    isInconsistent: false,
  });
});

test('a ledger that grows is shown every few seconds, from the size confirmed before', async (context) => {
  const bench = await Bench.make(context, 1);
  const [witness] = bench.witnesses;
  const client = await bench.start(context);
  await bench.pass(0, 1);
  await bench.pass(10 * intervalMs, 1);
  assert.deepEqual(witness?.requests, [0]);
  for (let round = 0; round < 3; round += 1) await bench.grow();
  await bench.pass(0, 2);
  for (let round = 0; round < 300; round += 1) await bench.grow();
  await bench.pass(intervalMs - 1, 2);
  assert.deepEqual(witness?.requests, [0, 1]);
  await bench.pass(1, 3);
  assert.deepEqual(witness?.requests, [0, 1, 4]);
  assert.equal(client.checkpoint().size, 304);
  await bench.pass(10 * intervalMs, 3);
});

test('after a restart it goes on where the witness stands, and shows the head once more', async (context) => {
  const bench = await Bench.make(context, 2);
  const first = await bench.start(context);
  await bench.pass(0, 2);
  const { note } = first.checkpoint();
  await first.close();
  await bench.grow();
  const second = await bench.start(context);
  assert.equal(second.checkpoint().note, note);
  await bench.pass(0, 4);
  assert.deepEqual(bench.witnesses[0]?.requests, [0, 1]);
  assert.equal(second.checkpoint().size, 2);
  assert.deepEqual(bench.messages('error'), []);
  await second.close();
  await bench.start(context);
  await bench.pass(0, 6);
  assert.deepEqual(bench.witnesses[0]?.requests, [0, 1, 2]);
});

test('the size is learnt from a conflict', async (context) => {
  const bench = await Bench.make(context, 1);
  for (let round = 0; round < 270; round += 1) await bench.grow();
  const [witness] = bench.witnesses;
  assert.ok(witness);
  const root = bench.ledger.head.root;
  [witness.size, witness.root] = [bench.ledger.head.size, Buffer.from(root)];
  for (let round = 0; round < 270; round += 1) await bench.grow();
  const client = await bench.start(context);
  await bench.pass(0, 2);
  assert.deepEqual(bench.outcomes, ['conflict', 'cosigned']);
  assert.deepEqual(witness.requests, [0, 271]);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w1']);
});

test('a witness that tells another size each time is not asked for ever', async (context) => {
  const bench = await Bench.make(context, 1);
  for (let round = 0; round < 20; round += 1) await bench.grow();
  let size = 0;
  if (bench.witnesses[0]) bench.witnesses[0].instead = () => sizeAnswer((size += 1));
  await bench.start(context);
  await bench.pass(0, 3);
  assert.deepEqual(bench.outcomes, ['conflict', 'conflict', 'conflict']);
  assert.deepEqual(bench.messages('warn'), ['The witness did not cosign']);
});

test('a witness that is away is asked ever more rarely, and holds nobody back', async (context) => {
  const bench = await Bench.make(context, 2);
  const [away] = bench.witnesses;
  assert.ok(away);
  away.instead = () => Promise.reject(new Error('ECONNREFUSED'));
  const client = await bench.start(context);
  await bench.pass(0, 2);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w2']);
  assert.equal(client.status()[0]?.lastError?.message, 'ECONNREFUSED');
  // The first retries lie within the interval of rounds.
  for (const delay of [intervalMs, intervalMs, intervalMs, 8_000, 16_000]) {
    const before = bench.outcomes.length;
    await bench.pass(delay - 1, before);
    assert.equal(bench.outcomes.length, before);
    await bench.pass(1, before + 1);
  }
  assert.deepEqual(bench.messages('warn'), ['The witness did not cosign']);
  away.instead = undefined;
  await bench.pass(backoffMaxMs, bench.outcomes.length + 1);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w1', 'w2']);
  assert.deepEqual(bench.messages('info'), ['The witness is back']);
  assert.equal(client.status()[0]?.lastError, undefined);
});

test('one that never answers is given up in time, and the others count all the same', async (context) => {
  const bench = await Bench.make(context, 2);
  const [silent, good] = bench.witnesses;
  assert.ok(silent && good);
  silent.instead = () => new Promise(() => undefined);
  const client = await bench.start(context);
  await bench.pass(0, 1);
  await bench.grow();
  await bench.pass(requestMs, 2);
  assert.equal(client.status()[0]?.lastError?.message, `No answer within ${requestMs} ms`);
  await bench.pass(0, 3);
  assert.deepEqual(good.requests, [0, 1]);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w2']);
});

test('a forged, foreign or useless answer is a failure and no cosignature', async (context) => {
  const bench = await Bench.make(context, 1);
  const [witness] = bench.witnesses;
  assert.ok(witness);
  const forger = createCosigner('witness.test/w1', Buffer.alloc(32, 99));
  const textOf = (body: string) => parseAddCheckpoint(Buffer.from(body))?.signedNote.text ?? '';
  const tampered = (body: string): string => {
    const line = witness.cosigner.cosign(textOf(body), 5);
    line.signature[20] = (line.signature[20] ?? 0) ^ 1;
    return formatSignatureLine(line);
  };
  const answers: ((body: string) => HttpAnswer)[] = [
    (body) => reply(200, formatSignatureLine(forger.cosign(textOf(body), 5))),
    (body) => reply(200, tampered(body)),
    (body) => reply(200, formatSignatureLine(witness.cosigner.cosign(`${textOf(body)}x\n`, 5))),
    () => reply(200, 'ok\n'),
    () => reply(200, ''),
    () => reply(302),
    () => reply(403, 'No signature of a key that this witness trusts\n'),
    () => reply(404),
    () => reply(500),
    () => reply(409, 'conflict\n'),
  ];
  const client = await bench.start(context);
  for (const [number, answer] of answers.entries()) {
    witness.instead = answer;
    await bench.pass(backoffMaxMs, number + 1);
  }
  assert.deepEqual(new Set(bench.outcomes), new Set(['failed']));
  assert.equal(client.checkpoint().note, bench.ledger.head.note);
  assert.deepEqual(bench.messages('error'), []);
});

test('a wrong size and a wrong proof are the alarm, and nothing stops', async (context) => {
  const bench = await Bench.make(context, 1);
  const [witness] = bench.witnesses;
  assert.ok(witness);
  const client = await bench.start(context);
  await bench.pass(0, 1);
  const cosigned = client.checkpoint().note;
  await bench.grow();
  const sizeOfOurs = () => bench.ledger.head.size;
  const answers = [
    () => reply(422, 'No proof\n'),
    () => sizeAnswer(sizeOfOurs() + 1),
    () => sizeAnswer(1_000_000),
  ];
  for (const [number, answer] of answers.entries()) {
    witness.instead = answer;
    await bench.pass(backoffMaxMs, number + 2);
    const line = bench.lines.at(-1);
    assert.equal(line?.level, 'error');
    assert.equal(line.data['checkpoint'], bench.ledger.head.note);
    assert.equal(line.data['cosigned'], cosigned);
    assert.equal(client.status()[0]?.isInconsistent, true);
  }
  assert.equal(client.checkpoint().note, cosigned);
  witness.instead = undefined;
  await bench.grow();
  await bench.pass(backoffMaxMs, 6);
  assert.equal(client.status()[0]?.isInconsistent, false);
  assert.equal(client.checkpoint().size, 3);
});

test('a conflict at the very size that was submitted is another root: the alarm too', async (context) => {
  for (const answer of [sizeAnswer(1), reply(409)]) {
    const bench = await Bench.make(context, 1);
    await (await bench.start(context)).close();
    await bench.settle();
    const [witness] = bench.witnesses;
    assert.ok(witness);
    await bench.start(context);
    await bench.pass(0, 1);
    await bench.start(context);
    witness.instead = () => answer;
    await bench.pass(0, 2);
    assert.equal(bench.outcomes.at(-1), 'inconsistent');
    assert.equal(bench.messages('error').length, 1);
  }
});

test('a ledger that was cut or rewritten is told of at the start', async (context) => {
  const bench = await Bench.make(context, 1);
  await bench.grow();
  const client = await bench.start(context);
  await bench.pass(0, 1);
  const cosigned = client.checkpoint();
  await client.close();
  const [witness] = bench.witnesses;
  for (const entries of [0, 5]) {
    const disk = new SimulatedDisk(new Map([[cosignedFile, Buffer.from(cosigned.note)]]));
    const other = await Bench.make(context, 0, disk);
    assert.ok(witness);
    other.witnesses.push(witness);
    for (let entry = 0; entry < entries; entry += 1) await other.grow('eva');
    const next = await other.start(context);
    assert.deepEqual(other.messages('error'), ['The ledger is not the one that its witnesses cosigned']);
    assert.equal(other.lines[0]?.data['cosigned'], cosigned.note);
    assert.equal(next.checkpoint().note, other.ledger.head.note);
    await other.pass(0, entries === 0 ? 1 : 2);
    assert.equal(next.status()[0]?.isInconsistent, true);
  }
});

test('a cosigned file of nobody we know, or no note at all, is ignored', async (context) => {
  const stranger = createCosigner('stranger.test', Buffer.alloc(32, 50));
  const text = `ledger.test/log\n9\n${Buffer.alloc(32).toString('base64')}\n`;
  const foreign = `${signer.sign(text)}${formatSignatureLine(stranger.cosign(text, 5))}`;
  for (const content of ['', 'x\n', foreign, signer.sign(text)]) {
    const bench = await Bench.make(
      context,
      1,
      new SimulatedDisk(new Map([[cosignedFile, Buffer.from(content)]])),
    );
    const client = await bench.start(context);
    assert.deepEqual(bench.messages('error'), []);
    assert.equal(bench.messages('warn').length, 1);
    await bench.pass(0, 1);
    assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w1']);
  }
});

test('more cosignatures are preferred to a newer checkpoint, but not for ever', async (context) => {
  const bench = await Bench.make(context, 2);
  const [away] = bench.witnesses;
  assert.ok(away);
  const client = await bench.start(context);
  await bench.pass(0, 2);
  away.instead = () => reply(500);
  await bench.grow();
  await bench.pass(intervalMs, 4);
  assert.equal(client.checkpoint().size, 1);
  await bench.pass(preferredMs, 5);
  assert.equal(client.checkpoint().size, 2);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w2']);
  away.instead = undefined;
  await bench.pass(backoffMaxMs, 6);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w1', 'w2']);
  assert.equal(parseCheckpoint(parseSignedNote(client.checkpoint().note)?.text ?? '')?.size, 2);
});

test('a disk that cannot keep the cosigned checkpoint costs no more than a warning', async (context) => {
  const bench = await Bench.make(context, 1);
  bench.disk.onOperation = (operation, name) => {
    if (name === cosignedFile) throw new Error(`${operation}: ENOSPC`);
  };
  const client = await bench.start(context);
  await bench.pass(0, 1);
  assert.deepEqual(cosignersOf(bench, client.checkpoint().note), ['w1']);
  assert.deepEqual(bench.messages('warn'), ['The cosigned checkpoint could not be written']);
});

test('closing does not wait for a witness', async (context) => {
  const bench = await Bench.make(context, 1);
  const asked = Promise.withResolvers<void>();
  if (bench.witnesses[0]) {
    bench.witnesses[0].instead = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
  }
  const client = await bench.start(context);
  bench.clock.advance(0);
  await asked.promise;
  await client.close();
  assert.deepEqual(bench.lines, []);
  await bench.grow();
  await bench.pass(backoffMaxMs, 1);
  assert.equal(bench.outcomes.length, 1);
});
