/** A call runs in a slot of the upstream that it calls; when it turns to another one, in a slot of that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiloError } from '../../shared/errors.ts';
import { LlmError } from '../models/model-client.ts';
import type { ModelSlots, SlotTask, SlotTicket, UpstreamSlots } from '../rationing/model-slots.ts';
import { answers, bench, END, failureOf, ScriptedProvider, settled, STALL } from './chat.fixture.ts';

const failing = () => [new LlmError('bad_request', 'Scripted')];

test('the companion takes no slot: it answers at once however many wait for a model', async () => {
  const model = new ScriptedProvider('ollama', () => [STALL]);
  const companion = new ScriptedProvider('offline', answers('aquí estoy'));
  const { exchange, run } = bench([model, companion]);
  const waiting = Array.from({ length: 40 }, (_, index) => run({ owner: `owner-${index}` }));
  await settled();
  assert.deepEqual(exchange.stats(), { waiting: 39, inFlight: 1 });
  const calm = run({ owner: 'another', route: 'offline-model' });
  await calm.done;
  assert.equal(calm.result?.text, 'aquí estoy');
  for (const { controller } of waiting) controller.abort();
  await Promise.all(waiting.map(({ done }) => done));
  await settled();
  assert.deepEqual(exchange.stats(), { waiting: 0, inFlight: 0 });
});

test('a slow upstream delays no call of another', async () => {
  const slow = new ScriptedProvider('ollama', () => [STALL]);
  const quick = new ScriptedProvider('openai', answers());
  const { run } = bench([slow, quick]);
  const stuck = run();
  await settled();
  const one = run({ owner: 'b', route: 'openai-model' });
  await one.done;
  assert.equal(one.result?.text, 'hola');
  stuck.controller.abort();
  await stuck.done;
});

test('a call that turns to another upstream frees its slot, and waits in the other queue', async () => {
  const first = new ScriptedProvider('ollama', (call) => (call === 0 ? failing() : ['primero', END]));
  const gate = Promise.withResolvers<void>();
  const second = new ScriptedProvider('openai', (call) =>
    call === 0 ? [gate.promise, 'ocupado', END] : ['segundo', END],
  );
  const { clock, exchange, records, run } = bench([first, second]);
  const holding = run({ owner: 'a', route: 'openai-model' });
  await settled();
  const turning = run({ owner: 'b' });
  await settled();
  assert.deepEqual(exchange.stats(), { waiting: 1, inFlight: 1 });
  const next = run({ owner: 'c' });
  await next.done;
  assert.equal(next.result?.text, 'primero');
  clock.advance(1_000);
  gate.resolve();
  await Promise.all([holding.done, turning.done]);
  assert.deepEqual(
    turning.events.map(({ type }) => type),
    ['started', 'queued', 'started', 'delta'],
  );
  assert.equal(turning.result?.text, 'segundo');
  assert.equal(records.at(-1)?.times.hadToWait, true);
  assert.deepEqual(exchange.stats(), { waiting: 0, inFlight: 0 });
});

test('cancelled while it waits for the second upstream: it leaves that queue', async () => {
  const first = new ScriptedProvider('ollama', failing);
  const second = new ScriptedProvider('openai', () => [STALL]);
  const { exchange, run } = bench([first, second]);
  const holding = run({ owner: 'a', route: 'openai-model' });
  await settled();
  const turning = run({ owner: 'b' });
  await settled();
  turning.controller.abort();
  assert.equal(await failureOf(turning), 'cancelled');
  assert.deepEqual(exchange.stats(), { waiting: 0, inFlight: 1 });
  holding.controller.abort();
  await holding.done;
  assert.equal(second.calls, 1);
});

test('where the queue of a fallback is full the next one is tried; after the last it is told', async () => {
  const first = new ScriptedProvider('ollama', failing);
  const second = new ScriptedProvider('openai', () => [STALL]);
  const companion = new ScriptedProvider('offline', answers());
  const settings = { queueMax: 0 };
  const stuck = bench([first, second, companion], { settings });
  const holding = stuck.run({ owner: 'a', route: 'openai-model' });
  await settled();
  const one = stuck.run({ owner: 'b' });
  await one.done;
  assert.equal(one.result?.provider, 'offline');
  assert.deepEqual(stuck.records[0]?.fallbacks.at(-1), {
    from: 'openai',
    to: 'offline',
    reason: 'queue_full',
  });
  holding.controller.abort();

  const alone = bench([first, second], { settings });
  const other = alone.run({ owner: 'a', route: 'openai-model' });
  await settled();
  assert.equal(await failureOf(alone.run({ owner: 'b' })), 'queue_full');
  assert.equal(alone.exchange.stats().inFlight, 1);
  other.controller.abort();
});

/** Slots that answer late, as those of several servers would. */
class LateSlots implements ModelSlots {
  waiting = 0;
  wanted = 0;
  inFlight = 0;
  readonly left: SlotTask[] = [];
  readonly asked: { task: SlotTask; answer: PromiseWithResolvers<SlotTicket | undefined> }[] = [];

  enter(task: SlotTask): Promise<SlotTicket | undefined> {
    const answer = Promise.withResolvers<SlotTicket | undefined>();
    this.asked.push({ task, answer });
    return answer.promise;
  }

  comeBack(task: SlotTask): Promise<SlotTicket | undefined> {
    return this.enter(task);
  }

  leave({ task }: SlotTicket): void {
    this.left.push(task);
  }

  stepAside(): void {}

  stayAway(): void {}
}

async function startLate() {
  const late = new LateSlots();
  const slots: UpstreamSlots = { of: () => late, waiting: 0, inFlight: 0 };
  const model = new ScriptedProvider('ollama', answers());
  const { run } = bench([model], { slots });
  const one = run();
  await settled();
  const asked = late.asked[0] ?? assert.fail();
  return { late, model, one, ...asked };
}

test('slots may answer late: with a slot, with a place in the queue, with a refusal', async () => {
  const atOnce = await startLate();
  void atOnce.task.runInSlot();
  atOnce.answer.resolve(undefined);
  await atOnce.one.done;
  assert.equal(atOnce.one.result?.text, 'hola');

  const queued = await startLate();
  queued.answer.resolve({ task: queued.task });
  await settled();
  void queued.task.runInSlot();
  await queued.one.done;
  assert.equal(queued.one.result?.text, 'hola');

  const refused = await startLate();
  refused.answer.reject(new HiloError('queue_full'));
  assert.equal(await failureOf(refused.one), 'queue_full');
});

test('cancelled before late slots have answered: the place is given back when it is known', async () => {
  const { late, model, one, task, answer } = await startLate();
  one.controller.abort();
  answer.resolve({ task });
  assert.equal(await failureOf(one), 'cancelled');
  await settled();
  assert.deepEqual([late.left, model.calls], [[task], 0]);
});
