/** What comes out of the odd streams of model servers: text, thinking, an end with its reason, a failure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Fault } from '../loadtest/stub-llm.ts';
import { GRACE_MS } from '../server/models/answer-reader.ts';
import { LOAD_WATCH_LIMITS } from '../server/models/load-watch.ts';
import type { LlmChunk, LlmErrorKind } from '../server/models/model-client.ts';
import { ManualClock, systemClock } from '../shared/clock.ts';
import { ask, callModel, CLIENTS, startBench, type ClientName } from './support/model-bench.ts';
import { passTimeUntil } from './support/pass-time.ts';
import { httpResponse, serveRaw } from './support/raw-upstream.ts';

type End = Partial<Extract<LlmChunk, { type: 'end' }>>;

interface Expected {
  readonly text?: string;
  readonly thinking?: string;
  readonly kind?: LlmErrorKind;
  readonly code?: string;
  readonly end?: End;
}

const COUNTS = { inputTokens: 5, outputTokens: 3 } as const;
const THOUGHTS = ' thought 1 thought 2 thought 3';

/** Against the stub, `echo: hola mundo` is the whole answer. */
const FAULTS: readonly (readonly [Fault, readonly ClientName[], Expected])[] = [
  ['thinking', ['ollama', 'openai'], { thinking: THOUGHTS, end: { inputTokens: 5, outputTokens: 6 } }],
  ['think_tags', ['ollama', 'openai'], { thinking: THOUGHTS, end: { inputTokens: 5, outputTokens: 11 } }],
  ['tool_calls', ['ollama', 'openai'], { text: '', end: { inputTokens: 5, emptyBecause: 'tool_calls' } }],
  ['empty', ['ollama', 'openai'], { text: '', end: { inputTokens: 5, emptyBecause: 'nothing' } }],
  ['unstreamed', ['ollama', 'openai'], { end: COUNTS }],
  ['wrong_type', ['ollama', 'openai'], { end: COUNTS }],
  ['bad_usage', ['ollama', 'openai'], { end: {} }],
  ['finish_each', ['openai'], { end: COUNTS }],
  ['whole_last', ['openai'], { end: COUNTS }],
  ['late_usage', ['openai'], { end: COUNTS }],
  ['stay_open', ['ollama', 'openai'], { end: COUNTS }],
  ['dribble', ['ollama', 'openai'], { end: COUNTS }],
  ['done_mid', ['openai'], { text: 'echo: hola', kind: 'cut_off' }],
  ['error_done_mid', ['openai'], { text: 'echo: hola', kind: 'reported', code: '400' }],
  ['error_done_mid', ['ollama'], { text: 'echo: hola', kind: 'reported' }],
];

for (const [fault, names, expected] of FAULTS) {
  for (const name of names) {
    test(`${name}: ${fault}`, async (t) => {
      const { provider } = await startBench(t, name, { always: [fault], afterTokens: 2 });
      const { text, thinking, end, error } = await callModel(provider);
      assert.equal(error?.kind, expected.kind);
      assert.equal(error?.code, expected.code);
      assert.equal(text, expected.text ?? 'echo: hola mundo');
      assert.equal(thinking, expected.thinking ?? '');
      const ended = expected.end && { type: 'end', finishReason: 'stop', ...expected.end };
      assert.deepEqual(end, ended);
    });
  }
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: unknown, rest: Record<string, unknown> = {}): string =>
  event({ choices: [{ index: 0, delta, ...rest }] });
const DONE = 'data: [DONE]\n\n';
const HI = chunk({ content: 'hi' });
const STOP = chunk({}, { finish_reason: 'stop' });
const OPEN_AI_ERROR = { object: 'error', message: 'no', code: 400 };

interface RawCase extends Expected {
  readonly title: string;
  readonly body: string;
  readonly type?: string;
}

const EMPTY = (emptyBecause: NonNullable<End['emptyBecause']>): Expected => ({
  text: '',
  end: {
    ...((emptyBecause === 'refusal' || emptyBecause === 'filtered') && { stoppedBy: 'content_filter' }),
    emptyBecause,
  },
});

const OPENAI_CASES: readonly RawCase[] = [
  {
    title: 'an empty finish_reason is none',
    body: chunk({ content: 'hi' }, { finish_reason: '' }) + DONE,
    kind: 'cut_off',
  },
  {
    title: 'it may be "" until the last',
    body: chunk({ content: 'hi' }, { finish_reason: '' }) + STOP + DONE,
    end: {},
  },
  { title: '[DONE] with a space', body: `${HI}${STOP}data: [DONE] \n\n`, end: {} },
  {
    title: 'events without data, pings and comments',
    body: `data:\n\n: x\n\nevent: ping\ndata: {}\n\n${HI}${STOP}`,
    end: {},
  },
  { title: 'chunks as JSON', type: 'application/json', body: HI + STOP + DONE, end: {} },
  {
    title: 'a completion as events',
    type: 'text/event-stream',
    body: `\n${JSON.stringify({ choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] })}`,
    end: {},
  },
  {
    title: 'an error as the only event',
    body: event(OPEN_AI_ERROR) + DONE,
    text: '',
    kind: 'reported',
    code: '400',
  },
  {
    title: 'an error after half an answer',
    body: HI + event(OPEN_AI_ERROR) + DONE,
    kind: 'reported',
    code: '400',
  },
  { title: 'an error with the text of a status', body: event({ error: 'busy' }), text: '', kind: 'reported' },
  {
    title: 'a list with an error',
    body: `[${JSON.stringify({ error: { message: 'no', code: 7 } })}]`,
    text: '',
    kind: 'reported',
    code: '7',
  },
  { title: '[DONE] alone', body: DONE, text: '', kind: 'cut_off' },
  { title: '[DONE] after half an answer', body: HI + DONE, kind: 'cut_off' },
  { title: 'nothing at all', body: '', text: '', kind: 'cut_off' },
  { title: 'a stop without text', body: STOP + DONE, ...EMPTY('nothing') },
  { title: 'a refusal', body: chunk({ refusal: 'No' }) + STOP + DONE, ...EMPTY('refusal') },
  { title: 'filtered', body: chunk({}, { finish_reason: 'content_filter' }) + DONE, ...EMPTY('filtered') },
  {
    title: 'reasoning alone',
    body: chunk({ reasoning: 'hm' }) + STOP + DONE,
    thinking: 'hm',
    ...EMPTY('nothing'),
  },
  {
    title: "Mistral's lists of parts",
    body:
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }) +
      chunk({ content: [{ type: 'text', text: 'h' }] }) +
      chunk({ content: 'i' }) +
      STOP +
      DONE,
    thinking: 'hm',
    end: {},
  },
  {
    title: 'counts that are no counts',
    body: HI + STOP + event({ choices: [], usage: { prompt_tokens: -1, completion_tokens: '10' } }) + DONE,
    end: {},
  },
  {
    title: 'counts of null',
    body: HI + STOP + event({ choices: [], usage: { prompt_tokens: null, completion_tokens: null } }) + DONE,
    end: {},
  },
  {
    title: 'U+0000 and a pair cut in two',
    body: chunk({ content: 'hi\0\ud83d' }) + chunk({ content: '\ude00' }) + STOP,
    text: 'hi\uFFFD😀',
    end: {},
  },
  { title: 'an event without end', body: `data: ${'x'.repeat(1024 * 1024 + 1)}`, text: '', kind: 'protocol' },
  { title: 'lines without end', body: 'data:\n'.repeat(100_000), text: '', kind: 'protocol' },
  { title: 'white space without end', body: ' '.repeat(3_000_000), text: '', kind: 'protocol' },
];

for (const { title, body, type = 'text/event-stream', ...expected } of OPENAI_CASES) {
  test(`openai: ${title}`, async (t) => {
    const client = CLIENTS.openai(await serveRaw(t, httpResponse(type, body), 'end'), systemClock);
    t.after(() => client.close());
    check(await callModel(client), expected);
  });
}

const line = (content: string, rest: Record<string, unknown> = {}): string =>
  `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done: false, ...rest })}\n`;

const OLLAMA_CASES: readonly RawCase[] = [
  ...[-1, 2.5, '10', null, 9_007_199_254_740_991].map((count) => ({
    title: `a count of ${JSON.stringify(count)} is no count`,
    body: line('hi', { done: true, done_reason: 'stop', prompt_eval_count: count, eval_count: count }),
    end: {},
  })),
  {
    title: 'a count of 1e999 is no count',
    body: line('hi') + '{"message":{"content":""},"done":true,"prompt_eval_count":7,"eval_count":1e999}\n',
    end: { inputTokens: 7 },
  },
  { title: 'a load', body: line('', { done: true, done_reason: 'load' }), ...EMPTY('loaded') },
  {
    title: 'thinking alone',
    body:
      line('', { message: { role: 'assistant', content: '', thinking: 'hm' } }) + line('', { done: true }),
    thinking: 'hm',
    ...EMPTY('nothing'),
  },
  {
    title: 'an error after half an answer',
    body: `${line('hi')}{"error":"out of memory"}\n`,
    kind: 'reported',
  },
  { title: 'no end', body: line('hi'), kind: 'cut_off' },
  { title: 'a line without end', body: 'x'.repeat(1024 * 1024 + 1), text: '', kind: 'protocol' },
];

for (const { title, body, ...expected } of OLLAMA_CASES) {
  test(`ollama: ${title}`, async (t) => {
    const client = CLIENTS.ollama(
      await serveRaw(t, httpResponse('application/x-ndjson', body), 'end'),
      systemClock,
    );
    t.after(() => client.close());
    check(await callModel(client), expected);
  });
}

function check(outcome: Awaited<ReturnType<typeof callModel>>, expected: Expected): void {
  assert.equal(outcome.error?.kind, expected.kind);
  assert.equal(outcome.error?.code, expected.code);
  assert.equal(outcome.text, expected.text ?? 'hi');
  assert.equal(outcome.thinking, expected.thinking ?? '');
  const ended = expected.end && { type: 'end', finishReason: 'stop', ...expected.end };
  assert.deepEqual(outcome.end, ended);
}

const OPEN_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n';

test('openai: a finish reason and then silence on an open connection is an end', async (t) => {
  for (const [body, graceMs] of [
    [HI + STOP, GRACE_MS.closed],
    [chunk({ content: 'hi' }, { finish_reason: 'stop' }), GRACE_MS.doubtful],
  ] as const) {
    const clock = new ManualClock();
    const client = CLIENTS.openai(await serveRaw(t, OPEN_HEAD + body), clock);
    t.after(() => client.close());
    const chunks = client.stream(ask())[Symbol.asyncIterator]();
    assert.deepEqual((await chunks.next()).value, { type: 'delta', text: 'hi' });
    const next = chunks.next();
    clock.advance(GRACE_MS.closed - 1);
    assert.equal(await Promise.race([next, setImmediate('waits')]), 'waits');
    const end = await passTimeUntil(next, () => clock.advance(graceMs));
    assert.deepEqual(end.value, { type: 'end', finishReason: 'stop' });
  }
});

test('openai: a finish reason with every piece does not hide a broken connection', async (t) => {
  const piece = (content: string): string => chunk({ content }, { finish_reason: 'stop' });
  const bytes = httpResponse('text/event-stream', piece('one ') + piece('two'), 100);
  const client = CLIENTS.openai(await serveRaw(t, bytes, 'end'), systemClock);
  t.after(() => client.close());
  check(await callModel(client), { text: 'one two', kind: 'cut_off' });
});

test('ollama: a model that is being loaded is told, one that answers slowly is not', async (t) => {
  const clock = new ManualClock();
  const { stub, provider } = await startBench(t, 'ollama', { clock, loadMs: 1e9 });
  const chunks = provider.stream(ask())[Symbol.asyncIterator]();
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await passTimeUntil(nextOf(chunks), () => clock.advance(LOAD_WATCH_LIMITS.intervalMs)), {
      type: 'loading',
    });
  }
  assert.deepEqual(await passTimeUntil(nextOf(chunks), () => clock.advance(1e9)), {
    type: 'delta',
    text: 'echo:',
  });
  while ((await chunks.next()).value);
  stub.configure({ firstTokenMs: 1e9 });
  const slow = provider.stream(ask())[Symbol.asyncIterator]();
  let looks = 0;
  const first = await passTimeUntil(nextOf(slow), () =>
    clock.advance((looks += 1) < 20 ? LOAD_WATCH_LIMITS.intervalMs : 1e9),
  );
  assert.deepEqual(first, { type: 'delta', text: 'echo:' });
});

async function nextOf(chunks: AsyncIterator<LlmChunk>): Promise<LlmChunk | undefined> {
  const step = await chunks.next();
  return step.done ? undefined : step.value;
}
