import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LlmError, type LlmChunk } from '../models/model-client.ts';
import { answers, bench, END, failureOf, ScriptedProvider, settled, STALL, textOf } from './chat.fixture.ts';

const FIRST_TOKEN_MS = 30_000;

for (const type of ['loading', 'alive'] as const) {
  test(`${type} extends the limit for the first token; another provider may still take over`, async () => {
    const gate = Promise.withResolvers<void>();
    const sign: LlmChunk = { type };
    const model = new ScriptedProvider('ollama', () => [sign, gate.promise, sign, STALL]);
    const companion = new ScriptedProvider('offline', answers('aquí estoy'));
    const { clock, run } = bench([model, companion]);
    const one = run();
    await settled();
    clock.advance(FIRST_TOKEN_MS - 1_000);
    gate.resolve();
    await settled();
    clock.advance(FIRST_TOKEN_MS - 1_000);
    await settled();
    assert.equal(companion.calls, 0);
    clock.advance(2_000);
    await one.done;
    assert.equal(one.result?.text, 'aquí estoy');
    assert.equal(one.events.filter((event) => event.type === 'loading').length, type === 'loading' ? 1 : 0);
  });
}

test('thinking longer than the limit for the first token is no timeout', async () => {
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const steps = gates.flatMap(({ promise }): (Promise<void> | LlmChunk)[] => [
    promise,
    { type: 'thinking', text: 'hm' },
  ]);
  const model = new ScriptedProvider('ollama', () => [...steps, 'hola', END]);
  const { clock, run } = bench([model]);
  const one = run();
  for (const { resolve } of gates) {
    await settled();
    clock.advance(14_000);
    resolve();
  }
  await one.done;
  assert.equal(one.result?.text, 'hola');
  assert.equal(textOf(one.events), 'hola');
});

test('a failure after a sign of life is tried again', async () => {
  const failure = new LlmError('busy', 'Scripted');
  const model = new ScriptedProvider('ollama', (call) =>
    call === 0 ? [{ type: 'alive' }, failure] : ['hola', END],
  );
  const { clock, run } = bench([model]);
  const one = run();
  await settled();
  clock.advance(60_000);
  await one.done;
  assert.equal(one.result?.text, 'hola');
});

test('a failure after thinking is not', async () => {
  const failure = new LlmError('busy', 'Scripted');
  const model = new ScriptedProvider('ollama', () => [{ type: 'thinking', text: 'hm' }, failure]);
  assert.equal(await failureOf(bench([model]).run()), 'upstream_failed');
});
