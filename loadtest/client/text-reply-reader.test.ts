import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TextReplyReader, type TextReplyEnd } from './text-reply-reader.ts';

const REPLIES: readonly (readonly [name: string, written: string, end: TextReplyEnd])[] = [
  [
    'an answer',
    'Hola, ¿cómo estás? 🧵\n-- Usuario-3:m1 · stub\n',
    { kind: 'answered', text: 'Hola, ¿cómo estás? 🧵', trace: 'Usuario-3:m1' },
  ],
  [
    'an answer after waiting',
    '-- waiting, place in line: 12\n-- waiting, place in line: 1\nfine\n-- Usuario-3:m2\n',
    { kind: 'answered', text: 'fine', trace: 'Usuario-3:m2' },
  ],
  [
    'an answer of several lines, with dashes',
    'one\n-- two\nFAIL safe\n-- Usuario-10:m9 · stub · cut at the length limit\n',
    { kind: 'answered', text: 'one\n-- two\nFAIL safe', trace: 'Usuario-10:m9' },
  ],
  ['an empty answer', '\n-- Usuario-1:m1 · stub\n', { kind: 'answered', text: '', trace: 'Usuario-1:m1' }],
  [
    'a refusal',
    'FAIL send rate_limited: Too many messages; try again in 12 s\n',
    { kind: 'failed', key: 'rate_limited', text: 'Too many messages; try again in 12 s' },
  ],
  [
    'a failure in the middle',
    'some words\nFAIL send upstream_failed: The model failed to answer\n',
    { kind: 'failed', key: 'upstream_failed', text: 'The model failed to answer' },
  ],
];

for (const [name, written, expected] of REPLIES) {
  test(`Reads ${name}, in whatever pieces it comes`, () => {
    const cuts = fc.uniqueArray(fc.nat({ max: written.length }));
    fc.assert(
      fc.property(cuts, (places) => {
        assert.deepEqual(readInPieces(written, places), expected);
      }),
      { seed: 20_260_103 },
    );
  });
}

test('The answer has begun at its first character, not at a waiting line', () => {
  const reader = new TextReplyReader();
  assert.equal(reader.push('-- waiting, pl').began, false);
  assert.equal(reader.push('ace in line: 1\n').began, false);
  assert.equal(reader.push('H').began, true);
});

function readInPieces(written: string, cuts: readonly number[]): TextReplyEnd | undefined {
  const reader = new TextReplyReader();
  const places = [0, ...[...cuts].sort((a, b) => a - b), written.length];
  let end: TextReplyEnd | undefined;
  for (const [index, place] of places.slice(1).entries()) {
    const piece = written.slice(places[index], place);
    if (piece) end = reader.push(piece).end ?? end;
  }
  return end;
}
