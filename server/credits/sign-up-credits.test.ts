import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { newPlace } from '../store/store.fixture.ts';
import { AddressAllowances } from './address-allowances.ts';
import { lastPortionId } from './guest-gifts.ts';
import { openTestMeter } from './meter.fixture.ts';
import { SignUpCredits } from './sign-up-credits.ts';

const OFFICE = '192.0.2.7';
const CREDITS = 1_000;
const PER_ADDRESS = 2_500;
const DAY_MS = 25 * 60 * 60 * 1_000;

async function open(context: TestContext) {
  const store = await (await newPlace(context, 'sqlite')).open();
  const clock = new ManualClock(1_800_000_000_000);
  const amounts = { guests: 0, signUps: PER_ADDRESS };
  const allowances = new AddressAllowances({ store, clock, key: 'k', amounts, isExempt: () => false });
  const { ledger } = await openTestMeter({ credits: 0, creditsPerAddress: 0, allowances, clock });
  const { accounts } = ledger;
  const isGuest = (account: string) => account.startsWith('guest:');
  const errors: unknown[] = [];
  const log = { error: (facts: unknown) => errors.push(facts) };
  const credits = new SignUpCredits({ accounts, allowances, isGuest, credits: CREDITS, log });
  const granted = async (account: string) => (await accounts.balances(account)).granted;
  return { credits, granted, accounts, clock, errors };
}

test('many accounts of one address get no more than its allowance in a day', async (context) => {
  const { credits, granted, clock } = await open(context);
  const names = Array.from({ length: 10 }, (_, index) => `user:${index}`);
  await Promise.all(names.map((name) => credits.give(name, OFFICE)));
  const amounts = await Promise.all(names.map(granted));
  assert.deepEqual(
    amounts.toSorted((one, other) => other - one),
    [CREDITS, CREDITS, 500, 0, 0, 0, 0, 0, 0, 0],
  );
  await credits.give('user:elsewhere', '198.51.100.1');
  assert.equal(await granted('user:elsewhere'), CREDITS);
  clock.advance(DAY_MS);
  await credits.give('user:tomorrow', OFFICE);
  assert.equal(await granted('user:tomorrow'), CREDITS);
});

test('what a guest was given before counts, and no more portions come', async (context) => {
  const { credits, granted, accounts } = await open(context);
  const account = 'guest:a';
  await accounts.grant({ account, amount: 300, id: 'gift:guest:a:1', by: 'hilo', reason: 'gift' });
  await credits.give(account, OFFICE);
  assert.equal(await granted(account), CREDITS);
  using _loaded = await accounts.prepare([{ account, id: lastPortionId(account) }]);
  assert.equal(accounts.hasId(lastPortionId(account)), true);
  await accounts.grant({ account: 'guest:b', amount: 5_000, id: 'g', by: 'admin', reason: '' });
  await credits.give('guest:b', OFFICE);
  assert.equal(await granted('guest:b'), 5_000);
});

test('a guest who has had every portion is given the rest, once', async (context) => {
  const { credits, granted, accounts } = await open(context);
  const account = 'guest:a';
  await accounts.grant({ account, amount: 300, id: lastPortionId(account), by: 'hilo', reason: 'gift' });
  await credits.give(account, OFFICE);
  await credits.give(account, OFFICE);
  assert.equal(await granted(account), CREDITS);
});

test('an account that an administrator makes takes nothing from an address', async (context) => {
  const { credits, granted, errors } = await open(context);
  for (const name of ['user:1', 'user:2', 'user:3', 'user:4']) {
    await credits.give(name, undefined);
    assert.equal(await granted(name), CREDITS);
  }
  await credits.give('user:5', OFFICE);
  assert.equal(await granted('user:5'), CREDITS);
  assert.deepEqual(errors, []);
});

test('a login gives what a crash has cut off, to those who have had nothing', async (context) => {
  const { credits, granted, accounts } = await open(context);
  await credits.giveFirst('user:cut', OFFICE);
  assert.equal(await granted('user:cut'), CREDITS);
  await credits.giveFirst('user:cut', OFFICE);
  assert.equal(await granted('user:cut'), CREDITS);
  await accounts.grant({ account: 'user:poor', amount: 1, id: 'g', by: 'admin', reason: '' });
  await credits.giveFirst('user:poor', OFFICE);
  assert.equal(await granted('user:poor'), 1);
});
