import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { createNoteSigner, openNote, readVerifierKey } from './note-keys.ts';
import { formatSignedNote, parseSignedNote, parseVerifierKey } from './signed-note.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';

/** The example of the specification: key, text and signature. */
const exampleKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const exampleNote =
  'This is an example message.\n\n\u2014 example.com/foo ' +
  'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';

function keyOf(text: string) {
  const key = readVerifierKey(text);
  assert.ok(key);
  return key;
}

test('the published signed note verifies and is written again byte for byte', () => {
  const note = openNote(exampleNote, keyOf(exampleKey));
  assert.equal(note?.text, 'This is an example message.\n');
  assert.equal(formatSignedNote(note), exampleNote);
});

test('a note is refused when its text, name, key or form differ', () => {
  const key = keyOf(exampleKey);
  assert.equal(openNote(exampleNote.replace('example message', 'Example message'), key), undefined);
  assert.equal(openNote(exampleNote.replace('example.com/foo', 'example.com/bar'), key), undefined);
  assert.equal(openNote(exampleNote.replace('Uw2QOk', 'Uw2QPk'), key), undefined);
  assert.equal(openNote(exampleNote.replace('\u2014', '-'), key), undefined);
  assert.equal(openNote(exampleNote.slice(0, -1), key), undefined);
  assert.equal(openNote(exampleNote.replace('\n\n', '\n'), key), undefined);
  assert.equal(openNote(exampleNote.replace('message.', 'message.\t'), key), undefined);
  assert.equal(openNote(exampleNote.replace('message.', 'message.\ud800'), key), undefined);
});

test('unknown signatures are ignored, a wrong one of the known key is not', () => {
  const signer = createNoteSigner('example.com/log', Buffer.alloc(32, 1));
  const other = createNoteSigner('example.com/witness', Buffer.alloc(32, 2));
  const text = 'one\n\ntwo\n';
  const lines = [signer.sign(text), other.sign(text)].map((note) => note.slice(note.lastIndexOf('\n\n') + 2));
  const both = `${text}\n${lines.join('')}`;
  assert.equal(openNote(both, keyOf(signer.verifierKey))?.text, text);
  assert.equal(openNote(both, keyOf(other.verifierKey))?.signatures.length, 2);
  const forged = other.sign('three\n').split('\n').at(-2) ?? '';
  assert.equal(openNote(`${both}${forged}\n`, keyOf(other.verifierKey)), undefined);
  assert.ok(openNote(`${both}${forged}\n`, keyOf(signer.verifierKey)));
});

test('a verifier key must carry its own key id, a plain name and 33 bytes', () => {
  assert.ok(readVerifierKey(exampleKey));
  assert.equal(readVerifierKey(exampleKey.replace('530d903a', '530d903b')), undefined);
  assert.equal(readVerifierKey(exampleKey.replace('foo', 'fo o')), undefined);
  assert.equal(parseVerifierKey(exampleKey.slice(0, -4)), undefined);
  assert.throws(() => createNoteSigner('has space', Buffer.alloc(32)));
});

test('checkpoints: the published one is read; other forms are refused', () => {
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const checkpoint = parseCheckpoint(text);
  assert.equal(checkpoint?.size, 20852163);
  assert.equal(formatCheckpoint(checkpoint), text);
  assert.ok(parseCheckpoint(`${text}extension\n`));
  for (const wrong of [
    text.slice(0, -1),
    `\n${text}`,
    text.replace('208', '0208'),
    text.replace('q2I=', 'q2J='),
  ]) {
    assert.equal(parseCheckpoint(wrong), undefined);
  }
});

test('proof texts go both ways and are read strictly', () => {
  const hash = Buffer.alloc(32, 9);
  const note = exampleNote;
  const proof = { index: 73894, proof: [hash, hash], checkpoint: note, extra: Buffer.from('{"a":"b"}') };
  const text = formatTlogProof(proof);
  const read = parseTlogProof(text);
  assert.ok(read?.extra);
  assert.equal(formatTlogProof(read), text);
  assert.equal(read.checkpoint, note);
  const bare = formatTlogProof({ index: 0, proof: [], checkpoint: note });
  assert.ok(bare.startsWith('c2sp.org/tlog-proof@v1\nindex 0\n\n'));
  assert.equal(parseTlogProof(bare)?.proof.length, 0);
  for (const wrong of [
    text.replace('@v1', '@v2'),
    text.replace('index 7', 'index 07'),
    text.replace('CQk', 'C*k'),
    text.replace('extra ', 'other '),
    text.replace('\n\n', '\n'),
  ]) {
    assert.equal(parseTlogProof(wrong), undefined);
  }
  assert.equal(parseSignedNote(read.checkpoint)?.signatures.length, 1);
});
