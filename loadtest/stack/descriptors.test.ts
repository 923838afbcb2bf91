import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientsThatFit } from './descriptors.ts';

test('As many clients fit as the process with the most connections may open', () => {
  assert.equal(clientsThatFit('mixed', 20_000), 18_976);
  assert.equal(clientsThatFit('ws', 20_000), 9_488);
  assert.equal(clientsThatFit('json', 1_024), 1);
  assert.ok(clientsThatFit('json') >= 1);
});
