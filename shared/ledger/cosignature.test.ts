import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCosigner, openCosignedNote, readWitnessKey } from './cosignature-keys.ts';
import { joinCosignature, splitCosignature } from './cosignature.ts';
import { createNoteSigner, publicKeyOf } from './note-keys.ts';
import { formatSignatureLine, formatSignedNote, parseSignedNote } from './signed-note.ts';

const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const cosigner = createCosigner('witness.test/w1', Buffer.alloc(32, 5));
const seed = 20_261_120;

test('the published cosignature is read: name, key id and time', () => {
  const example =
    `${text}\n\u2014 example.com/behind-the-sofa ` +
    'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
    '\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2' +
    'oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';
  const line = parseSignedNote(example)?.signatures[1];
  assert.equal(line?.keyId, '8d66cf3f');
  const cosignature = splitCosignature(line.signature);
  assert.equal(cosignature?.time, 1679315147);
  assert.deepEqual(joinCosignature(cosignature), line.signature);
  const plain = parseSignedNote(example)?.signatures[0];
  assert.equal(plain && splitCosignature(plain.signature), undefined);
});

test('the key of a public witness is read, a key of another type is not', () => {
  const published = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2';
  assert.equal(readWitnessKey(published)?.keyId, 'da77ade7');
  assert.equal(readWitnessKey(published.replace('da77', 'da78')), undefined);
  assert.equal(readWitnessKey(createNoteSigner('a', Buffer.alloc(32)).verifierKey), undefined);
  assert.equal(readWitnessKey(cosigner.verifierKey)?.name, 'witness.test/w1');
});

test('what is signed is the message of the specification', () => {
  const line = cosigner.cosign(text, 1679315147);
  const message = Buffer.from(`cosignature/v1\ntime 1679315147\n${text}`);
  assert.equal(Buffer.from(line.signature.subarray(0, 8)).toString('hex'), '00000000641850cb');
  assert.ok(verify(null, message, publicKeyOf(cosigner.key), line.signature.subarray(8)));
});

test('a cosigned note opens; with another text, time, key or an additional wrong line it does not', () => {
  const line = cosigner.cosign(text, 1679315147);
  const log = createNoteSigner('example.com/behind-the-sofa', Buffer.alloc(32, 6));
  const note = `${log.sign(text)}${formatSignatureLine(line)}`;
  assert.equal(openCosignedNote(note, cosigner.key)?.time, 1679315147);
  assert.equal(openCosignedNote(note.replace('20852163', '20852164'), cosigner.key), undefined);
  assert.equal(openCosignedNote(log.sign(text), cosigner.key), undefined);
  const later = new Uint8Array(line.signature);
  later[7] = (later[7] ?? 0) + 1;
  const wrong = formatSignatureLine({ ...line, signature: later });
  assert.equal(openCosignedNote(`${log.sign(text)}${wrong}`, cosigner.key), undefined);
  assert.equal(openCosignedNote(`${note}${wrong}`, cosigner.key), undefined);
  const other = createCosigner('witness.test/w1', Buffer.alloc(32, 7));
  assert.equal(openCosignedNote(note, other.key), undefined);
  const both = `${note}${formatSignatureLine(other.cosign(text, 5))}`;
  assert.equal(openCosignedNote(both, other.key)?.time, 5);
  const again = `${note}${formatSignatureLine(cosigner.cosign(text, 1679315150))}`;
  assert.equal(openCosignedNote(again, cosigner.key)?.time, 1679315150);
});

test('a plain signature of the same key is no cosignature, and the other way round', () => {
  const signer = createNoteSigner('witness.test/w1', Buffer.alloc(32, 5));
  const [plain] = parseSignedNote(signer.sign(text))?.signatures ?? [];
  assert.ok(plain);
  const { keyId } = cosigner.key;
  const disguised = formatSignedNote({ text, signatures: [{ ...plain, keyId }] });
  assert.equal(openCosignedNote(disguised, cosigner.key), undefined);
});

test(`any time goes both ways (seed ${seed})`, () => {
  const times = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(times, fc.uint8Array({ minLength: 64, maxLength: 64 }), (time, bytes) => {
      const signature = new Uint8Array(bytes);
      assert.deepEqual(splitCosignature(joinCosignature({ time, signature })), { time, signature });
    }),
    { seed },
  );
  const beyond = joinCosignature({ time: 0, signature: new Uint8Array(64) }).fill(0x7f, 0, 8);
  assert.equal(splitCosignature(beyond), undefined);
  assert.throws(() => createCosigner('two words', Buffer.alloc(32)));
});
