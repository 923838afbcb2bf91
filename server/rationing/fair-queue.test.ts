import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, type Ticket } from './fair-queue.ts';
import { RATIONING_LIMITS } from './limits.ts';
import type { Turn } from './model-slots.ts';

const SEED = 20_261_104;

/** `Ab1` is the first message of session b of client A. */
function turnOf(item: string): Turn {
  return { client: item.charAt(0), owner: item.slice(0, 2) };
}

function add(queue: FairQueue<string>, items: string, ahead = false): void {
  for (const item of items.split(' ')) queue.add(turnOf(item), item, ahead);
}

function queueOf(items: string): FairQueue<string> {
  const queue = new FairQueue<string>();
  add(queue, items);
  return queue;
}

function drain(queue: FairQueue<string>): string {
  const served: string[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) served.push(item);
  return served.join(' ');
}

test('clients take turns, and the sessions of a client among themselves', () => {
  assert.equal(drain(queueOf('Aa1 Aa2 Ab1 Bc1 Bc2 Cd1')), 'Aa1 Bc1 Cd1 Ab1 Bc2 Aa2');
});

test('within one client sessions take turns, each in its own order', () => {
  assert.equal(drain(queueOf('Aa1 Aa2 Aa3 Ab1 Ac1 Ac2')), 'Aa1 Ab1 Ac1 Aa2 Ac2 Aa3');
});

test('many sessions give a client no more turns', () => {
  const queue = queueOf('Aa1 Ab1 Ac1 Ad1 Ae1');
  assert.equal(queue.next(), 'Aa1');
  add(queue, 'Bf1 Bf2');
  assert.equal(drain(queue), 'Bf1 Ab1 Bf2 Ac1 Ad1 Ae1');
});

test('who comes while another has many waiting is next, at both levels', () => {
  const queue = queueOf('Aa1 Aa2 Aa3');
  assert.equal(queue.next(), 'Aa1');
  add(queue, 'Ab1 Bc1');
  assert.equal(drain(queue), 'Bc1 Ab1 Aa2 Aa3');
});

test('a call that started at once was the turn of its client and of its session', () => {
  const queue = new FairQueue<string>();
  queue.turnBegan(turnOf('Aa1'));
  add(queue, 'Aa2 Ab1 Bc1');
  assert.equal(drain(queue), 'Bc1 Ab1 Aa2');
});

test('a call of the same session at another client was no turn at this one', () => {
  const queue = new FairQueue<string>();
  queue.turnBegan({ client: 'A', owner: 'x' });
  for (const owner of ['x', 'y']) queue.add({ client: 'B', owner }, owner);
  assert.equal(drain(queue), 'x y');
});

test('a turn that ended while nobody waited is forgotten, one of several goes on', () => {
  const queue = new FairQueue<string>();
  const [first, second] = [turnOf('Aa1'), turnOf('Aa2')];
  queue.turnBegan(first);
  queue.turnBegan(second);
  queue.turnEnded(first);
  add(queue, 'Aa3 Bb1');
  assert.equal(drain(queue), 'Bb1 Aa3');
  queue.turnEnded(second);
  const other = new FairQueue<string>();
  other.turnBegan(first);
  other.turnEnded(first);
  add(other, 'Aa3 Bb1');
  assert.equal(drain(other), 'Aa3 Bb1');
});

test('who had no turn in this round joins it, though it had one in the round before', () => {
  const queue = queueOf('Aa1 Bb1 Bb2 Bb3 Cc1 Cc2');
  assert.deepEqual([queue.next(), queue.next(), queue.next(), queue.next()], ['Aa1', 'Bb1', 'Cc1', 'Bb2']);
  add(queue, 'Aa2');
  assert.equal(drain(queue), 'Cc2 Aa2 Bb3');
});

test('a session has waiting what it added and what was neither served nor taken back', () => {
  const queue = new FairQueue<string>();
  assert.equal(queue.waitingOf(turnOf('Aa1')), 0);
  const ticket = queue.add(turnOf('Aa1'), 'Aa1');
  add(queue, 'Aa2 Ab1 Ba1');
  assert.equal(queue.waitingOf(turnOf('Aa3')), 2);
  assert.ok(queue.remove(ticket));
  assert.equal(queue.waitingOf(turnOf('Aa3')), 1);
  assert.equal(queue.next(), 'Aa2');
  assert.equal(queue.waitingOf(turnOf('Aa3')), 0);
  assert.equal(queue.waitingOf(turnOf('Ab2')), 1);
});

test('ahead means ahead of the same session only', () => {
  const queue = queueOf('Aa1 Ab1 Bc1 Bd1 Bd2');
  add(queue, 'Bd0', true);
  assert.equal(drain(queue), 'Aa1 Bc1 Ab1 Bd0 Bd1 Bd2');
});

for (const [level, items, newcomer] of [
  ['client', 'Aa1 Aa2 Aa3', 'Bb'],
  ['session', 'Aa1 Aa2 Aa3', 'Ab'],
] as const) {
  test(`a ${level} that comes back at once again and again does not starve another`, () => {
    const queue = queueOf(`${items} ${newcomer}0`);
    const served: (string | undefined)[] = [];
    for (let turn = 0; turn < 6; turn++) {
      const item = queue.next();
      served.push(item);
      if (item?.startsWith(newcomer)) add(queue, `${newcomer}${turn}`);
    }
    assert.equal(served.filter((item) => item?.startsWith('Aa')).length, 3);
  });

  test(`new ${level}s without end do not starve who waits`, () => {
    const queue = queueOf(items);
    assert.equal(queue.next(), 'Aa1');
    let waited = 0;
    for (let item: string | undefined; item !== 'Aa2'; waited++) {
      const client = level === 'client' ? `new-${waited}` : 'A';
      queue.add({ client, owner: `new-${waited}` }, 'new');
      item = queue.next();
    }
    assert.ok(waited <= RATIONING_LIMITS.queueRoundMembersMax + 1);
  });
}

const Action = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    client: fc.nat(3),
    owner: fc.nat(2),
    ahead: fc.boolean(),
    /** A client or a session that was never seen before. */
    fresh: fc.constantFrom('nothing', 'nothing', 'client', 'owner'),
  }),
  fc.record({ type: fc.constant('remove' as const), index: fc.nat(50) }),
  fc.record({ type: fc.constant('start' as const), client: fc.nat(3), owner: fc.nat(2) }),
  fc.record({ type: fc.constant('end' as const), index: fc.nat(50) }),
  fc.record({ type: fc.constant('next' as const) }),
);

interface Item {
  readonly id: number;
  readonly turn: Turn;
  /** What was served since a newcomer waits: at most one of each other. */
  readonly before: Turn[] | undefined;
  readonly fresh: string;
}

/** How many turns each has had since another one, that waits, began to wait or had its own last turn. */
class TurnCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  serve(served: string, waiting: readonly string[]): void {
    for (const key of new Set(waiting)) {
      const counts = this.#counts.get(key) ?? new Map<string, number>();
      const turns = (counts.get(served) ?? 0) + 1;
      if (key !== served) assert.ok(turns <= 2, `${served} had ${turns} turns while ${key} waited`);
      this.#counts.set(key, counts.set(served, turns));
    }
    this.#counts.delete(served);
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }
}

class Trial {
  readonly queue = new FairQueue<Item>();
  readonly tickets = new Map<number, Ticket<Item>>();
  readonly running: Turn[] = [];
  readonly #clientTurns = new TurnCounts();
  readonly #ownerTurns = new TurnCounts();
  #id = 0;

  act(action: typeof Action extends fc.Arbitrary<infer Value> ? Value : never): void {
    if (action.type === 'add') this.#add(action);
    else if (action.type === 'remove') this.#remove(action.index);
    else if (action.type === 'next') this.serve();
    else if (action.type === 'end') {
      for (const turn of this.running.splice(action.index % (this.running.length || 1), 1)) {
        this.queue.turnEnded(turn);
      }
    } else if (this.queue.size === 0) {
      const turn = { client: `c${action.client}`, owner: `c${action.client}-${action.owner}` };
      this.queue.turnBegan(turn);
      this.running.push(turn);
    }
    assert.equal(this.queue.size, this.tickets.size);
    assert.equal([...this.queue.inOrder()].length, this.tickets.size);
  }

  serve(): Item | undefined {
    const [foretold] = this.queue.inOrder();
    const served = this.queue.next();
    assert.equal(served, foretold);
    if (!served) return undefined;
    assert.ok(this.tickets.delete(served.id), 'Served one that was not waiting');
    this.running.push(served.turn);
    for (const { item } of this.tickets.values()) item.before?.push(served.turn);
    assertNoSecondTurn(served);
    this.#countTurn(served.turn);
    return served;
  }

  #countTurn({ client, owner }: Turn): void {
    const waiting = [...this.tickets.values()].map(({ turn }) => turn);
    const clients = waiting.map((turn) => turn.client);
    const owners = waiting.filter((turn) => turn.client === client).map((turn) => turn.owner);
    this.#clientTurns.serve(client, clients);
    this.#ownerTurns.serve(owner, owners);
  }

  /** Who waits no longer begins anew when it waits again. */
  #forgetAbsent({ client, owner }: Turn): void {
    const waiting = [...this.tickets.values()].map(({ turn }) => turn);
    if (waiting.every((turn) => turn.client !== client)) this.#clientTurns.forget(client);
    if (waiting.every((turn) => turn.owner !== owner)) this.#ownerTurns.forget(owner);
  }

  #add(action: { client: number; owner: number; ahead: boolean; fresh: string }): void {
    const id = this.#id++;
    const { fresh, ahead } = action;
    const client = fresh === 'client' ? `new-${id}` : `c${action.client}`;
    const owner = fresh === 'nothing' ? `${client}-${action.owner}` : `${client}-new-${id}`;
    const turn = { client, owner };
    const before = fresh === 'nothing' ? undefined : [];
    this.tickets.set(id, this.queue.add(turn, { id, turn, before, fresh }, ahead));
  }

  #remove(index: number): void {
    const [found, ticket] = [...this.tickets][index % (this.tickets.size || 1)] ?? [];
    if (found === undefined || !ticket) return;
    assert.ok(this.queue.remove(ticket));
    assert.ok(!this.queue.remove(ticket), 'A ticket left twice');
    this.tickets.delete(found);
    this.#forgetAbsent(ticket.turn);
  }
}

/** While a newcomer waited nobody had two turns: no client, or no session of the same client. */
function assertNoSecondTurn({ before, fresh, turn }: Item): void {
  if (!before) return;
  const rivals =
    fresh === 'client'
      ? before.map(({ client }) => client)
      : before.filter(({ client }) => client === turn.client).map(({ owner }) => owner);
  assert.equal(new Set(rivals).size, rivals.length, `${rivals.join(' ')} before ${turn.owner}`);
}

test(`serves all once, as foretold, no second turn before a newcomer's first (seed ${SEED})`, () => {
  const property = fc.property(fc.array(Action, { maxLength: 200 }), (actions) => {
    const trial = new Trial();
    for (const action of actions) trial.act(action);
    const foretold = [...trial.queue.inOrder()];
    const served: Item[] = [];
    for (let item = trial.serve(); item; item = trial.serve()) served.push(item);
    assert.deepEqual(served, foretold);
    assert.equal(trial.queue.next(), undefined);
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});
