/** What the repositories write and read together: the same on both dialects. */
import assert from 'node:assert/strict';
import { bothDialects } from '../server/store/store.fixture.ts';
import { AT, openRepositories, saltOf, Talk, newestWindow } from './support/repositories.fixture.ts';

const LIMITS = { historyTurnsMax: 3, historyCharactersMax: 10_000 };
const onBoth = bothDialects();

onBoth('a turn is read back whole, also after a restart', async ({ open }) => {
  const store = await open();
  const first = await openRepositories(store);
  const talk = new Talk(first);
  const id = await talk.say('¿Qué tal? 🌱');
  await store.close();
  const { exchanges, conversations } = await openRepositories(await open());
  const read = await exchanges.read(id);
  assert.equal(read?.prompt, '¿Qué tal? 🌱');
  assert.equal(read.answer, 'answer to ¿Qué tal? 🌱');
  assert.equal(read.account, talk.guest.account);
  assert.equal(read.at, AT);
  assert.deepEqual(Buffer.from(read.promptSalt), saltOf('p', read.number));
  assert.deepEqual(Buffer.from(read.answerSalt), saltOf('q', read.number));
  assert.equal(await exchanges.read('x:99'), undefined);
  assert.equal(await exchanges.read('unknown'), undefined);
  const found = await conversations.newestOf(talk.guest.owner);
  assert.equal(found?.id, talk.conversation.id);
});

onBoth('the newest conversation is the one where something was said last', async ({ open }) => {
  const repositories = await openRepositories(await open());
  const [one, two] = [new Talk(repositories, 'g'), new Talk(repositories, 'g')];
  await one.say('a', { at: AT });
  await two.say('b', { at: AT + 1 });
  const { conversations } = repositories;
  assert.equal((await conversations.newestOf('guest:g'))?.id, two.conversation.id);
  await one.say('c', { at: AT + 2 });
  assert.equal((await conversations.newestOf('guest:g'))?.id, one.conversation.id);
  const { id } = two.conversation;
  assert.deepEqual(await conversations.byId(id, 'guest:g'), { ...two.conversation, newest: two.parent });
  assert.equal(await conversations.byId(two.conversation.id, 'guest:other'), undefined);
  assert.equal(await conversations.newestOf('guest:other'), undefined);
});

onBoth(
  'a window has the newest turns of the branch, without what failed or has no words',
  async ({ open }) => {
    const repositories = await openRepositories(await open());
    const talk = new Talk(repositories);
    await talk.say('one');
    await talk.say('two', { status: 'cancelled', answer: 'half' });
    await talk.say('broken', { status: 'failed' });
    await talk.say('silent', { answer: '' });
    await talk.say('three');
    const { conversations } = repositories;
    const { turns, leaf } = await newestWindow(conversations, talk.conversation, LIMITS);
    assert.deepEqual(
      turns.map(({ user, assistant }) => [user, assistant]),
      [
        ['one', 'answer to one'],
        ['two', 'half'],
        ['three', 'answer to three'],
      ],
    );
    assert.equal(leaf, talk.parent);
    await talk.say('four');
    const later = await newestWindow(conversations, talk.conversation, LIMITS);
    assert.deepEqual(
      later.turns.map(({ user }) => user),
      ['two', 'three', 'four'],
    );
    const few = { ...LIMITS, historyCharactersMax: 44 };
    const short = await newestWindow(conversations, talk.conversation, few);
    assert.deepEqual(
      short.turns.map(({ user }) => user),
      ['three', 'four'],
    );
    const branch = await conversations.window(talk.conversation.number, leaf ?? 0, LIMITS);
    assert.deepEqual(
      branch.map(({ user }) => user),
      ['one', 'two', 'three'],
    );
  },
);

onBoth('a send is found by the id that its client gave it, by its owner alone', async ({ open }) => {
  const repositories = await openRepositories(await open());
  const { conversations, exchanges } = repositories;
  const [talk, other] = [new Talk(repositories), new Talk(repositories)];
  const id = await talk.say('hello', { clientMessageId: 'm1' });
  await other.say('not this', { clientMessageId: 'm1' });
  const found = await conversations.findByClientMessageId(talk.guest.owner, 'm1');
  assert.equal(found?.prompt, 'hello');
  assert.equal(found.answer, 'answer to hello');
  assert.equal(found.status, 'ok');
  assert.equal(found.conversation, talk.conversation.id);
  assert.equal(`x:${found.exchange}`, id);
  assert.equal(await conversations.findByClientMessageId('guest:nobody', 'm1'), undefined);
  await assert.rejects(talk.say('again', { clientMessageId: 'm1' }), { kind: 'constraint' });
  await talk.say('fails', { clientMessageId: 'm2', status: 'failed' });
  assert.equal(await conversations.findByClientMessageId(talk.guest.owner, 'm2'), undefined);
  await talk.say('works', { clientMessageId: 'm2' });
  const { account } = talk.guest;
  await exchanges.erase([{ id: 'e', account, exchange: 1, by: 'owner', entry: id }]);
  const erased = await conversations.findByClientMessageId(talk.guest.owner, 'm1');
  assert.deepEqual([erased?.status, erased?.prompt, erased?.answer], ['erased', '', '']);
});

onBoth('a guest is found by the hash of its token', async ({ open }) => {
  const repositories = await openRepositories(await open());
  const tokenHash = Buffer.alloc(32, 7);
  const talk = new Talk(repositories, undefined, tokenHash);
  await talk.say('hello');
  const { guests } = repositories;
  assert.deepEqual(await guests.byTokenHash(tokenHash), { id: talk.guest.id, createdAt: AT });
  assert.equal(await guests.byTokenHash(Buffer.alloc(32, 8)), undefined);
});

onBoth('old guests without a token are dropped with all that they said', async ({ open }) => {
  const repositories = await openRepositories(await open());
  const { guests, exchanges, conversations, store } = repositories;
  const [old, recent, active] = [new Talk(repositories), new Talk(repositories), new Talk(repositories)];
  const withToken = new Talk(repositories, undefined, Buffer.alloc(32, 1));
  const ids = [await old.say('old'), await old.say('older')];
  const kept = [await withToken.say('kept'), await recent.say('recent', { at: AT + 600_000 })];
  kept.push(await active.say('long ago'), await active.say('now', { at: AT + 600_000 }));
  assert.equal(await guests.dropOldTextGuests(AT + 300_000), 1);
  for (const id of ids) assert.equal(await exchanges.read(id), undefined);
  for (const id of kept) assert.ok(await exchanges.read(id));
  assert.equal(await conversations.newestOf(old.guest.owner), undefined);
  const { length } = await store.db.selectFrom('guests').select('id').execute();
  assert.equal(length, 3);
  assert.equal(await guests.dropOldTextGuests(AT + 300_000), 0);
});

onBoth('accounts keep their numbers, whoever asks first', async ({ open }) => {
  const store = await open();
  const { accounts } = await openRepositories(store);
  const [one, two] = await Promise.all([accounts.numberOf('a'), accounts.numbersOf(['a', 'b', 'a'])]);
  assert.deepEqual(
    two.map(({ number }) => number),
    [one.number, one.number + 1, one.number],
  );
  await store.write(two.slice(0, 2).flatMap((account) => accounts.stepsFor(account, null)));
  for (const account of two) accounts.noteStored(account);
  assert.deepEqual(accounts.stepsFor(one), []);
  const again = await openRepositories(store);
  assert.deepEqual(await again.accounts.numberOf('b'), two[1]);
  assert.equal(await again.accounts.find('c'), undefined);
});
