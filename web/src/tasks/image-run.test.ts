import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Outcome, Params } from '../../../shared/client/message.ts';
import type { RequestListener } from '../../../shared/client/requests.ts';
import type { Asking } from '../connection/page-line.ts';
import { ImageRun } from './image-run.ts';

function open() {
  const ends: ((outcome: Outcome) => void)[] = [];
  let tell: (name: string, params: Params) => void = () => {};
  const line = {
    ask: async () => {
      ends.at(-1)?.(failed('cancelled'));
      return failed('cancelled');
    },
    request: (_: string, _params: Params, listener: RequestListener) => {
      ends.push((outcome) => listener.settled(outcome));
      tell = (name, params) => listener.event(name, params);
      return ends.length;
    },
  } as unknown as Pick<Asking, 'ask' | 'request'>;
  return { run: new ImageRun(line), ends, tell: (name: string, params: Params) => tell(name, params) };
}

const failed = (reason: 'cancelled' | 'queue_full'): Outcome => ({
  ok: false,
  failure: { reason, message: '', values: {} },
});

it('says where a picture stands, one at a time', async () => {
  const { run, ends, tell } = open();
  const done = run.start({ prompt: 'a cat' });
  assert.deepEqual(run.state.value, { name: 'running', step: { name: 'asked' } });
  tell('images.queued', { position: 2 });
  assert.deepEqual(run.state.value, { name: 'running', step: { name: 'queued', position: 2 } });
  tell('images.started', { model: 'painter' });
  tell('images.image', { index: 0 });
  assert.deepEqual(run.state.value, { name: 'running', step: { name: 'drawing', model: 'painter' } });
  assert.equal(await run.start({ prompt: 'a dog' }), false);
  assert.equal(ends.length, 1);
  ends[0]?.({ ok: true, result: { id: 'i1' } });
  assert.equal(await done, true);
  assert.deepEqual(run.state.value, { name: 'done', image: { id: 'i1' } });
});

it('a stopped one is no fault; a refused one says why, and another can begin', async () => {
  const { run, ends } = open();
  const stopped = run.start({ prompt: 'a cat' });
  run.stop();
  assert.equal(await stopped, false);
  assert.deepEqual(run.state.value, { name: 'idle' });
  const refused = run.start({ prompt: 'a cat' });
  ends[1]?.(failed('queue_full'));
  assert.equal(await refused, false);
  assert.deepEqual(run.state.value, { name: 'failed', failure: failed('queue_full') });
  void run.start({ prompt: 'a cat' });
  assert.equal(ends.length, 3);
});
