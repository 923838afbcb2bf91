import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { TextCleaner, ThinkSplitter, type TextPiece } from './answer-text.ts';

function clean(...pieces: string[]): string {
  const cleaner = new TextCleaner();
  return pieces.map((piece) => cleaner.push(piece)).join('') + cleaner.finish();
}

function split(...pieces: string[]): { thinking: string; answer: string } {
  const splitter = new ThinkSplitter();
  const out: TextPiece[] = pieces.flatMap((piece) => splitter.push(piece));
  out.push(...splitter.finish());
  assert.ok(out.every(({ text }) => text !== ''));
  const of = (type: TextPiece['type']): string =>
    out
      .filter((piece) => piece.type === type)
      .map(({ text }) => text)
      .join('');
  return { thinking: of('thinking'), answer: of('delta') };
}

test('U+0000 and lone surrogates are replaced, a pair that was cut is whole', () => {
  assert.equal(clean('a\0b'), 'a\uFFFDb');
  assert.equal(clean('a\ud83d', '\ude00b'), 'a😀b');
  assert.equal(clean('a\ud83d', 'b'), 'a\uFFFDb');
  assert.equal(clean('\ude00', 'x\ud83d'), '\uFFFDx\uFFFD');
  assert.equal(clean('\ud83d\ud83d', '\ude00'), '\uFFFD😀');
});

const SPLIT: readonly (readonly [text: string, thinking: string, answer: string])[] = [
  ['hello', '', 'hello'],
  ['  hello', '', '  hello'],
  ['\u200b\u200b', '', ''],
  ['\u200bhello', '', '\u200bhello'],
  ['<think>hm</think>\n\nhello', 'hm', 'hello'],
  ['\n<think>\nhm</think>hello', '\nhm', 'hello'],
  ['<thinking>a <think> b</thinking> c', 'a <think> b', 'c'],
  ['<think></think>hello', '', 'hello'],
  ['<think>one</think>\n<think>two</think> end', 'onetwo', 'end'],
  ['<think>never closed', 'never closed', ''],
  ['<think>half a tag</thi', 'half a tag</thi', ''],
  ['<thi', '', '<thi'],
  ['<b>bold</b>', '', '<b>bold</b>'],
  ['The tag <think>x</think> is text here', '', 'The tag <think>x</think> is text here'],
  [' \n ', '', ''],
  ['<think>hm</think>\n ', 'hm', ''],
];

for (const [text, thinking, answer] of SPLIT) {
  test(`thinking is split off, however it is cut: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(split(text), { thinking, answer });
    assert.deepEqual(split(...text.split('')), { thinking, answer });
    fc.assert(
      fc.property(fc.nat({ max: text.length }), fc.nat({ max: text.length }), (one, other) => {
        const [from, to] = one < other ? [one, other] : [other, one];
        assert.deepEqual(split(text.slice(0, from), text.slice(from, to), text.slice(to)), {
          thinking,
          answer,
        });
      }),
    );
  });
}

test('thinking comes while it is thought, and white space without end is not kept', () => {
  const splitter = new ThinkSplitter();
  assert.deepEqual(splitter.push('<think>one'), [{ type: 'thinking', text: 'one' }]);
  assert.deepEqual(splitter.push(' two'), [{ type: 'thinking', text: ' two' }]);
  const flood = new ThinkSplitter();
  const pieces = Array.from({ length: 100 }, () => flood.push(' '.repeat(100))).flat();
  assert.ok(pieces.length > 0);
});
