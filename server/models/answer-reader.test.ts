import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AnswerReader, GRACE_MS, type AnswerSign, type ResponseEnd } from './answer-reader.ts';
import { LlmError, type LlmChunk } from './model-client.ts';
import { checkedCounts } from './token-counts.ts';

const counts = checkedCounts(5, 7);

interface Case {
  readonly title: string;
  readonly signs: readonly AnswerSign[];
  /** How the response ends if nobody stops reading before: `complete` when absent. */
  readonly how?: ResponseEnd;
  readonly text?: string;
  readonly thinking?: string;
  /** What the end says besides its type and `stop`; absent for a cut. */
  readonly end?: Partial<Extract<LlmChunk, { type: 'end' }>>;
}

const CASES: readonly Case[] = [
  {
    title: 'text, reason, counts, last',
    signs: [{ text: 'hi' }, { finish: 'stop' }, { counts, isAfterword: true }, { isLast: true }],
    text: 'hi',
    end: { inputTokens: 5, outputTokens: 7 },
  },
  {
    title: 'a reason and the end',
    signs: [{ text: 'hi' }, { finish: 'length' }],
    text: 'hi',
    end: { finishReason: 'length' },
  },
  {
    title: 'a sequence of the request that ended it',
    signs: [{ text: 'hi' }, { finish: 'stop', stopSequence: '###' }, { isLast: true }],
    text: 'hi',
    end: { stopSequence: '###' },
  },
  {
    title: 'a sequence in an answer that was cut for its length',
    signs: [{ text: 'hi' }, { finish: 'length', stopSequence: '###' }],
    text: 'hi',
    end: { finishReason: 'length' },
  },
  {
    title: 'a reason with the text and the end',
    signs: [{ text: 'hi', finish: 'stop' }],
    text: 'hi',
    end: {},
  },
  {
    title: 'a reason and a broken connection',
    signs: [{ text: 'hi' }, { finish: 'stop' }],
    how: 'broken',
    text: 'hi',
    end: {},
  },
  {
    title: 'a reason and silence',
    signs: [{ text: 'hi' }, { finish: 'stop' }],
    how: 'silent',
    text: 'hi',
    end: {},
  },
  { title: 'no sign of an end', signs: [{ text: 'hi' }], text: 'hi' },
  { title: 'nothing at all', signs: [] },
  { title: 'the last sign alone', signs: [{ isLast: true }] },
  { title: 'the last sign after half an answer', signs: [{ text: 'hi' }, { isLast: true }], text: 'hi' },
  {
    title: 'no reason, but complete counts and the last sign',
    signs: [{ text: 'hi' }, { counts, isAfterword: true }, { isLast: true }],
    text: 'hi',
    end: { inputTokens: 5, outputTokens: 7 },
  },
  {
    title: 'reason and counts with every piece, the last wins',
    signs: [
      { text: 'one ', finish: 'stop', counts: checkedCounts(5, 1) },
      { text: 'two', finish: 'stop', counts: checkedCounts(5, 2) },
      { isLast: true },
    ],
    text: 'one two',
    end: { inputTokens: 5, outputTokens: 2 },
  },
  {
    title: 'reason with every piece and a broken connection',
    signs: [
      { text: 'one ', finish: 'stop', counts },
      { text: 'two', finish: 'stop', counts },
    ],
    how: 'broken',
    text: 'one two',
  },
  {
    title: 'counts of 0 and 0 with the reason, the real ones afterwards',
    signs: [{ text: 'hi' }, { finish: 'stop', counts: checkedCounts(0, 0) }, { counts, isAfterword: true }],
    text: 'hi',
    end: { inputTokens: 5, outputTokens: 7 },
  },
  {
    title: 'counts of 0 and 0 alone are no report',
    signs: [{ text: 'hi' }, { finish: 'stop', counts: checkedCounts(0, 0) }],
    text: 'hi',
    end: {},
  },
  {
    title: 'half a report after a complete one',
    signs: [
      { text: 'hi', counts },
      { finish: 'stop', counts: checkedCounts(null, 3) },
    ],
    text: 'hi',
    end: { inputTokens: 5, outputTokens: 7 },
  },
  {
    title: 'half a report alone',
    signs: [{ text: 'hi' }, { finish: 'stop', counts: checkedCounts(undefined, 3) }],
    text: 'hi',
    end: { outputTokens: 3 },
  },
  {
    title: 'the whole text again at the end',
    signs: [{ text: 'one ' }, { text: 'two' }, { wholeText: 'one two', finish: 'stop' }],
    text: 'one two',
    end: {},
  },
  {
    title: 'whole texts that grow',
    signs: [{ wholeText: 'one ' }, { wholeText: 'one two' }, { wholeText: 'one two', finish: 'stop' }],
    text: 'one two',
    end: {},
  },
  {
    title: 'a whole text alone, with its thinking',
    signs: [{ wholeText: 'hi', wholeThinking: 'hm', finish: 'stop' }],
    text: 'hi',
    thinking: 'hm',
    end: {},
  },
  {
    title: 'thinking, then text',
    signs: [{ thinking: 'h' }, { thinking: 'm' }, { text: 'hi' }, { finish: 'stop' }],
    text: 'hi',
    thinking: 'hm',
    end: {},
  },
  {
    title: 'thinking alone',
    signs: [{ thinking: 'hm' }, { finish: 'stop' }],
    thinking: 'hm',
    end: { emptyBecause: 'nothing' },
  },
  {
    title: 'a tag of thinking that never closes',
    signs: [{ text: '<think>hm' }, { finish: 'length' }],
    thinking: 'hm',
    end: { finishReason: 'length', emptyBecause: 'nothing' },
  },
  { title: 'empty', signs: [{ text: '', finish: 'stop' }], end: { emptyBecause: 'nothing' } },
  { title: 'white space', signs: [{ text: ' \n' }, { finish: 'stop' }], end: { emptyBecause: 'nothing' } },
  {
    title: 'tool calls alone',
    signs: [{ instead: 'tool_calls' }, { finish: 'tool_calls' }],
    end: { emptyBecause: 'tool_calls' },
  },
  {
    title: 'tool calls with text',
    signs: [{ text: 'hi', instead: 'tool_calls', finish: 'tool_calls' }],
    text: 'hi',
    end: {},
  },
  {
    title: 'a refusal',
    signs: [{ instead: 'refusal' }, { finish: 'stop' }],
    end: { stoppedBy: 'content_filter', emptyBecause: 'refusal' },
  },
  {
    title: 'filtered',
    signs: [{ finish: 'filtered' }],
    end: { stoppedBy: 'content_filter', emptyBecause: 'filtered' },
  },
  { title: 'loaded', signs: [{ finish: 'loaded', isLast: true }], end: { emptyBecause: 'loaded' } },
  {
    title: 'a pair cut between two pieces, U+0000',
    signs: [{ text: 'a\ud83d' }, { text: '\ude00\0' }, { finish: 'stop' }],
    text: 'a😀\uFFFD',
    end: {},
  },
];

function read({ signs, how = 'complete' }: Pick<Case, 'signs' | 'how'>): readonly LlmChunk[] | 'cut_off' {
  const reader = new AnswerReader();
  const chunks: LlmChunk[] = [];
  for (const sign of signs) {
    if (reader.isOver) break;
    chunks.push(...reader.add(sign));
  }
  try {
    return [...chunks, ...reader.end(how)];
  } catch (error) {
    assert.ok(error instanceof LlmError && error.kind === 'cut_off');
    return 'cut_off';
  }
}

function textOf(chunks: readonly LlmChunk[], type: 'delta' | 'thinking'): string {
  return chunks.map((chunk) => (chunk.type === type ? chunk.text : '')).join('');
}

for (const { title, text = '', thinking = '', end, ...input } of CASES) {
  test(`${title}: ${end ? 'an end' : 'cut off'}`, () => {
    const chunks = read(input);
    if (!end) return assert.equal(chunks, 'cut_off');
    assert.notEqual(chunks, 'cut_off');
    assert.ok(Array.isArray(chunks));
    assert.equal(textOf(chunks, 'delta'), text);
    assert.equal(textOf(chunks, 'thinking'), thinking);
    assert.deepEqual(chunks.at(-1), { type: 'end', finishReason: 'stop', ...end });
  });
}

test('a reason and then the counts alone end the reading, also without a last sign', () => {
  const reader = new AnswerReader();
  reader.add({ text: 'hi', finish: 'stop', counts });
  assert.equal(reader.isOver, false);
  reader.add({ counts: checkedCounts(0, 0), isAfterword: true });
  assert.equal(reader.isOver, false);
  reader.add({ counts, isAfterword: true });
  assert.equal(reader.isOver, true);
});

test('how long to wait after a reason depends on how certain it is', () => {
  const reader = new AnswerReader();
  assert.equal(reader.graceMs, undefined);
  reader.add({ text: 'one', finish: 'stop' });
  assert.equal(reader.graceMs, GRACE_MS.doubtful);
  reader.add({ text: 'two', finish: 'stop' });
  assert.equal(reader.graceMs, undefined);
  reader.add({ finish: 'stop' });
  assert.equal(reader.graceMs, GRACE_MS.closed);
});

test('whatever comes, the texts are well formed and the end says whether there was one', () => {
  const sign = fc.record(
    {
      text: fc.string({ unit: 'binary', maxLength: 4 }),
      thinking: fc.string({ unit: 'binary', maxLength: 4 }),
      wholeText: fc.string({ maxLength: 4 }),
      finish: fc.constantFrom('stop', 'length', 'tool_calls'),
      counts: fc.tuple(fc.anything(), fc.anything()).map(([input, output]) => checkedCounts(input, output)),
      isAfterword: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 8 }), (signs) => {
      const reader = new AnswerReader();
      const chunks = signs.flatMap((each) => reader.add(each));
      chunks.push(...reader.add({ finish: 'stop', isLast: true }), ...reader.end('complete'));
      for (const chunk of chunks) {
        if (chunk.type === 'delta' || chunk.type === 'thinking') {
          assert.ok(chunk.text !== '' && chunk.text.isWellFormed() && !chunk.text.includes('\0'));
        }
      }
      const end = chunks.at(-1);
      assert.ok(end?.type === 'end');
      assert.equal(
        end.emptyBecause === undefined,
        chunks.some(({ type }) => type === 'delta'),
      );
    }),
  );
});

test('a count is an integer from 0 to the bound of the ledger, or absent', () => {
  for (const count of [-1, 2.5, '10', Infinity, NaN, null, true, [3], 9_007_199_254_740_991, 1e15]) {
    assert.deepEqual(checkedCounts(count, count), {}, String(count));
  }
  assert.deepEqual(checkedCounts(0, 999_999_999_999_999), {
    inputTokens: 0,
    outputTokens: 999_999_999_999_999,
  });
});
