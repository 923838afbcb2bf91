import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answers, bench, END, ScriptedProvider, settled, STALL, textOf } from './chat.fixture.ts';
import { notingMeter, requestOf } from './chat.fixture.ts';
import { MaximumLength, OUTPUT_STAGES, OutputChain, WholeCharacters } from './output-transforms.ts';
import type { OutputStage, OutputTransform } from './output-transforms.ts';

const SEED = 20_261_130;

const upperCase: OutputStage = {
  name: 'upper case',
  create: () => ({ push: (text) => text.toUpperCase(), finish: () => '' }),
};

/** Holds the last `count` characters back, and marks what it lets go of at the end. */
const holdBack = (count: number): OutputStage => ({
  name: 'hold back',
  create: () => {
    let held = '';
    return {
      push(text) {
        const all = held + text;
        held = all.slice(-count);
        return all.slice(0, all.length - held.length);
      },
      finish: () => `${held}.`,
    };
  },
});

function passAll(transform: OutputTransform, parts: readonly string[]): string {
  return parts.map((part) => transform.push(part)).join('') + transform.finish();
}

test('what leaves the last transform is delivered, settled, counted and returned: one text', async () => {
  const model = new ScriptedProvider('ollama', () => ['uno ', 'dos ', 'tres', END]);
  const { meter, settled: facts } = notingMeter();
  const { records, run } = bench([model], { meter, outputStages: [upperCase, holdBack(6)] });
  const one = run();
  await one.done;
  const text = 'UNO DOS TRES.';
  assert.deepEqual([one.result?.text, textOf(one.events), facts[0]?.answer], [text, text, text]);
  assert.equal(records[0]?.sizes.answerCharacters, text.length);
});

test('what one transform lets go of at the end still passes through those after it', () => {
  const chain = new OutputChain([holdBack(3), upperCase, holdBack(2)], requestOf());
  assert.equal(passAll(chain, ['ab', 'cd', 'ef']), 'ABCDEF..');
});

test('the transforms are made anew for each answer', async () => {
  const { run } = bench([new ScriptedProvider('ollama', answers())], { outputStages: [holdBack(2)] });
  for (let round = 0; round < 2; round++) {
    const one = run();
    await one.done;
    assert.equal(one.result?.text, 'hola.');
  }
});

test('what is held back when an answer is cancelled or breaks off is dropped', async () => {
  const model = new ScriptedProvider('ollama', () => ['Hola', STALL]);
  const { meter, settled: facts } = notingMeter();
  const { run } = bench([model], { meter, outputStages: [holdBack(2)] });
  const one = run();
  await settled();
  one.controller.abort();
  await one.done;
  assert.deepEqual([textOf(one.events), facts[0]?.answer, facts[0]?.finish], ['Ho', 'Ho', 'cancelled']);
});

test('a transform can end the answer, and the model is stopped', async () => {
  const model = new ScriptedProvider('ollama', () => ['uno', 'dos', STALL]);
  let length = 0;
  const create = (): OutputTransform => ({
    push: (text) => ((length += text.length), text),
    finish: () => '',
    get isFull() {
      return length >= 6;
    },
  });
  const { run } = bench([model], { outputStages: [{ name: 'six characters', create }] });
  const one = run();
  await one.done;
  assert.deepEqual([one.result?.text, one.result?.finishReason, model.aborted], ['unodos', 'length', 1]);
});

test('an answer of which nothing is left is empty, and says that it was filtered', async () => {
  const nothing: OutputStage = { name: 'nothing', create: () => ({ push: () => '', finish: () => '' }) };
  const { meter, released } = notingMeter();
  const { run } = bench([new ScriptedProvider('ollama', answers())], { meter, outputStages: [nothing] });
  const one = run();
  await one.done;
  assert.deepEqual([one.error?.key, one.error?.values['because']], ['empty_answer', 'filtered']);
  assert.equal(released.times, 1);
});

test('a surrogate pair that a server cut is put together; a half without the other is replaced', () => {
  const transform = new WholeCharacters();
  assert.equal(transform.push('a\ud83d'), 'a');
  assert.equal(transform.push('\ude00\ud83d'), '\ud83d\ude00');
  assert.equal(transform.push('b'), '\ufffdb');
  assert.equal(transform.push('\ud83d'), '');
  assert.equal(transform.finish(), '\ufffd');
});

test(`any cutting of a well-formed text leaves it as it is (seed ${SEED})`, () => {
  const property = fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(3)), (text, sizes) => {
    const parts: string[] = [];
    let from = 0;
    for (const size of sizes) {
      parts.push(text.slice(from, from + size));
      from += size;
    }
    parts.push(text.slice(from));
    assert.equal(passAll(new OutputChain(OUTPUT_STAGES, requestOf()), parts), text);
  });
  fc.assert(property, { seed: SEED });
});

test('the longest answer is cut between characters', () => {
  const exact = new MaximumLength(4);
  assert.deepEqual(
    [exact.push('ab'), exact.isFull, exact.push('cde'), exact.isFull],
    ['ab', false, 'cd', true],
  );
  assert.equal(exact.push('f'), '');
  const pair = new MaximumLength(4);
  assert.equal(pair.push('abc\ud83d\ude00'), 'abc');
  assert.ok(pair.isFull);
});
