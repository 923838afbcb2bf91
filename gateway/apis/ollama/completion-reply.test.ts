import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../../shared/clock.ts';
import { linesOf, NOW, post, resultOf } from './translation.fixture.ts';

const CHAT = { model: 'small:latest', messages: [{ role: 'user', content: 'hello' }] };
const CREATED = { model: 'small:latest', created_at: '2026-01-02T03:04:05.000Z' };

test('a stream has a line for each part, and the measurements in its last one', () => {
  const clock = new ManualClock(NOW);
  const { reply } = post('/api/chat', CHAT, clock);
  assert.equal(reply.contentType, 'application/x-ndjson');
  assert.equal(reply.event('completions.queued', { position: 1 }), '');
  clock.advance(10);
  assert.equal(reply.event('completions.started', { trace: 't', route: 'small', model: 'm' }), '');
  assert.equal(reply.event('completions.loading', {}), '');
  clock.advance(20);
  const thinking = reply.event('completions.thinking', { text: 'Hm' });
  const text = reply.event('completions.text', { text: 'Hel' });
  clock.advance(30);
  const rest = reply.result({ ...resultOf({ text: 'Hel', thinking: 'Hm' }) });
  const head = '{"model":"small:latest","created_at":"2026-01-02T03:04:05.030Z"';
  assert.equal(
    thinking,
    `${head},"message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}\n`,
  );
  assert.deepEqual(linesOf(text)[0]?.['message'], { role: 'assistant', content: 'Hel' });
  assert.deepEqual(linesOf(rest), [
    {
      model: 'small:latest',
      created_at: '2026-01-02T03:04:05.060Z',
      message: { role: 'assistant', content: '' },
      done_reason: 'stop',
      done: true,
      total_duration: 60_000_000,
      load_duration: 10_000_000,
      prompt_eval_duration: 20_000_000,
      eval_duration: 30_000_000,
      prompt_eval_count: 12,
      eval_count: 8,
    },
  ]);
});

test('a whole answer is one object', () => {
  const { reply } = post('/api/chat', { ...CHAT, stream: false });
  assert.match(reply.contentType, /^application\/json/);
  const answer = JSON.parse(reply.result({ ...resultOf({ thinking: 'Hm', finish: 'length' }) })) as object;
  assert.deepEqual(answer, {
    ...CREATED,
    message: { role: 'assistant', content: 'Hello! How are you today?', thinking: 'Hm' },
    done_reason: 'length',
    done: true,
    total_duration: 0,
    load_duration: 0,
    eval_duration: 0,
    prompt_eval_count: 12,
    eval_count: 8,
  });
});

test('a whole answer says when its first word came', () => {
  const clock = new ManualClock(NOW);
  const { reply } = post('/api/chat', { ...CHAT, stream: false }, clock);
  clock.advance(10);
  reply.event('completions.started', { route: 'small' });
  clock.advance(20);
  assert.equal(reply.event('completions.text', { text: 'Hel' }), '');
  clock.advance(30);
  const { load_duration, prompt_eval_duration, eval_duration } = JSON.parse(
    reply.result({ ...resultOf({}) }),
  ) as Record<string, number>;
  assert.deepEqual([load_duration, prompt_eval_duration, eval_duration], [10e6, 20e6, 30e6]);
});

test('tool calls come whole, with objects for arguments, before the last line', () => {
  const { reply } = post('/api/chat', CHAT);
  assert.equal(
    reply.event('completions.toolCall', { index: 0, id: 'x', name: 'weather', arguments: '{"ci' }),
    '',
  );
  const toolCalls = [
    { id: 'x', name: 'weather', arguments: '{"city":"Lima"}' },
    { id: 'y', name: 'time', arguments: '' },
  ];
  const lines = linesOf(reply.result({ ...resultOf({ text: '', toolCalls, finish: 'tool_calls' }) }));
  assert.deepEqual(lines[0], {
    ...CREATED,
    message: {
      role: 'assistant',
      content: '',
      tool_calls: [
        { id: 'x', function: { index: 0, name: 'weather', arguments: { city: 'Lima' } } },
        { id: 'y', function: { index: 1, name: 'time', arguments: {} } },
      ],
    },
    done: false,
  });
  assert.equal(lines[1]?.['done_reason'], 'stop');
  assert.equal(lines.length, 2);
});

test('a call whose arguments are no object is passed on as the text that it is', () => {
  const toolCalls = [{ id: 'x', name: 'weather', arguments: '{"city":' }];
  const said = '{"name":"weather","arguments":"{\\"city\\":"}';
  const whole = post('/api/chat', { ...CHAT, stream: false }).reply;
  const answer = JSON.parse(whole.result({ ...resultOf({ text: 'Now: ', toolCalls }) })) as Record<
    string,
    unknown
  >;
  assert.deepEqual(answer['message'], { role: 'assistant', content: `Now: ${said}` });
  const lines = linesOf(post('/api/chat', CHAT).reply.result({ ...resultOf({ text: 'Now: ', toolCalls }) }));
  assert.deepEqual(lines[0]?.['message'], { role: 'assistant', content: said });
});

test('a prompt is answered in response', () => {
  const { reply } = post('/api/generate', { model: 'small:latest', prompt: 'hello' });
  const line = linesOf(reply.event('completions.text', { text: 'Hi' }))[0];
  assert.deepEqual(line, { ...CREATED, response: 'Hi', done: false });
  const last = linesOf(reply.result({ ...resultOf({ text: 'Hi' }) }))[0];
  assert.equal(last?.['response'], '');
  assert.equal(last?.['done'], true);
  assert.deepEqual(last?.['context'], []);
  const whole = post('/api/generate', { model: 'small:latest', prompt: 'hello', stream: false }).reply;
  const answer = JSON.parse(whole.result({ ...resultOf({ text: 'Hi', thinking: 'Hm' }) })) as Record<
    string,
    unknown
  >;
  assert.equal(answer['response'], 'Hi');
  assert.equal(answer['thinking'], 'Hm');
});

test('a failure in mid-stream is a last line that says so, and nothing is done', () => {
  const { reply } = post('/api/chat', CHAT);
  reply.event('completions.text', { text: 'Hel' });
  const error = { status: 502, code: 'upstream_failed', message: 'It broke' };
  assert.equal(reply.failure(error), '{"error":"It broke"}\n');
});
