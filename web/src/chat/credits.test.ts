import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Credits } from './credits.ts';
import type { Params } from '../../../shared/client/message.ts';

function setUp(account: Params) {
  const asked: string[] = [];
  const credits = new Credits((method) => {
    asked.push(method);
    return Promise.resolve({ ok: true, result: account });
  });
  return { credits, asked };
}

it('shows nothing until something was granted', async () => {
  const { credits } = setUp({ account: 'a', available: 0, held: 0, granted: 0 });
  await credits.refresh();
  assert.equal(credits.balance.value, undefined);
});

it('counts what is held as not spent, and follows what answers tell', async () => {
  const { credits, asked } = setUp({ account: 'a', available: 700, held: 300, granted: 1_000 });
  await credits.refresh();
  assert.deepEqual(credits.balance.value, { account: 'a', left: 1_000, granted: 1_000, low: false });
  credits.told(980, 20);
  assert.equal(credits.balance.value?.left, 980);
  assert.equal(asked.length, 1);
});

it('takes no balance that was asked for before an answer told a newer one', async () => {
  const answers: (() => void)[] = [];
  const account = { account: 'a', available: 1_000, held: 0, granted: 1_000 };
  const credits = new Credits(
    () => new Promise((resolve) => answers.push(() => resolve({ ok: true, result: account }))),
  );
  const first = credits.refresh();
  answers[0]?.();
  await first;
  const older = credits.refresh();
  credits.told(900, 100);
  answers[1]?.();
  await older;
  assert.equal(credits.balance.value?.left, 900);
});

it('counts what is still given, and asks again how much that is', async () => {
  const account = { account: 'a', available: 50, held: 0, granted: 1_000, gift: 1_000 };
  const { credits, asked } = setUp(account);
  await credits.refresh();
  assert.deepEqual(credits.balance.value, { account: 'a', left: 1_050, granted: 2_000, low: false });
  account.available = 900;
  account.gift = 0;
  credits.told(900, 100);
  await Promise.resolve();
  assert.equal(credits.balance.value?.left, 900);
  credits.told(800, 100);
  assert.equal(credits.balance.value?.left, 800);
  assert.equal(asked.length, 2);
});

it('is low below a tenth, or when few answers are left at the last cost', async () => {
  const { credits } = setUp({ account: 'a', available: 1_000, held: 0, granted: 1_000 });
  await credits.refresh();
  const low = (left: number, charged?: number) => {
    credits.told(left, charged);
    return credits.balance.value?.low;
  };
  assert.equal(low(100), false);
  assert.equal(low(99), true);
  assert.equal(low(600, 200), false);
  assert.equal(low(599), true);
});
