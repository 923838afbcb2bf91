import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EXCHANGE_LIMITS } from '../chat/limits.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import { TokenEstimator } from './token-estimate.ts';

const SEED = 20_261_102;

test('the first guess is of the right size for several scripts', () => {
  // Wide bounds: within them the first guess is good enough to start learning from.
  const samples: [string, number, number][] = [
    ['', 0, 0],
    [' ', 1, 1],
    ['hola', 1, 2],
    ['The quick brown fox jumps over the lazy dog.', 9, 14],
    ['Hoy me siento un poco triste y no sé muy bien por qué.', 13, 22],
    ['今日はとても疲れました。', 7, 14],
    ['我今天觉得有点难过', 6, 10],
    ['Сегодня мне немного грустно', 7, 16],
    ['😀😀😀', 3, 9],
    ['1234567890', 4, 10],
    ['{"a":[1,2,3]}', 8, 14],
  ];
  for (const [text, least, most] of samples) {
    const tokens = rawTokens(text);
    assert.ok(tokens >= least && tokens <= most, `${text}: ${tokens}`);
  }
});

test(`grows with the text and little is lost by cutting it (seed ${SEED})`, () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const property = fc.property(text, text, (left, right) => {
    const [whole, parts] = [rawTokens(left + right), rawTokens(left) + rawTokens(right)];
    assert.ok(whole >= rawTokens(left) && whole >= 0);
    assert.ok(Math.abs(whole - parts) <= 2, `${whole} and ${parts}`);
    assert.equal(rawTokens(left) === 0, left === '');
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

test('learns how far off it is for each model', () => {
  const estimator = new TokenEstimator();
  assert.equal(estimator.ratio('m'), 1);
  estimator.learn('m', 100, 150);
  assert.equal(estimator.ratio('m'), 1.5);
  assert.equal(estimator.ratio('other'), 1);
  for (let round = 0; round < 50; round++) estimator.learn('m', 100, 80);
  assert.ok(Math.abs(estimator.ratio('m') - 0.8) < 0.001);
  assert.equal(estimator.tokens('other', 'hola'), 1);
});

test('believes no absurd counts and none of tiny prompts', () => {
  const estimator = new TokenEstimator();
  estimator.learn('tiny', 5, 50);
  assert.equal(estimator.ratio('tiny'), 1);
  estimator.learn('zero', 100, 0);
  assert.equal(estimator.ratio('zero'), 1);
  estimator.learn('many', 100, 1_000_000);
  assert.equal(estimator.ratio('many'), EXCHANGE_LIMITS.tokenRatioMax);
  estimator.learn('few', 100, 1);
  assert.equal(estimator.ratio('few'), EXCHANGE_LIMITS.tokenRatioMin);
});
