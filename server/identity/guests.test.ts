import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { CredentialsResolver } from './principal.ts';
import { Guests, type GuestStore, type StoredGuest } from './guests.ts';

class MemoryGuests implements GuestStore {
  readonly rows = new Map<string, StoredGuest>();
  readonly visits: [string, number][] = [];

  async byTokenHash(tokenHash: Uint8Array) {
    return this.rows.get(Buffer.from(tokenHash).toString('hex'));
  }

  async giveToken(id: string, tokenHash: Uint8Array) {
    this.rows.set(Buffer.from(tokenHash).toString('hex'), { id, createdAt: 50 });
  }

  seen(id: string, at: number): void {
    this.visits.push([id, at]);
  }
}

function open(rememberedMax = 10) {
  const store = new MemoryGuests();
  const clock = new ManualClock(50);
  let ids = 0;
  const make = () => new Guests({ store, clock, randomBytes, newId: () => `id${++ids}`, rememberedMax });
  return { store, make };
}

test('a token leads to the same guest before the first message, and to nobody else', async () => {
  const { make } = open();
  const guests = make();
  const guest = guests.anonymous();
  const token = await guests.admit(guest);
  assert.match(token, /^[\w-]{43}$/);
  assert.equal(await guests.find(token), guest);
  assert.equal(await guests.find(`${token}x`), undefined);
  assert.equal(await guests.find(''), undefined);
  assert.equal(guest.account, `guest:${guest.id}`);
  assert.equal(guests.anonymous().tokenHash, undefined);
});

test('after a restart a stored guest is the same one, and one without a message is not known', async () => {
  const { store, make } = open();
  const guests = make();
  const guest = guests.anonymous();
  const token = await guests.admit(guest);
  const strangerToken = await guests.admit(guests.anonymous());
  store.rows.set(Buffer.from(guest.tokenHash ?? []).toString('hex'), { id: guest.id, createdAt: 50 });
  const restarted = make();
  const again = await restarted.find(token);
  assert.deepEqual(again, { ...guest, isStored: true, isReturning: true });
  assert.equal(await restarted.find(token), again, 'one object for all connections');
  assert.equal(await restarted.find(strangerToken), undefined);
  assert.deepEqual(store.visits, [
    [guest.id, 50],
    [guest.id, 50],
  ]);
});

test('two connections that ask at once get one guest', async () => {
  const { store, make } = open();
  const guests = make();
  const guest = guests.anonymous();
  const token = await guests.admit(guest);
  store.rows.set(Buffer.from(guest.tokenHash ?? []).toString('hex'), { id: guest.id, createdAt: 50 });
  const restarted = make();
  const [one, two] = await Promise.all([restarted.find(token), restarted.find(token)]);
  assert.ok(one && one === two);
});

test('what is remembered is bounded', async () => {
  const { make } = open(2);
  const guests = make();
  const token = await guests.admit(guests.anonymous());
  await guests.admit(guests.anonymous());
  await guests.admit(guests.anonymous());
  assert.equal(await guests.find(token), undefined);
});

test('a guest that said something before it was given a token keeps everything', async () => {
  const { make } = open();
  const guests = make();
  const guest = guests.anonymous();
  guest.isStored = true;
  const token = await guests.admit(guest);
  assert.equal(await guests.find(token), guest);
  assert.equal((await make().find(token))?.id, guest.id);
});

test('a session that still has a guest who is being taken over may do nothing as it', async () => {
  const guests = open().make();
  const guest = guests.anonymous();
  const token = await guests.admit(guest);
  const resolver = new CredentialsResolver({ clock: new ManualClock(50), allowsGuests: true });
  const access = () => resolver.resolve({ guest, isOperator: false }).access;
  assert.equal(access(), 'anonymous');
  assert.deepEqual([guests.take(guest), guests.take(guest)], [true, false]);
  assert.deepEqual([access(), await guests.find(token)], ['public', undefined]);
  guests.giveBack(guest);
  assert.deepEqual([access(), await guests.find(token)], ['anonymous', guest]);
});
