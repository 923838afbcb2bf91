/** Lanes of webhooks: nobody waits for the receiver of somebody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WEBHOOK_LIMITS } from './limits.ts';
import { WebhookLanes, type Lane } from './webhook-lanes.ts';

/** Everything that may be tried at this moment. */
function started(lanes: WebhookLanes, now: number): Lane[] {
  const all: Lane[] = [];
  for (let lane = lanes.next(now); lane; lane = lanes.next(now)) all.push(lane);
  return all;
}

test('one person with many receivers leaves room for others, and so do many people with one receiver', () => {
  const lanes = new WebhookLanes();
  for (let number = 0; number < 100; number += 1) {
    lanes.due({ owner: 'user:greedy', host: `host-${number}`, at: 0 });
    lanes.due({ owner: `user:${number}`, host: 'busy', at: 0 });
  }
  lanes.due({ owner: 'user:other', host: 'other', at: 0 });
  const all = started(lanes, 0);
  const { inFlightOfOwnerMax, inFlightToHostMax } = WEBHOOK_LIMITS;
  assert.equal(all.filter(({ owner }) => owner === 'user:greedy').length, inFlightOfOwnerMax);
  assert.equal(all.filter(({ host }) => host === 'busy').length, inFlightToHostMax);
  assert.equal(all.filter(({ owner }) => owner === 'user:other').length, 1);
});

test('no more are under way at once than the limit says', () => {
  const lanes = new WebhookLanes();
  for (let number = 0; number < 100; number += 1) {
    lanes.due({ owner: `user:${number}`, host: `host-${number}`, at: 0 });
  }
  const first = started(lanes, 0);
  assert.equal(first.length, WEBHOOK_LIMITS.inFlightMax);
  assert.equal(lanes.nextTime(), undefined);
  const [one] = first;
  assert.ok(one);
  lanes.ended(one, 0, 0);
  const [next] = started(lanes, 0);
  assert.ok(next && next.owner !== one.owner, 'Lanes take turns');
});

test('a lane waits until it is due and until its pause is over, and is gone when nothing is left', () => {
  const lanes = new WebhookLanes();
  lanes.due({ owner: 'user:a', host: 'a', at: 500 });
  assert.equal(lanes.next(499), undefined);
  assert.equal(lanes.nextTime(), 500);
  const lane = lanes.next(500);
  assert.ok(lane);
  assert.equal(lanes.next(500), undefined, 'One after the other');
  lane.pausedUntil = 2_000;
  lanes.ended(lane, 900, 500);
  assert.equal(lanes.nextTime(), 2_000);
  const again = lanes.next(2_000);
  assert.equal(again, lane);
  lanes.ended(lane, undefined, 2_000);
  assert.equal(lanes.size, 0);
});

test('what becomes due while another one is tried is not forgotten', () => {
  const lanes = new WebhookLanes();
  lanes.due({ owner: 'user:a', host: 'a', at: 0 });
  const lane = lanes.next(0);
  assert.ok(lane);
  lanes.due({ owner: 'user:a', host: 'a', at: 10 });
  lanes.ended(lane, undefined, 10);
  assert.equal(lanes.next(10), lane);
});
