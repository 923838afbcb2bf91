import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cutSentences } from './sentences.ts';

describe('cutSentences', () => {
  it('waits for the end of a sentence', () => {
    assert.deepEqual(cutSentences('It is late. And', 0, false, 'Code'), {
      sentences: ['It is late.'],
      end: 12,
    });
    assert.deepEqual(cutSentences('It is late. And', 12, true, 'Code'), { sentences: ['And'], end: 15 });
  });

  it('names code and leaves marks out', () => {
    const text = '# Title\n\n1. **One** and `two`\n```js\nlet a = 1;\n```\nSee [it](https://a.example).';
    assert.deepEqual(cutSentences(text, 0, true, 'Code').sentences, [
      'Title',
      '1. One and two',
      'Code',
      'See it.',
    ]);
  });

  it('says the same however the text came in', () => {
    const text = 'Hola. ¿Qué tal?\n\n- uno\n- dos\n\n```\nx. y. z\n```\nFin';
    const whole = cutSentences(text, 0, true, 'C').sentences;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 })), (steps) => {
        const said: string[] = [];
        let end = 0;
        let length = 0;
        for (const step of steps) {
          length = Math.min(text.length, length + step);
          const cut = cutSentences(text.slice(0, length), end, false, 'C');
          said.push(...cut.sentences);
          end = cut.end;
        }
        said.push(...cutSentences(text, end, true, 'C').sentences);
        assert.deepEqual(said, whole);
      }),
    );
  });
});
