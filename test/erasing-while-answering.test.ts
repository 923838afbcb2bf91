/** What is erased while an answer runs takes that answer with it: a marker in its words is nowhere. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { everythingKept } from './support/everything-kept.ts';
import { LlmError } from '../server/models/model-client.ts';
import { providersOf, ScriptedProvider, type ScriptedCall } from './support/scripted-provider.ts';

const onBoth = bothServers();
const PASSWORD = 'a long sentence';

/** Two sessions of one user: the second one erases while the first one is answered. */
interface User {
  readonly provider: ScriptedProvider;
  readonly asking: GuestClient;
  readonly other: GuestClient;
  readonly marker: string;
}

interface Running {
  readonly request: string | number;
  readonly call: ScriptedCall;
  readonly conversation: string;
}

async function newUser(place: ServerPlace): Promise<User> {
  const provider = new ScriptedProvider();
  const server = await place.start({
    providers: providersOf(provider),
    environment: { MODEL_PRICES: '{"*":{"input":1,"output":1}}' },
  });
  const [asking, other] = [await guest(server), await guest(server)];
  place.context.after(() => [asking, other].forEach((client) => client.reset()));
  const email = 'ada@example.org';
  const { accessToken: key } = await asking.call('auth.register', { email, password: PASSWORD });
  for (const client of [asking, other]) {
    await client.call('session.authenticate', { key });
    await client.call('chat.history');
  }
  return { provider, asking, other, marker: `k${randomBytes(12).toString('hex')}` };
}

async function answerWhole({ asking, provider, marker }: User): Promise<void> {
  const request = asking.send('chat.send', { text: `before ${marker}` });
  const call = await provider.next();
  call.say(`yes ${marker}`);
  call.end();
  assert.ok((await asking.response(request)).result);
}

/** An answer that has said something and goes on. */
async function answerRuns({ asking, provider, marker }: User): Promise<Running> {
  const request = asking.send('chat.send', { text: `now ${marker}` });
  const call = await provider.next();
  call.say(`part ${marker}`);
  const { params } = await asking.notification('chat.started');
  await asking.notification('chat.delta');
  return { request, call, conversation: String(params?.['conversation']) };
}

/** Nothing is left in any table or file, in lists, or in what a model is sent. */
async function requireGone(place: ServerPlace, user: User, isUserGone: boolean): Promise<void> {
  const { asking, other, provider, marker } = user;
  const suffix = marker.slice(-20);
  for (let patience = 0; (await everythingKept(place)).includes(suffix); patience += 1) {
    assert.ok(patience < 200, 'it is still kept');
    await other.call('server.ping');
  }
  if (isUserGone) return;
  const seen: unknown[] = [];
  for (const client of [asking, other]) {
    seen.push(await client.call('chat.history'), await client.call('conversations.list'));
    const request = client.send('chat.send', { text: 'what did I say?' });
    const call = await provider.next();
    call.say('nothing');
    call.end();
    assert.ok((await client.response(request)).result);
    seen.push(call.request.messages);
  }
  assert.equal(JSON.stringify(seen).includes(suffix), false, 'in what is sent');
}

const WAYS: Readonly<Record<string, (user: User, running: Running) => Promise<unknown>>> = {
  'conversations.delete': ({ other }, { conversation }) =>
    other.call('conversations.delete', { conversation }),
  async 'chat.erase'({ other }, { conversation }) {
    assert.equal((await other.call('chat.erase', { conversation }))['left'], 0);
  },
  'conversations.eraseAll': ({ other }) => other.call('conversations.eraseAll'),
  'ledger.erase all': ({ other }) => other.call('ledger.erase', { exchange: 'all' }),
  'users.erase': ({ other }) => other.call('users.erase', { password: PASSWORD }),
};

for (const [way, erase] of Object.entries(WAYS)) {
  for (const which of ['first', 'following'] as const) {
    onBoth(`${way} while the ${which} answer of a conversation runs`, async (place) => {
      const user = await newUser(place);
      if (which === 'following') await answerWhole(user);
      const running = await answerRuns(user);
      const isUserGone = way === 'users.erase';
      const spent = isUserGone ? undefined : await spentBy(user);
      await erase(user, running);
      await running.call.aborted();
      const { error } = await user.asking.response(running.request);
      assert.equal(error?.data['reason'], 'cancelled');
      if (spent !== undefined) assert.ok((await spentBy(user)) > spent, 'what was said is charged');
      await requireGone(place, user, isUserGone);
    });
  }
}

async function spentBy({ other }: User): Promise<number> {
  return Number((await other.call('credits.balance'))['spent']);
}

onBoth('an answer that has ended when its account is erased, but is not written yet', async (place) => {
  const user = await newUser(place);
  const { call, request } = await answerRuns(user);
  call.end();
  await user.other.call('conversations.eraseAll');
  await user.asking.response(request);
  await requireGone(place, user, false);
});

onBoth('chat.erase names what its owner has', async (place) => {
  const user = await newUser(place);
  const conversation = '0197b0f2-7c8e-7a40-8f3a-1f0f6a2c9d11';
  assert.equal(await user.other.failure('chat.erase', { conversation }), 'not_found');
  await answerWhole(user);
  const { conversations } = await user.asking.call('conversations.list');
  const [{ id } = { id: '' }] = conversations as { id: string }[];
  assert.deepEqual(await user.other.call('chat.erase', { conversation: id }), { erased: 1, left: 0 });
});

onBoth('a conversation is in the lists before its first answer has ended', async (place) => {
  const user = await newUser(place);
  const { asking, other, marker } = user;
  const { conversation, request, call } = await answerRuns(user);
  const { params } = await other.notification('conversation.changed');
  const told = params?.['conversation'] as { id: string; title: string } | undefined;
  assert.deepEqual([told?.id, told?.title], [conversation, `now ${marker}`]);
  const opened = await other.call('conversations.open', { conversation });
  const [running] = opened['running'] as { text: string }[];
  assert.equal(running?.text, `part ${marker}`);
  await other.call('conversations.update', { conversation, pinned: true });
  call.end();
  assert.ok((await asking.response(request)).result);
  const { conversations } = await asking.call('conversations.list');
  assert.deepEqual(
    (conversations as { id: string; pinned: boolean }[]).map(({ id, pinned }) => [id, pinned]),
    [[conversation, true]],
  );
});

onBoth('a conversation of which nothing came is gone again', async (place) => {
  const user = await newUser(place);
  const { asking, other, provider } = user;
  const request = asking.send('chat.send', { text: 'hello' });
  const call = await provider.next();
  const { params } = await other.notification('conversation.changed');
  const told = params?.['conversation'] as { id: string } | undefined;
  call.fail(new LlmError('bad_request', 'Broken'));
  assert.ok((await asking.response(request)).error);
  assert.equal((await other.notification('conversation.changed')).params?.['deleted'], told?.id);
  assert.deepEqual((await other.call('conversations.list'))['conversations'], []);
});
