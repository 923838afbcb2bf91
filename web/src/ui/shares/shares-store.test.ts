import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { DISCONNECTED, type Outcome, type Params } from '../../../../shared/client/message.ts';
import { SharesStore } from './shares-store.ts';

const share = (id: string, conversation: string, minute: number): Params => ({
  share: id,
  conversation,
  title: `Title ${conversation}`,
  message: '1',
  createdAt: `2026-11-30T09:0${minute}:00.000Z`,
});

function setUp(results: Record<string, Params | 'fails' | 'gone'>, conversation?: string) {
  const asked: string[] = [];
  const line = {
    ask(method: string, params: object): Promise<Outcome> {
      asked.push(`${method} ${JSON.stringify(params)}`);
      const result = results[method] ?? {};
      if (result === 'fails') return Promise.resolve({ ok: false, failure: DISCONNECTED });
      const failure = { reason: 'not_found', message: '', values: {} } as const;
      return Promise.resolve(result === 'gone' ? { ok: false, failure } : { ok: true, result });
    },
  };
  const store = new SharesStore(line, conversation);
  return { store, asked, results, ids: () => store.links.value?.map(({ id }) => id).join(' ') };
}

const LIST = { shares: [share('a', 'c1', 1), share('b', 'c2', 3), share('c', 'c1', 2)] };

it('lists the links of one conversation, or all of them, the newest first', async () => {
  const one = setUp({ 'conversations.shares': LIST }, 'c1');
  assert.equal(one.ids(), undefined);
  await one.store.read();
  assert.equal(one.ids(), 'c a');
  const all = setUp({ 'conversations.shares': LIST });
  await all.store.read();
  assert.equal(all.ids(), 'b c a');
});

it('shares up to the newest message of the branch', async () => {
  const { store, asked, ids } = setUp({
    'conversations.messages': { messages: [{ id: '42' }] },
    'conversations.share': share('new', 'c1', 5),
  });
  assert.equal(await store.make('c1'), undefined);
  assert.deepEqual(asked, [
    'conversations.messages {"conversation":"c1","limit":1}',
    'conversations.share {"conversation":"c1","message":"42"}',
  ]);
  assert.equal(ids(), 'new');
});

it('shares nothing where nothing was said', async () => {
  const { store, asked } = setUp({ 'conversations.messages': { messages: [] } });
  assert.equal((await store.make('c1'))?.reason, 'not_found');
  assert.equal(asked.length, 1);
});

it('keeps a link that could not be withdrawn, and drops one that is gone already', async () => {
  const { store, results, ids } = setUp({ 'conversations.shares': LIST, 'conversations.unshare': 'fails' });
  await store.read();
  assert.equal((await store.withdraw('a'))?.reason, 'disconnected');
  assert.equal(ids(), 'b c a');
  results['conversations.unshare'] = 'gone';
  assert.equal(await store.withdraw('a'), undefined);
  assert.equal(ids(), 'b c');
});

it('reads again what was asked for before a link was made', async () => {
  const answers: (() => void)[] = [];
  const shares = [share('a', 'c1', 1)];
  const ask = (method: string): Promise<Outcome> => {
    if (method === 'conversations.messages')
      return Promise.resolve({ ok: true, result: { messages: [{ id: '1' }] } });
    if (method === 'conversations.share') {
      const made = share('b', 'c1', 2);
      shares.push(made);
      return Promise.resolve({ ok: true, result: made });
    }
    const outcome: Outcome = { ok: true, result: { shares: [...shares] } };
    return new Promise((resolve) => answers.push(() => resolve(outcome)));
  };
  const store = new SharesStore({ ask }, 'c1');
  const reading = store.read();
  await store.make('c1');
  answers[0]?.();
  await setImmediate();
  answers[1]?.();
  await reading;
  assert.deepEqual(
    store.links.value?.map(({ id }) => id),
    ['b', 'a'],
  );
});
