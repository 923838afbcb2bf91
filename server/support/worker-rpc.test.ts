import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerRpc } from './worker-rpc.ts';

const echo = new URL('worker-rpc-echo.fixture.ts', import.meta.url);

test('requests are answered in their order', async () => {
  const rpc = new WorkerRpc<object>(echo);
  const answers = Promise.all([1, 2, 3].map((number) => rpc.ask({ say: number })));
  assert.deepEqual(await answers, [1, 2, 3]);
  await rpc.end();
});

test('an error keeps its name, message and codes, and the thread goes on', async () => {
  const rpc = new WorkerRpc<object>(echo);
  await assert.rejects(rpc.ask({ fail: { code: 'ENOSPC', errcode: 13, name: 'DiskError' } }), {
    name: 'DiskError',
    message: 'as asked',
    code: 'ENOSPC',
    errcode: 13,
  });
  assert.equal(await rpc.ask({ say: 'still there' }), 'still there');
  await rpc.end();
});

test('a thread that ends fails what waits for it, and what comes later', async () => {
  const rpc = new WorkerRpc<object>(echo);
  assert.equal(rpc.failure, undefined);
  await assert.rejects(rpc.ask({ exit: true }), /has ended/);
  await assert.rejects(rpc.ask({ say: 1 }), /has ended/);
  assert.match(String(rpc.failure), /has ended/);
});
