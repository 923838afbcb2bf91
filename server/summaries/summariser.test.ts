import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExchangePipeline } from '../chat/pipeline.ts';
import type { TaskOutlook } from '../chat/task-outlook.ts';
import { summarise, type SummariserEvents, type SummariserRequest } from './summariser.ts';

const ROUTE = { id: 'small', model: 'small', contextTokens: 4_096, maxOutputTokens: 1_024 };
const TEXT = 'The lighthouse stood in the rain, and nobody came. '.repeat(1_000);

/** Every answer is as long as it may be; `ratio` says how many tokens the model makes of an estimate. */
function pipeline(ratio: () => number) {
  const charges: number[] = [];
  const creditsMax = (tokens: number, output: number) => Math.ceil(tokens * ratio()) + output;
  const outlook = () =>
    ({ route: ROUTE, ratio: 1, creditsMax, credits: creditsMax }) as unknown as TaskOutlook;
  const exchange = async ({ task }: { task: { maxOutputTokens: number } }) => {
    const charged = task.maxOutputTokens;
    charges.push(charged);
    return {
      text: 'It rained.',
      route: ROUTE.id,
      model: ROUTE.model,
      usage: { inputTokens: 1, outputTokens: 1, source: 'reported' },
      credits: { charged, balance: 0 },
      receipt: { index: charges.length, promptSalt: '', answerSalt: '' },
    };
  };
  return { charges, exchange: Object.assign(exchange, { outlook }) as unknown as ExchangePipeline };
}

const EVENTS: SummariserEvents = { started() {}, progress() {}, delta() {}, ready: () => undefined };

function ask(started: (creditsMax: number) => void): [SummariserRequest, SummariserEvents] {
  const request = {
    owner: 'guest:1',
    payer: { account: 'guest:1', actor: 'guest:1', address: '' },
    trace: 'Usuario-1:m1',
    locale: 'en',
    access: 'everyone',
    signal: new AbortController().signal,
    text: TEXT,
    length: 'short',
    style: undefined,
    creditsMax: undefined,
    balance: async () => ({ available: 1_000_000, held: 0, gift: 0 }),
  } as unknown as SummariserRequest;
  return [request, { ...EVENTS, started: (plan) => started(plan.creditsMax) }];
}

test('a text of many parts costs no more than was announced', async () => {
  let announced = 0;
  const { exchange } = pipeline(() => 1);
  const result = await summarise(exchange, ...ask((creditsMax) => (announced = creditsMax)));
  assert.ok(result.parts > 2);
  assert.ok(result.charged > 0 && result.charged <= announced);
  assert.equal(result.receipts.length, result.parts + 1);
});

test('it ends before it could cost more than announced, when the model counts more', async () => {
  let announced = 0;
  const { exchange, charges } = pipeline(() => (charges.length < 2 ? 1 : 50));
  const asked = ask((creditsMax) => (announced = creditsMax));
  await assert.rejects(summarise(exchange, ...asked), { key: 'estimate_exceeded' });
  const charged = charges.reduce((sum, charge) => sum + charge, 0);
  assert.ok(announced > 0 && charged <= announced);
});
