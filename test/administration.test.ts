/** What administrators may read of others over HTTP, and that each look is written down. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuditedReads } from '../server/conversations/audited-reads.ts';
import { ManualClock } from '../shared/clock.ts';
import { bothDialects } from '../server/store/store.fixture.ts';
import { HttpBench, PERSON } from './support/http-bench.ts';
import { RpcClient } from './support/rpc-client.ts';

const onBothStores = bothDialects();

interface Listed {
  readonly conversations: readonly { id: string }[];
}

test('an administrator reads the conversations of a user, and nobody else does', async () => {
  await using bench = await HttpBench.start();
  const { accessToken } = await bench.register();
  const admin = await bench.administrator();
  using client = await RpcClient.open(bench.linePort);
  await client.response(client.send('session.authenticate', { key: accessToken }));
  const { conversation } = await client.call('chat.send', { text: 'what ana said' });
  const as = (key: string, path: string, method = 'GET') =>
    bench.ask(method, path, { headers: { authorization: `Bearer ${key}` } });
  const list = `/admin/conversations?user=${PERSON.email}`;
  const read = `/admin/conversations/${String(conversation)}/messages`;
  const listed = (await (await as(admin, list)).json()) as Listed;
  assert.deepEqual(
    listed.conversations.map(({ id }) => id),
    [conversation],
  );
  const texts = await (await as(admin, read)).text();
  assert.match(texts, /what ana said/);
  const { messages } = JSON.parse(texts) as { messages: { id: string }[] };
  const before = await as(admin, `${read}?before=${messages.at(-1)?.id}`);
  assert.equal(((await before.json()) as { messages: object[] }).messages.length, messages.length - 1);
  const made = await bench.ask('POST', '/keys', {
    body: { name: 'program' },
    headers: { authorization: `Bearer ${admin}` },
  });
  const { key } = (await made.json()) as { key: string };
  const user = `/admin/users/${PERSON.email}`;
  for (const path of [list, read, user, '/admin/users']) {
    assert.equal((await as(admin, path)).status, 200, path);
    const refused = await Promise.all([as(accessToken, path), as(key, path), bench.ask('GET', path)]);
    assert.deepEqual(
      refused.map(({ status }) => status),
      [403, 403, 401],
      path,
    );
  }
  assert.equal((await as(admin, read, 'DELETE')).status, 405);
  assert.equal((await as(admin, '/admin/conversations/none/messages')).status, 404);
  assert.equal((await as(admin, '/admin/conversations?user=nobody@example.org')).status, 404);
});

onBothStores('each look is a row that says who, when and at whose', async ({ open }) => {
  const store = await open();
  const clock = new ManualClock(1_000);
  let ids = 0;
  const reads = new AuditedReads({ store, clock, newTimedId: () => `a${(ids += 1)}` });
  const look = { actor: 'admin-1', action: 'messages', owner: 'user:ana', conversation: 'c1' } as const;
  await reads.record(look);
  await reads.record({ actor: 'operator', action: 'conversations', owner: 'user:ana' });
  const at = clock.now();
  assert.deepEqual(await store.db.selectFrom('audit').selectAll().orderBy('id').execute(), [
    { id: 'a1', at, ...look, detail: '' },
    {
      id: 'a2',
      at,
      actor: 'operator',
      action: 'conversations',
      owner: 'user:ana',
      conversation: null,
      detail: '',
    },
  ]);
  assert.equal(await reads.ownerOf('c1'), undefined);
});
