import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DISCONNECTED, type Outcome } from '../../../shared/client/message.ts';
import { exportEverything } from './export-everything.ts';

function setUp(...answers: Outcome[]) {
  const asked: unknown[] = [];
  const read: number[] = [];
  const line = {
    ask(_: string, params: object): Promise<Outcome> {
      asked.push(params);
      return Promise.resolve(answers.shift() ?? { ok: false, failure: DISCONNECTED });
    },
  };
  return { asked, read, run: () => exportEverything(line, (characters) => read.push(characters)) };
}

it('reads page by page to the end', async () => {
  const { asked, read, run } = setUp(
    { ok: true, result: { text: 'one\n', nextCursor: 'c1' } },
    { ok: true, result: { text: 'two\n' } },
  );
  assert.deepEqual(await run(), { ok: true, parts: ['one\n', 'two\n'] });
  assert.deepEqual(asked, [{}, { cursor: 'c1' }]);
  assert.deepEqual(read, [4, 8]);
});

it('gives no half of a file', async () => {
  const { run } = setUp({ ok: true, result: { text: 'one\n', nextCursor: 'c1' } });
  assert.deepEqual(await run(), { ok: false, failure: DISCONNECTED });
});
