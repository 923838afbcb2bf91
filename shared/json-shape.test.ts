import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excessOf } from './json-shape.ts';

const SEED = 20_261_132;
const LIMITS = { jsonDepthMax: 4, jsonMembersMax: 10 };
const WIDE = { jsonDepthMax: 1_000, jsonMembersMax: 1_000_000 };

test('[J-1] depth and members are bounded, what stands in strings does not count', () => {
  assert.equal(excessOf('[[[[1]]]]', LIMITS), undefined);
  assert.equal(excessOf('[[[[[1]]]]]', LIMITS), 'depth');
  assert.equal(excessOf('{"a":{"b":{"c":{"d":{}}}}}', LIMITS), 'depth');
  assert.equal(excessOf('[[],[],[],[]]', LIMITS), undefined);
  assert.equal(excessOf('[[],[],[],[],[],[]]', LIMITS), 'members');
  assert.equal(excessOf(JSON.stringify({ text: '[{"\\",,,,,,,,,,,,[[[[[[' }), LIMITS), undefined);
  assert.equal(excessOf('{"text":"\\\\"}', LIMITS), undefined);
  assert.equal(excessOf('{"never closed: [[[[[[', LIMITS), undefined);
});

test(`[J-1] the count is that of the parsed value (seed ${SEED})`, () => {
  const property = fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
    const text = JSON.stringify(value);
    const depth = depthOf(JSON.parse(text));
    assert.equal(excessOf(text, { ...WIDE, jsonDepthMax: depth }), undefined);
    if (depth > 0) assert.equal(excessOf(text, { ...WIDE, jsonDepthMax: depth - 1 }), 'depth');
  });
  fc.assert(property, { seed: SEED });
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
