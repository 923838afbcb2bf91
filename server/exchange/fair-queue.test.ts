import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, type Ticket } from './fair-queue.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

const SEED = 20_261_104;

function queueOf(items: string): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items.split(' ')) queue.add(item.charAt(0), item);
  return queue;
}

function drain(queue: FairQueue<string>): string {
  const served: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) served.push(item);
  return served.join(' ');
}

test('owners take turns, each in its own order', () => {
  assert.equal(drain(queueOf('a1 a2 a3 b1 c1 c2')), 'a1 b1 c1 a2 c2 a3');
});

test('who comes while another has many waiting is next', () => {
  const queue = queueOf('a1 a2 a3 a4');
  assert.equal(queue.next(), 'a1');
  queue.add('b', 'b1');
  queue.add('b', 'b2');
  assert.equal(drain(queue), 'b1 a2 b2 a3 a4');
});

test('a call that started at once was the turn of its owner', () => {
  const queue = new FairQueue<string>();
  queue.countTurn('a');
  queue.add('a', 'a2');
  queue.add('b', 'b1');
  assert.equal(drain(queue), 'b1 a2');
});

test('a turn that ended while nobody waited is forgotten', () => {
  const queue = new FairQueue<string>();
  queue.countTurn('a');
  queue.turnEnded('a');
  queue.add('a', 'a2');
  queue.add('b', 'b1');
  assert.equal(drain(queue), 'a2 b1');
});

test('ahead means ahead of the same owner only', () => {
  const queue = queueOf('a1 b1 b2');
  queue.add('b', 'b0', true);
  assert.equal(drain(queue), 'a1 b0 b1 b2');
});

test('who comes back at once again and again does not starve another', () => {
  const queue = queueOf('a1 a2 a3');
  const served: (string | undefined)[] = [];
  for (let round = 0; round < 6; round++) {
    queue.add('b', `b${round}`);
    served.push(queue.next());
  }
  assert.equal(served.filter((item) => item?.startsWith('a')).length, 3);
});

test('newcomers without end do not starve who waits', () => {
  const queue = queueOf('a1 a2');
  assert.equal(queue.next(), 'a1');
  let waited = 0;
  for (let item: string | undefined; item !== 'a2'; waited++) {
    queue.add(`new-${waited}`, 'new');
    item = queue.next();
  }
  assert.ok(waited <= EXCHANGE_LIMITS.queueRoundOwnersMax + 1);
});

const Action = fc.oneof(
  fc.record({ type: fc.constant('add' as const), owner: fc.nat(5), ahead: fc.boolean() }),
  fc.record({ type: fc.constant('remove' as const), index: fc.nat(50) }),
  fc.record({ type: fc.constant('next' as const) }),
);

test(`serves everything once, in the order foretold, whatever is done to it (seed ${SEED})`, () => {
  const property = fc.property(fc.array(Action, { maxLength: 200 }), (actions) => {
    const queue = new FairQueue<number>();
    const tickets = new Map<number, Ticket<number>>();
    let id = 0;
    for (const action of actions) {
      if (action.type === 'add') {
        tickets.set(id, queue.add(String(action.owner), id, action.ahead));
        id++;
      } else if (action.type === 'remove') {
        const [found, ticket] = [...tickets][action.index % (tickets.size || 1)] ?? [];
        if (found === undefined || !ticket) continue;
        assert.ok(queue.remove(ticket));
        assert.ok(!queue.remove(ticket), 'A ticket left twice');
        tickets.delete(found);
      } else {
        const [foretold] = queue.inOrder();
        const served = queue.next();
        assert.equal(served, foretold);
        if (served !== undefined) assert.ok(tickets.delete(served), 'Served one that was not waiting');
      }
      assert.equal(queue.size, tickets.size);
      assert.equal([...queue.inOrder()].length, tickets.size);
    }
    const foretold = [...queue.inOrder()];
    const served: number[] = [];
    for (let item = queue.next(); item !== undefined; item = queue.next()) served.push(item);
    assert.deepEqual(served, foretold);
    assert.equal(queue.next(), undefined);
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});
