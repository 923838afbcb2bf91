import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { SessionRegistry } from './session-registry.ts';
import type { Login } from '../identity/principal.ts';
import type { ConnectionPort } from '../operations/call.ts';
import { LIMITS as OUTBOX_LIMITS } from '../../shared/limits.ts';
import { JsonChannel } from './json-channel.ts';
import { FlushScheduler, Outbox } from './outbox.ts';
import { StalledSocket } from './stalled-socket.fixture.ts';
import type { Session } from './session.ts';
import { newTestGuest, newTestSession, TEST_CONNECTION } from './session.fixture.ts';

const LIMITS = {
  detachedGenerationMs: 30_000,
  detachedSessionMs: 900_000,
  detachedBytesMax: 1_000,
  detachedSessionsMax: 3,
};

function registryOf() {
  const clock = new ManualClock(5_000);
  let counter = 0;
  const randomBytes = (size: number) => Buffer.alloc(size, ++counter);
  const registry = new SessionRegistry({ clock, randomBytes, limits: LIMITS });
  return { clock, registry };
}

let sessions = 0;
function newSession(): Session {
  sessions += 1;
  return newTestSession(sessions);
}

const nobody = TEST_CONNECTION;

const LOGIN: Login = {
  kind: 'login',
  id: 'l',
  user: {
    id: 'u',
    email: 'u@example.com',
    name: 'U',
    role: 'user',
    isActive: true,
    account: 'user:u',
    locale: undefined,
    retentionDays: undefined,
    createdAt: 0,
  },
};

/** Lets the session wait with a message of some size that its client has not confirmed. */
function keep(session: Session, length: number): void {
  if (!session.channel) {
    const outbox = new Outbox(new StalledSocket().asSocket(), new FlushScheduler(), OUTBOX_LIMITS, () => {});
    session.channel = new JsonChannel(OUTBOX_LIMITS, outbox);
    session.channel.makeResumable();
  }
  session.channel.notify('chat.delta', { text: 'x'.repeat(length) });
}

test('a token finds its session in its own epoch only', () => {
  const { registry } = registryOf();
  const session = newSession();
  const token = registry.register(session, nobody);
  assert.equal(registry.find(token, registry.epoch), session);
  assert.throws(() => registry.find(token, 'other'), { key: 'unknown_session' });
  assert.throws(() => registry.find('other', registry.epoch), { key: 'unknown_session' });
  assert.match(token, /^[\w-]{43}$/);
});

test('a generation has its time from when the client was gone, not only its connection', () => {
  const { clock, registry } = registryOf();
  const session = newSession();
  registry.register(session, nobody);
  const controller = new AbortController();
  session.begin('m', controller);
  const goneMs = clock.monotonic();
  clock.advance(25_000);
  registry.detach(session, nobody, goneMs);
  registry.sweep(goneMs + 30_000);
  assert.equal(controller.signal.aborted, false);
  registry.sweep(goneMs + 30_001);
  assert.equal(controller.signal.aborted, true);
});

test('the used token stays good until the new one is confirmed; an answer that was lost is replaced', () => {
  const { registry } = registryOf();
  const session = newSession();
  const first = registry.register(session, nobody);
  const lost = registry.claim(session, first, nobody);
  const second = registry.claim(session, first, nobody);
  assert.throws(() => registry.find(lost, registry.epoch), { key: 'unknown_session' });
  assert.equal(registry.find(first, registry.epoch), session);
  registry.confirm(session);
  assert.throws(() => registry.find(first, registry.epoch), { key: 'unknown_session' });
  assert.equal(registry.find(second, registry.epoch), session);
});

test('the holder is closed by a claim, and its own end detaches nothing any more', () => {
  const { registry } = registryOf();
  const session = newSession();
  const closed: string[] = [];
  const port = (name: string): ConnectionPort => ({ ...TEST_CONNECTION, supersede: () => closed.push(name) });
  const [old, newer] = [port('old'), port('newer')];
  const token = registry.register(session, old);
  registry.claim(session, token, newer);
  assert.deepEqual(closed, ['old']);
  assert.equal(registry.detach(session, old), true);
  assert.equal(registry.detachedCount, 0);
  assert.equal(registry.detach(session, newer), true);
  assert.equal(registry.detachedCount, 1);
  assert.equal(registry.detach(newSession(), newer), false);
});

test('what runs is aborted after its grace, the session goes after its own', () => {
  const { clock, registry } = registryOf();
  const session = newSession();
  const token = registry.register(session, nobody);
  const running = new AbortController();
  session.begin(1, running);
  registry.detach(session, nobody);
  clock.advance(30_000);
  registry.sweep(clock.monotonic());
  assert.equal(running.signal.aborted, false);
  clock.advance(1);
  registry.sweep(clock.monotonic());
  assert.equal(running.signal.aborted, true);
  clock.advance(870_000);
  registry.sweep(clock.monotonic());
  assert.throws(() => registry.find(token, registry.epoch), { key: 'unknown_session' });
  assert.deepEqual([registry.size, registry.detachedCount], [0, 0]);
});

test('a session that is held is never swept', () => {
  const { clock, registry } = registryOf();
  const session = newSession();
  const token = registry.register(session, nobody);
  registry.detach(session, nobody);
  clock.advance(899_000);
  registry.claim(session, token, nobody);
  clock.advance(900_000);
  registry.sweep(clock.monotonic());
  assert.equal(registry.find(token, registry.epoch), session);
});

test('of too many that wait the oldest goes', () => {
  const { registry } = registryOf();
  const tokens = Array.from({ length: 4 }, () => {
    const session = newSession();
    const token = registry.register(session, nobody);
    registry.detach(session, nobody);
    return token;
  });
  assert.equal(registry.detachedCount, 3);
  const [oldest, ...others] = tokens;
  assert.throws(() => registry.find(oldest ?? '', registry.epoch), { key: 'unknown_session' });
  for (const token of others) assert.ok(registry.find(token, registry.epoch));
});

test('what all that wait keep together is bounded; who waits longest goes first', () => {
  const { clock, registry } = registryOf();
  const [first, second] = [newSession(), newSession()];
  const tokens = [first, second].map((session) => registry.register(session, nobody));
  const find = (at: number) => registry.find(tokens[at] ?? '', registry.epoch);
  keep(first, 500);
  registry.detach(first, nobody);
  keep(second, 200);
  registry.detach(second, nobody);
  assert.equal(find(0), first);
  // An answer goes on for a client that is away.
  keep(second, 150);
  registry.sweep(clock.monotonic());
  assert.throws(() => find(0), { key: 'unknown_session' });
  assert.equal(find(1), second);
});

test('a session that was dropped is found by none of its tokens', () => {
  const { registry } = registryOf();
  const session = newSession();
  const first = registry.register(session, nobody);
  const second = registry.claim(session, first, nobody);
  let ended = 0;
  session.onEnd(() => (ended += 1));
  registry.drop(session);
  registry.drop(session);
  assert.equal(ended, 1);
  assert.deepEqual([registry.size, registry.detachedCount], [0, 0]);
  for (const token of [first, second]) {
    assert.throws(() => registry.find(token, registry.epoch), { key: 'unknown_session' });
  }
  assert.throws(() => registry.claim(session, second, nobody), { key: 'unknown_session' });
  assert.equal(registry.detach(session, nobody), false);
  registry.confirm(session);
});

test('a session that was resumed waits no more, and nothing of it is ended', () => {
  const { clock, registry } = registryOf();
  const session = newSession();
  const token = registry.register(session, nobody);
  registry.detach(session, nobody);
  assert.equal(registry.detachedCount, 1);
  registry.claim(session, token, nobody);
  assert.equal(registry.detachedCount, 0);
  const running = new AbortController();
  session.begin(1, running);
  clock.advance(LIMITS.detachedSessionMs + 1);
  registry.sweep(clock.monotonic());
  assert.equal(running.signal.aborted, false);
  for (let others = 0; others < LIMITS.detachedSessionsMax; others += 1) {
    const other = newSession();
    registry.register(other, nobody);
    registry.detach(other, nobody);
  }
  assert.equal(registry.detachedCount, LIMITS.detachedSessionsMax);
});

test('a session has all of its time, and one that is over makes room for those that wait', () => {
  const { clock, registry } = registryOf();
  const [first, second] = [newSession(), newSession()];
  const tokens = [first, second].map((session) => registry.register(session, nobody));
  const find = (at: number) => registry.find(tokens[at] ?? '', registry.epoch);
  keep(first, 500);
  registry.detach(first, nobody);
  clock.advance(1);
  registry.detach(second, nobody);
  clock.advance(LIMITS.detachedSessionMs - 1);
  registry.sweep(clock.monotonic());
  assert.equal(find(0), first);
  // What the first one kept does not count any more when it goes.
  keep(second, 600);
  clock.advance(1);
  registry.sweep(clock.monotonic());
  assert.throws(() => find(0), { key: 'unknown_session' });
  assert.equal(find(1), second);
});

test('a guest who was taken over loses it in all of its sessions, and all but one are told', () => {
  const { registry } = registryOf();
  const guest = newTestGuest('g');
  const [by, other, stranger] = [newSession(), newSession(), newSession()];
  for (const session of [by, other]) session.credentials = { guest, isOperator: false };
  const told: Session[] = [];
  for (const session of [by, other, stranger]) {
    registry.register(session, nobody);
    session.conversation = 'c';
    session.onNotice = () => told.push(session);
  }
  registry.guestTaken(guest, by);
  assert.deepEqual(told, [other]);
  assert.deepEqual(
    [by, other, stranger].map(({ conversation }) => conversation),
    [undefined, undefined, 'c'],
  );
  assert.notEqual(other.credentials.guest.id, guest.id);
});

test('[R-10] texts that were erased are not sent again, to any session of their account', () => {
  const { registry } = registryOf();
  const guest = newTestGuest('g');
  const sessions = Array.from({ length: 3 }, newSession);
  const [ofGuest, ofUser, ofOther] = sessions;
  assert.ok(ofGuest && ofUser && ofOther);
  ofGuest.credentials = { guest, isOperator: false };
  ofUser.credentials = { guest, isOperator: false, login: LOGIN };
  for (const session of sessions) {
    registry.register(session, nobody);
    keep(session, 50);
  }
  const kept = () => sessions.map(({ keptBytes }) => keptBytes > 0);
  registry.forgetTexts(guest.account);
  assert.deepEqual(kept(), [false, true, true]);
  registry.forgetTexts(LOGIN.user.account);
  assert.deepEqual(kept(), [false, false, true]);
});
