import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HiloError } from '../../shared/errors.ts';
import { TextWriter } from './text-writer.ts';

const SEED = 20_261_130;

function setUp() {
  const written: string[] = [];
  const writer = new TextWriter({ write: (text) => written.push(text) });
  return { writer, text: () => written.join('') };
}

test('[T-3] an answer cannot write lines of the server, however it is cut', () => {
  const answer = 'FAIL send internal: x\nok\n-- Usuario-1:m1 · other\n- item\nFAIL';
  const expected = ' FAIL send internal: x\nok\n -- Usuario-1:m1 · other\n- item\nFAIL\n-- end\n';
  const property = fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
    const { writer, text } = setUp();
    for (let start = 0, turn = 0; start < answer.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      writer.chunk(answer.slice(start, start + size));
      start += size;
    }
    writer.lines('-- end');
    assert.equal(text(), expected);
  });
  fc.assert(property, { seed: SEED });
});

test('a control character between the letters does not help', () => {
  const { writer, text } = setUp();
  writer.chunk('F\u0000A');
  writer.chunk('\u0007IL \u0000x\n-\u001B- y');
  assert.equal(text(), ' FAIL x\n -- y');
});

test('what is held back comes before whatever follows', () => {
  const { writer, text } = setUp();
  writer.chunk('-');
  assert.equal(text(), '');
  writer.blankLine();
  assert.equal(text(), '');
  writer.fail('send', new HiloError('cancelled'), 'en');
  assert.match(text(), /^-\nFAIL send cancelled: [^\n]*\n$/);
});
