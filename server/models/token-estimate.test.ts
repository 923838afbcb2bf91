import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MODEL_LIMITS } from './limits.ts';
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

const OWNERS = ['a', 'b', 'c', 'd', 'e'];

function taught(reported: number, owners: readonly string[] = OWNERS): TokenEstimator {
  const estimator = new TokenEstimator();
  for (const owner of owners) estimator.learn('m', 100, reported, owner);
  return estimator;
}

test('learns how far off it is for each model, from several owners', () => {
  const estimator = taught(140);
  assert.equal(estimator.ratio('m'), 1.4);
  assert.equal(estimator.ratio('other'), 1);
  for (let round = 0; round < 50; round++) {
    for (const owner of OWNERS) estimator.learn('m', 100, 80, owner);
  }
  assert.ok(Math.abs(estimator.ratio('m') - 0.8) < 0.001);
  assert.equal(estimator.tokens('other', 'hola'), 1);
});

test('one owner alone teaches nothing, and moves what others have taught hardly at all', () => {
  assert.equal(taught(150, ['a']).ratio('m'), 1);
  const estimator = taught(110);
  for (let message = 0; message < 100; message++) estimator.learn('m', 100, 200, 'letter salad');
  assert.equal(estimator.ratio('m'), 1.1);
});

test('the owners that are remembered have a bound, the ratio too', () => {
  const estimator = taught(200);
  assert.equal(estimator.ratio('m'), MODEL_LIMITS.tokenRatioMax);
  for (let owner = 0; owner < MODEL_LIMITS.tokenRatioOwnersMax; owner++) {
    estimator.learn('m', 100, 50, `later ${owner}`);
  }
  assert.equal(estimator.ratio('m'), MODEL_LIMITS.tokenRatioMin);
});

test('believes no absurd counts and none of tiny prompts', () => {
  for (const [raw, reported] of [
    [5, 8],
    [100, 0],
    [100, Number.NaN],
    [100, 1_000_000],
    [100, 1],
  ] as const) {
    const estimator = new TokenEstimator();
    for (const owner of OWNERS) estimator.learn('m', raw, reported, owner);
    assert.equal(estimator.ratio('m'), 1, `${reported} for ${raw}`);
  }
});
