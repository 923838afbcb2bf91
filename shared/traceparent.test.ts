import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('a traceparent is read, and written as it was', () => {
  for (const flags of ['01', '00']) {
    const text = `00-${TRACE}-${SPAN}-${flags}`;
    const read = parseTraceparent(text);
    assert.deepEqual(read, { traceId: TRACE, spanId: SPAN, isSampled: flags === '01' });
    assert.equal(read && formatTraceparent(read), text);
  }
});

test('what is no traceparent is ignored', () => {
  for (const text of [
    '',
    `00-${TRACE}-${SPAN}`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01\r\nx: y`,
  ]) {
    assert.equal(parseTraceparent(text), undefined, text);
  }
});
