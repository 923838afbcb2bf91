import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHelplines } from './helplines.ts';

test('a locale may be left out, and so may the lines for violence', () => {
  const helplines = parseHelplines(
    '{"es":{"emergency":" 911 ","lines":[{"place":"Uruguay","contact":"0800 0767"}]}}',
  );
  assert.deepEqual(helplines, {
    es: { emergency: '911', lines: [{ place: 'Uruguay', contact: '0800 0767' }], violence: [] },
  });
});

test('every fault is named', () => {
  assert.throws(() => parseHelplines('{'), /not valid JSON/u);
  assert.throws(
    () => parseHelplines('{"es":{"emergency":"","lines":[]},"fr":{}}'),
    (error: Error) => ['emergency', 'lines', 'fr'].every((word) => error.message.includes(word)),
  );
});

test('a control character is refused', () => {
  const lines = [{ place: 'x', contact: '1' }];
  assert.throws(() => parseHelplines(JSON.stringify({ en: { emergency: 'a\u001b[2J', lines } })), /control/u);
});
