import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Outcome, Params } from '../../../shared/client/message.ts';
import type { RequestListener } from '../../../shared/client/requests.ts';
import type { Asking } from '../connection/page-line.ts';
import { SummaryRun } from './summary-run.ts';

const SUMMARY = { id: 's1', title: 'A report', text: 'It was good.' };
const CANCELLED: Outcome = { ok: false, failure: { reason: 'cancelled', message: '', values: {} } };
const LARGE: Outcome = { ok: false, failure: { reason: 'file_too_large', message: '', values: {} } };

function open(answers: Readonly<Record<string, Outcome>> = {}) {
  const over = Promise.withResolvers<Outcome>();
  const followed: Params[] = [];
  let tell: (name: string, params: Params) => void = () => {};
  const asked: string[] = [];
  const line = {
    ask: async (method: string) => {
      if (method === 'chat.cancel') over.resolve(CANCELLED);
      else asked.push(method);
      return answers[method] ?? { ok: true, result: { file: 'f1' } };
    },
    request: (_: string, params: Params, listener: RequestListener) => {
      followed.push(params);
      tell = (name, params) => listener.event(name, params);
      void over.promise.then((outcome) => listener.settled(outcome));
      return 'r1';
    },
  } as unknown as Pick<Asking, 'ask' | 'request'>;
  const run = new SummaryRun(line);
  return { run, over, followed, asked, tell: (name: string, params: Params) => tell(name, params) };
}

it('shows each step of a summary, and what it came to', async () => {
  const { run, over, followed, tell } = open();
  const done = run.start({ url: 'https://example.org/', length: 'short' }, 10);
  assert.deepEqual(run.state.value, { name: 'running', step: { name: 'fetching' }, text: '' });
  assert.deepEqual(followed, [{ url: 'https://example.org/', length: 'short' }]);
  tell('summaries.reading', { page: 2, pages: 9 });
  assert.deepEqual(run.state.value, {
    name: 'running',
    step: { name: 'reading', page: 2, pages: 9 },
    text: '',
  });
  tell('summaries.started', { calls: 4, creditsMax: 900 });
  tell('summaries.progress', { done: 3, calls: 4, charged: 500 });
  tell('summaries.delta', { text: 'It was' });
  tell('summaries.delta', { text: ' good.' });
  assert.deepEqual(run.state.value, {
    name: 'running',
    step: { name: 'working', done: 3, calls: 4, creditsMax: 900 },
    text: 'It was good.',
  });
  // A second one does not begin meanwhile.
  assert.equal(await run.start({ text: 'more', length: 'long' }, 10), false);
  over.resolve({ ok: true, result: SUMMARY });
  assert.equal(await done, true);
  assert.deepEqual(run.state.value, { name: 'done', summary: SUMMARY });
});

it('sends a document first, and names it', async () => {
  const { run, over, followed, asked } = open();
  const done = run.start({ document: new Blob(['0123456789012']), length: 'medium' }, 10);
  over.resolve({ ok: true, result: SUMMARY });
  assert.equal(await done, true);
  assert.deepEqual(asked, ['files.begin', 'files.append', 'files.append', 'files.end']);
  assert.deepEqual(followed, [{ length: 'medium', document: 'f1' }]);
});

it('a document that is not taken is a failure, and no model is asked', async () => {
  const { run, followed } = open({ 'files.begin': LARGE });
  assert.equal(await run.start({ document: new Blob(['text']), length: 'medium' }, 10), false);
  assert.deepEqual(run.state.value, { name: 'failed', failure: LARGE });
  assert.deepEqual(followed, []);
});

it('stops while it runs and while the document is sent, without a fault', async () => {
  const running = open();
  const done = running.run.start({ text: 'long', length: 'short' }, 10);
  running.run.stop();
  assert.equal(await done, false);
  assert.deepEqual(running.run.state.value, { name: 'idle' });
  const sending = open();
  const sent = sending.run.start({ document: new Blob(['0123456789012']), length: 'short' }, 10);
  sending.run.stop();
  assert.equal(await sent, false);
  assert.deepEqual(sending.run.state.value, { name: 'idle' });
  assert.deepEqual([sending.followed, sending.asked.at(-1)], [[], 'files.end']);
});
