import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { TokenEstimator } from '../models/token-estimate.ts';
import { routesTo } from '../models/route.fixture.ts';
import { answers, bench, failureOf, requestOf, ScriptedProvider } from './chat.fixture.ts';
import { createDraft, inputChecks, runInputChecks, undoAll, type InputCheck } from './input-checks.ts';

const idle = { isDraining: () => false } as const;

test('the checks of a message, in their order', () => {
  const nothing = {} as never;
  const moreChecks = [{ name: 'more', check: () => undefined }];
  const checks = inputChecks({
    ...idle,
    rateWindow: nothing,
    estimator: new TokenEstimator(),
    promptWindow: nothing,
    moreChecks,
  });
  const names = checks.map(({ name }) => name);
  assert.deepEqual(names, ['draining', 'well-formed text', 'rate window', 'more', 'input budget']);
});

test('U+0000 and single surrogates are refused, and use nothing up', async () => {
  const model = new ScriptedProvider('ollama', answers());
  const { run } = bench([model], { maxMessages: 1 });
  for (const text of ['a\0b', 'a\ud800', '\udc00a']) {
    const refused = run({ text });
    assert.equal(await failureOf(refused), 'invalid_params');
    assert.match(String(refused.error?.values['detail']), /no se aceptan/);
  }
  const one = run({ text: 'a\ud83d\ude00' });
  await one.done;
  assert.ok(one.result);
});

test('a check can replace the text: for the model, for the store, for the checks after it', async () => {
  const model = new ScriptedProvider('ollama', answers());
  const seen: string[] = [];
  const redact: InputCheck = {
    name: 'redact',
    check(draft) {
      draft.text = draft.text.replace('secret', '[1]');
      return undefined;
    },
  };
  const note: InputCheck = {
    name: 'note',
    check({ text }) {
      seen.push(text);
      return undefined;
    },
  };
  const { run } = bench([model], { moreChecks: [redact, note] });
  await run({ text: 'my secret' }).done;
  assert.deepEqual(seen, ['my [1]']);
  assert.equal(model.requests[0]?.messages.at(-1)?.content, 'my [1]');
});

test('what the checks before it took is given back when one refuses, the newest first', async () => {
  const told: string[] = [];
  const model = new ScriptedProvider('ollama', answers());
  const taking = (name: string): InputCheck => ({
    name,
    check: async () => () => void told.push(name),
  });
  const refusing: InputCheck = {
    name: 'refusing',
    check() {
      throw new HiloError('forbidden');
    },
  };
  const draft = createDraft(
    requestOf(),
    routesTo([model], { clock: new ManualClock() }).resolve(undefined, 'anonymous'),
  );
  const undos: (() => void | Promise<void>)[] = [];
  const checks = [taking('a'), taking('b'), refusing, taking('c')];
  await assert.rejects(async () => runInputChecks(checks, draft, undos), { key: 'forbidden' });
  await undoAll(undos);
  assert.deepEqual(told, ['b', 'a']);
});

test('a message that a later stage refuses gets its place in the rate window back', async () => {
  const refuse: InputCheck = {
    name: 'refuse',
    check() {
      throw new HiloError('forbidden');
    },
  };
  let isRefused = true;
  const sometimes: InputCheck = {
    ...refuse,
    check: (draft) => (isRefused ? refuse.check(draft) : undefined),
  };
  const model = new ScriptedProvider('ollama', answers());
  const { records, run } = bench([model], { maxMessages: 1, moreChecks: [sometimes] });
  assert.equal(await failureOf(run()), 'forbidden');
  assert.deepEqual([records[0]?.outcome, records[0]?.times.admittedMs], ['forbidden', undefined]);
  isRefused = false;
  const one = run();
  await one.done;
  assert.ok(one.result);
});
