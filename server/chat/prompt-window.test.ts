import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HiloError } from '../../shared/errors.ts';
import { History, weightOf } from '../conversations/history.ts';
import { PromptWindow } from './prompt-window.ts';
import { systemPrompt } from './system-prompt.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import { TokenEstimator } from '../models/token-estimate.ts';

const SEED = 20_261_103;

function windowOf(inputTokenBudget: number) {
  const estimator = new TokenEstimator();
  const prompts = { en: 'Be kind', es: 'Sé amable' };
  return { estimator, window: new PromptWindow({ estimator, systemPrompt: prompts, inputTokenBudget }) };
}

const to = (budget: number, model = 'm') => ({ model, contextTokens: budget + 50, maxOutputTokens: 50 });
const weight = (content: string) => weightOf({ role: 'user', content });
const historyOf = (...turns: readonly (readonly [string, string])[]) => {
  const history = new History({ historyTurnsMax: 100, historyCharactersMax: 1_000_000 });
  for (const [user, assistant] of turns) history.add(user, assistant);
  return history;
};
const words = (count: number) => Array.from({ length: count }, () => 'hola').join(' ');

test('sends the system prompt of the locale, the history and the message', () => {
  const { window } = windowOf(1_000);
  const history = historyOf(['a', 'b']);
  const { messages } = window.fit({ text: 'c', history, locale: 'es' }, to(1_000));
  assert.deepEqual(messages, [
    { role: 'system', content: 'Sé amable' },
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'user', content: 'c' },
  ]);
});

test(`keeps the newest whole turns that fit, and no fewer (seed ${SEED})`, () => {
  const turn = fc.tuple(fc.nat(60).map(words), fc.nat(60).map(words));
  const property = fc.property(fc.array(turn, { maxLength: 30 }), fc.nat(90).map(words), (turns, text) => {
    const { window } = windowOf(200);
    const { messages, rawTokens: raw } = window.fit(
      { text, history: historyOf(...turns), locale: 'en' },
      to(200),
    );
    const kept = (messages.length - 2) / 2;
    const newest = kept === 0 ? [] : turns.slice(-kept);
    const inside = messages.slice(1, -1).map(({ content }) => content);
    assert.deepEqual(inside, newest.flat());
    assert.equal(messages.at(-1)?.content, text);
    const total = messages.reduce((sum, { content }) => sum + weight(content), 0);
    assert.equal(raw, total);
    assert.ok(total <= 200);
    const next = turns.at(-kept - 1);
    if (next) assert.ok(total + weight(next[0]) + weight(next[1]) > 200);
  });
  fc.assert(property, { seed: SEED });
});

test('refuses a message that does not fit beside the system prompt, with both numbers', () => {
  const { window } = windowOf(100);
  const fit = () => window.fit({ text: words(200), history: historyOf(), locale: 'en' }, to(100));
  assert.throws(fit, (thrown) => {
    assert.ok(thrown instanceof HiloError);
    assert.equal(thrown.key, 'message_too_long');
    assert.deepEqual(thrown.values, { tokens: 204, budget: 94 });
    return true;
  });
});

test('uses what the model taught', () => {
  const { estimator, window } = windowOf(100);
  const source = { text: words(60), history: historyOf(), locale: 'en' } as const;
  window.fit(source, to(100));
  for (const owner of ['a', 'b', 'c']) estimator.learn('m', 100, 150, owner);
  assert.throws(() => window.fit(source, to(100)), HiloError);
  window.fit(source, to(100, 'another'));
});

test('a short message always fits, whatever the model taught', () => {
  const estimator = new TokenEstimator();
  const window = new PromptWindow({
    estimator,
    systemPrompt: systemPrompt(words(60)),
    inputTokenBudget: 100,
  });
  for (const owner of ['a', 'b', 'c']) estimator.learn('m', 100, 150, owner);
  window.fit({ text: 'hola', history: historyOf(), locale: 'en' }, to(100));
});

test('a system prompt that leaves no room is refused at the start', () => {
  const options = { estimator: new TokenEstimator(), systemPrompt: systemPrompt(words(100)) };
  assert.throws(() => new PromptWindow({ ...options, inputTokenBudget: 100 }), /system prompt/);
});

test('the default system prompt fits well into the default budget, in each language', () => {
  const { en, es } = systemPrompt();
  assert.ok(rawTokens(en) < 500 && rawTokens(es) < 500);
  assert.notEqual(en, es);
  assert.deepEqual(systemPrompt('  Custom\n'), { en: 'Custom', es: 'Custom' });
  assert.deepEqual(systemPrompt(' '), systemPrompt());
});
