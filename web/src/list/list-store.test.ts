import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { signal } from '@preact/signals';
import { DISCONNECTED, type Outcome, type Params } from '../../../shared/client/message.ts';
import type { ConnectionState } from '../../../shared/client/session-contract.ts';
import type { Asking, LineListener } from '../connection/page-line.ts';
import { groupsOf } from './groups.ts';
import { ListStore } from './list-store.ts';

const summary = (id: string, minute: number, more: Params = {}): Params => ({
  id,
  title: `Title ${id}`,
  status: 'open',
  pinned: false,
  updatedAt: new Date(Date.UTC(2026, 10, 30, 9, minute)).toISOString(),
  ...more,
});

async function setUp(...conversations: Params[]) {
  const asked: { method: string; params: Params }[] = [];
  const results: Record<string, Params> = { 'conversations.list': { conversations } };
  const failing = new Set<string>();
  let listener: LineListener = {};
  const line: Pick<Asking, 'ask' | 'subscribe' | 'state'> = {
    state: signal<ConnectionState>({ name: 'ready', resumed: false, draining: false }),
    ask: (method, params): Promise<Outcome> => {
      asked.push({ method, params });
      if (failing.has(method)) return Promise.resolve({ ok: false, failure: DISCONNECTED });
      return Promise.resolve({ ok: true, result: results[method] ?? {} });
    },
    subscribe: (given) => {
      listener = given;
      return () => {};
    },
  };
  const own: string[] = [];
  const store = new ListStore(line, {
    changed: ({ id }) => own.push(`changed ${id}`),
    deleted: (id) => own.push(`deleted ${id}`),
  });
  const ids = () => store.listed.value.conversations.map(({ id }) => id).join(' ');
  const changed = (params: Params) => listener.notification?.('conversation.changed', params);
  await Promise.resolve();
  await Promise.resolve();
  return { store, asked, results, failing, ids, changed, own };
}

it('takes the newest answer about folders, in whatever order they come', async () => {
  const answers: (() => void)[] = [];
  const folders: Params[] = [];
  const ask = (method: string): Promise<Outcome> => {
    if (method === 'folders.create') folders.push({ id: 'f', name: 'Birds' });
    const outcome: Outcome = { ok: true, result: { folders: [...folders] } };
    if (method !== 'folders.list') return Promise.resolve(outcome);
    return new Promise((resolve) => answers.push(() => resolve(outcome)));
  };
  const state = signal<ConnectionState>({ name: 'idle' });
  const nothing = () => {};
  const line = { ask, state, subscribe: () => nothing };
  const store = new ListStore(line, { changed: nothing, deleted: nothing });
  await store.refresh();
  const saving = store.saveFolder(undefined, { name: 'Birds', instructions: '' });
  await setImmediate();
  answers[1]?.();
  await saving;
  answers[0]?.();
  await setImmediate();
  assert.deepEqual(
    store.folders.value.map(({ name }) => name),
    ['Birds'],
  );
});

it('follows what happens elsewhere', async () => {
  const { ids, changed } = await setUp(summary('b', 2), summary('a', 1));
  assert.equal(ids(), 'b a');
  changed({ conversation: summary('c', 3) });
  changed({ conversation: summary('a', 4) });
  assert.equal(ids(), 'a c b');
  changed({ conversation: summary('b', 2, { pinned: true }) });
  assert.equal(ids(), 'b a c');
  changed({ deleted: 'a' });
  assert.equal(ids(), 'b c');
  changed({ conversation: summary('c', 3, { status: 'archived' }) });
  assert.equal(ids(), 'b');
});

it('reads on in pages, each conversation once', async () => {
  const { store, results, asked, ids, changed } = await setUp(summary('d', 4), summary('c', 3));
  results['conversations.list'] = { conversations: [summary('d', 4), summary('c', 3)], nextCursor: 'n' };
  await store.refresh();
  changed({ conversation: summary('a', 1) });
  assert.equal(ids(), 'd c', 'it comes with its page');
  results['conversations.list'] = { conversations: [summary('c', 3), summary('b', 2), summary('a', 1)] };
  await Promise.all([store.more(), store.more()]);
  assert.equal(ids(), 'd c b a');
  assert.equal(asked.filter(({ params }) => params['cursor'] === 'n').length, 1);
  await store.more();
  assert.equal(asked.filter(({ params }) => 'cursor' in params).length, 1);
});

it('keeps what is told while an older page is on its way', async () => {
  const { store, results, ids, changed } = await setUp(summary('b', 2), summary('a', 1));
  const refreshing = store.refresh();
  changed({ conversation: summary('c', 3) });
  changed({ deleted: 'a' });
  await refreshing;
  assert.equal(ids(), 'c b');
  results['conversations.list'] = { conversations: [summary('b', 2)], nextCursor: 'n' };
  await store.refresh();
  assert.equal(ids(), 'b', 'what was told before the question is in the answer');
  results['conversations.list'] = { conversations: [summary('a', 1)] };
  const more = store.more();
  changed({ deleted: 'a' });
  await more;
  assert.equal(ids(), 'b');
});

it('lists a folder or what is archived', async () => {
  const { store, asked, ids, changed, results } = await setUp(summary('a', 1));
  results['conversations.list'] = { conversations: [summary('b', 2, { folder: 'f' })] };
  await store.choose({ name: 'folder', folder: 'f' });
  assert.deepEqual(asked.findLast(({ method }) => method === 'conversations.list')?.params, { folder: 'f' });
  changed({ conversation: summary('a', 3) });
  changed({ conversation: summary('b', 2) });
  assert.equal(ids(), '');
  results['conversations.list'] = { conversations: [] };
  await store.choose({ name: 'archived' });
  changed({ conversation: summary('a', 3, { status: 'archived' }) });
  assert.equal(ids(), 'a');
});

it('shows what the server says of a change, and says when it failed', async () => {
  const { store, results, failing, ids, own } = await setUp(summary('a', 1));
  results['conversations.update'] = summary('a', 1, { title: 'Other' });
  assert.equal(await store.update('a', { title: 'Other' }), undefined);
  assert.equal(store.listed.value.conversations[0]?.title, 'Other');
  failing.add('conversations.delete');
  assert.equal((await store.remove('a'))?.reason, 'disconnected');
  assert.equal(ids(), 'a');
  failing.clear();
  await store.remove('a');
  assert.equal(ids(), '');
  assert.deepEqual(own, ['changed a', 'deleted a']);
});

it('groups by the days of the reader', () => {
  const now = new Date(2026, 10, 30, 0, 30).getTime();
  const at = (id: string, updatedAtMs: number, isPinned = false) => ({
    id,
    title: '',
    status: 'open' as const,
    isPinned,
    folder: '',
    route: '',
    persona: '',
    updatedAtMs,
  });
  const groups = groupsOf(
    [
      at('p', 0, true),
      at('a', new Date(2026, 10, 30, 0, 1).getTime()),
      at('b', new Date(2026, 10, 29, 23, 59).getTime()),
      at('c', new Date(2026, 10, 23, 0, 1).getTime()),
      at('d', new Date(2026, 10, 22, 23, 59).getTime()),
    ],
    now,
  );
  assert.deepEqual(
    groups.map(({ name, conversations }) => `${name} ${conversations.map(({ id }) => id).join()}`),
    ['pinned p', 'today a', 'yesterday b', 'week c', 'older d'],
  );
});
