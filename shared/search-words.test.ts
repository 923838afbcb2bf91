import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placedWords, searchTokens, WORD_LIMITS } from './search-words.ts';

function wordsOf(text: string): string[] {
  return [...placedWords(text)].map(({ word }) => word);
}

test('words without case and accents, cut where they are too long, of all scripts', () => {
  assert.equal(
    wordsOf('The SEA, 3rd árbol ÁRBOL Ｆｕｌｌ ﬁsh İstanbul').join(' '),
    'the sea 3rd arbol arbol full fish istanbul',
  );
  assert.deepEqual(wordsOf('北京 don’t snake_case'), ['北', '京', 'don', 't', 'snake', 'case']);
  const long = 'Ab'.repeat(WORD_LIMITS.wordCharacters);
  assert.deepEqual(wordsOf(`${long} ${long}é`), Array(2).fill('ab'.repeat(WORD_LIMITS.wordCharacters / 2)));
});

test('each word of a text once, behind the key of its owner', () => {
  assert.equal(searchTokens(7, 'Sea sea sky'), '7xsea 7xsky');
});
