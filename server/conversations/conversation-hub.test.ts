import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Guest } from '../identity/principal.ts';
import { HUB_LIMITS, LocalConversationHub, type BegunTurn, type Follower } from './conversation-hub.ts';

const SEED = 20_261_130;

/** A session that reads when the test lets it. */
class Reader implements Follower {
  readonly credentials: Follower['credentials'];
  conversation: string | undefined = 'c';
  readonly isText: boolean;
  readonly heard: Record<string, unknown>[] = [];
  #blocked: PromiseWithResolvers<void> | undefined;
  #onEnd = () => {};

  constructor(owner = 'guest:g', isText = false) {
    const guest = { owner } as Guest;
    this.credentials = { guest, isOperator: false };
    this.isText = isText;
  }

  tell(name: string, params: Readonly<Record<string, unknown>>): void {
    this.heard.push({ ...params, name });
  }

  ready(): Promise<void> | undefined {
    return this.#blocked?.promise;
  }

  onEnd(run: () => void): void {
    this.#onEnd = run;
  }

  block(): void {
    this.#blocked ??= Promise.withResolvers();
  }

  async read(): Promise<void> {
    this.#blocked?.resolve();
    this.#blocked = undefined;
    await setImmediate();
  }

  end(): void {
    this.#onEnd();
  }

  get phases(): unknown[] {
    return this.heard.map(({ phase, name }) => phase ?? name);
  }

  /** The answer of a turn as it was told, with everything before the last `started` dropped. */
  answer(trace: string): string {
    let text = '';
    for (const event of this.heard.filter((one) => one['trace'] === trace)) {
      if (event['phase'] === 'started') text = '';
      if (event['phase'] !== 'delta') continue;
      assert.equal(event['from'], text.length);
      text += String(event['text']);
    }
    return text;
  }
}

function open(...readers: Reader[]) {
  const state = { isExpired: false };
  const hub = new LocalConversationHub({
    ownerOf: ({ guest }) => (state.isExpired ? undefined : guest.owner),
  });
  const sender = new Reader();
  for (const one of [sender, ...readers]) hub.join(one, one.credentials.guest.owner);
  const begin = (trace: string, changes: Partial<BegunTurn> = {}) =>
    hub.begin({
      conversation: 'c',
      owner: 'guest:g',
      sender,
      trace,
      parent: 4,
      prompt: `prompt of ${trace}`,
      promptMessage: undefined,
      stop: () => {},
      ...changes,
    });
  return { hub, sender, begin, state };
}

const WRITTEN = { promptMessage: 5, answerMessage: 6 };

test('others see a turn as it streams; its sender, strangers and other conversations do not', () => {
  const [one, stranger, elsewhere] = [new Reader(), new Reader('guest:other'), new Reader()];
  elsewhere.conversation = 'd';
  const { begin, sender } = open(one, stranger, elsewhere);
  const turn = begin('t1');
  turn.delta('Hel');
  turn.delta('lo');
  turn.ended(WRITTEN);
  turn.failed('cancelled');
  const names = { conversation: 'c', trace: 't1', name: 'conversation.turn' };
  assert.deepEqual(one.heard, [
    { ...names, phase: 'started', prompt: 'prompt of t1', parent: '4' },
    { ...names, phase: 'delta', from: 0, text: 'Hel' },
    { ...names, phase: 'delta', from: 3, text: 'lo' },
    { ...names, phase: 'ended', promptMessage: '5', answerMessage: '6' },
  ]);
  for (const each of [sender, stranger, elsewhere]) assert.deepEqual(each.heard, []);
});

test('one that joins in mid-stream gets the text so far', () => {
  const [late, opening] = [new Reader(), new Reader()];
  const { hub, begin } = open();
  const turn = begin('t1');
  turn.delta('one ');
  hub.join(late, 'guest:g');
  hub.join(opening, 'guest:g');
  const [running] = hub.catchUp(opening, 'c', 'guest:g');
  assert.deepEqual(hub.catchUp(opening, 'c', 'guest:other'), []);
  assert.equal(running?.text, 'one ');
  turn.delta('two');
  assert.equal(late.answer('t1'), 'one two');
  assert.deepEqual(late.phases, ['started', 'delta']);
  assert.deepEqual(
    opening.heard.map(({ phase, text, from }) => [phase, text, from]),
    [['delta', 'two', 4]],
  );
});

test('one that does not read is told the text so far as one when it reads again', async () => {
  const slow = new Reader();
  const { begin } = open(slow);
  const turn = begin('t1');
  slow.block();
  for (let part = 0; part < 1_000; part += 1) turn.delta('x');
  turn.ended(WRITTEN);
  assert.deepEqual(slow.phases, ['started']);
  await slow.read();
  assert.deepEqual(slow.phases, ['started', 'delta', 'ended']);
  assert.equal(slow.answer('t1').length, 1_000);
});

test('of many turns one that does not read is told the newest, and that it has missed some', async () => {
  const slow = new Reader();
  const { begin, hub } = open(slow);
  slow.block();
  for (let turn = 0; turn < 50; turn += 1) begin(`t${turn}`).ended(WRITTEN);
  for (let change = 0; change < 50; change += 1) hub.changed('guest:g', { deleted: `c${change}` });
  await slow.read();
  const traces = slow.heard.flatMap(({ trace, phase }) => (phase === 'ended' ? [trace] : []));
  assert.equal(traces.length, HUB_LIMITS.turnsDueMax);
  assert.equal(traces.at(-1), 't49');
  assert.equal(slow.heard.filter(({ phase }) => phase === 'missed').length, 1);
  const changes = slow.heard.filter(({ name }) => name === 'conversation.changed');
  assert.equal(changes.length, HUB_LIMITS.changesDueMax + 1);
  assert.deepEqual(changes[0], { name: 'conversation.changed' });
});

test('on the text face one turn is shown after the other', async () => {
  const person = new Reader('guest:g', true);
  const { begin } = open(person);
  const [one, two] = [begin('t1'), begin('t2')];
  two.delta('second');
  one.delta('first');
  two.ended(WRITTEN);
  assert.deepEqual(
    person.heard.map(({ trace }) => trace),
    ['t1', 't1'],
  );
  one.ended(WRITTEN);
  assert.deepEqual(person.heard.map(({ trace, phase }) => `${String(trace)} ${String(phase)}`).slice(2), [
    't1 ended',
    't2 started',
    't2 delta',
    't2 ended',
  ]);
  const three = begin('t3');
  person.conversation = 'd';
  three.delta('not here');
  begin('t4', { conversation: 'd' }).delta('here');
  assert.equal(person.answer('t4'), 'here');
});

test('one that acts for somebody else hears nothing; an expired token is silence until the next', () => {
  const [one, two] = [new Reader(), new Reader()];
  const { begin, hub, state } = open(one, two);
  const turn = begin('t1');
  hub.join(one, 'user:u');
  turn.delta('not for one');
  assert.deepEqual(one.phases, ['started']);
  state.isExpired = true;
  turn.delta('not yet for two');
  hub.changed('guest:g', { deleted: 'x' });
  state.isExpired = false;
  turn.delta('!');
  assert.deepEqual(two.phases.slice(2), ['missed', 'conversation.changed', 'started', 'delta']);
  assert.equal(two.answer('t1'), 'not for onenot yet for two!');
});

test('a session that has ended is forgotten, and so is the oldest of too many', () => {
  const readers = Array.from({ length: HUB_LIMITS.sessionsMax }, () => new Reader());
  const { begin, hub, sender } = open(...readers);
  assert.ok(hub.hasOthers('guest:g', sender));
  readers[5]?.end();
  const turn = begin('t1', { sender: readers[0] ?? sender });
  turn.delta('x');
  assert.deepEqual(sender.heard, [], 'the first that joined');
  assert.deepEqual(readers[5]?.heard, []);
  assert.equal(readers[1]?.answer('t1'), 'x');
  for (const each of readers) each.end();
  assert.equal(hub.hasOthers('guest:g', sender), false);
});

test('texts that were erased are not told any more', async () => {
  const slow = new Reader();
  const { begin, hub } = open(slow);
  slow.block();
  const turn = begin('t1');
  turn.delta('a secret');
  turn.ended(WRITTEN);
  hub.forget(['c']);
  await slow.read();
  assert.deepEqual(slow.phases, ['missed']);
});

test(`however it reads, a session ends with the whole answer (seed ${SEED})`, async () => {
  const step = fc.oneof(
    fc.constant('block' as const),
    fc.constant('read' as const),
    fc.constant('leave' as const),
    fc.constant('open' as const),
    fc.record({ turn: fc.nat(2), text: fc.string({ minLength: 1, maxLength: 5 }) }),
  );
  const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const reader = new Reader();
    const { begin } = open(reader);
    const turns = ['t0', 't1', 't2'].map((trace) => ({ trace, live: begin(trace), text: '' }));
    for (const one of steps) {
      if (one === 'block') reader.block();
      else if (one === 'read') await reader.read();
      else if (one === 'leave') reader.conversation = 'd';
      else if (one === 'open') reader.conversation = 'c';
      else {
        const turn = turns[one.turn];
        turn?.live.delta(one.text);
        if (turn) turn.text += one.text;
      }
    }
    reader.conversation = 'c';
    for (const { live } of turns) {
      live.delta('.');
      live.ended(WRITTEN);
    }
    await reader.read();
    for (const { trace, text } of turns) assert.equal(reader.answer(trace), `${text}.`);
  });
  await fc.assert(property, { seed: SEED, numRuns: 300 });
});
