import assert from 'node:assert/strict';
import { it } from 'node:test';
import { signal } from '@preact/signals';
import { DISCONNECTED, type Outcome, type Params, type RpcFailure } from '../../../shared/client/message.ts';
import { summaryOf, type Summary } from '../connection/summary.ts';
import type { BeginningSettings } from './chat-state.ts';
import { Choices } from './choices.ts';

const LARGE = { route: 'large', persona: '', instructions: '' };

async function setUp(conversation?: Params) {
  const asked: string[] = [];
  const results: Record<string, Params | undefined> = {
    'models.list': { provider: 'ollama', current: 'small', models: ['small', 'large', 'companion'] },
    'personas.list': { personas: [{ id: 'tutor', name: 'Tutor', route: 'large' }] },
  };
  const failures: Record<string, RpcFailure> = {};
  const held = signal<BeginningSettings | undefined>(undefined);
  const summary = signal<Summary | undefined>(summaryOf(conversation));
  const choices = new Choices({
    line: {
      ask(method, params): Promise<Outcome> {
        asked.push(`${method} ${JSON.stringify(params)}`);
        const result = results[method];
        const failure = failures[method] ?? DISCONNECTED;
        return Promise.resolve(result ? { ok: true, result } : { ok: false, failure });
      },
    },
    summary,
    changed: (now) => {
      summary.value = now;
    },
    held,
    hold: (settings) => {
      held.value = settings;
    },
  });
  await choices.refresh();
  asked.length = 0;
  return { choices, asked, results, failures, held, summary };
}

it('knows who answers: by the conversation, by its persona, or as usual', async () => {
  const { choices, summary } = await setUp();
  assert.deepEqual(choices.answers.value, { model: 'small', isCompanion: false });
  summary.value = summaryOf({ id: 'c', persona: 'tutor' });
  assert.equal(choices.answers.value?.model, 'large');
  assert.equal(choices.persona.value?.name, 'Tutor');
  summary.value = summaryOf({ id: 'c', persona: 'tutor', route: 'companion' });
  assert.deepEqual(choices.answers.value, { model: 'companion', isCompanion: true });
  summary.value = summaryOf({ id: 'c', route: 'gone' });
  assert.equal(choices.answers.value?.model, 'small');
});

it('changes the conversation that is shown', async () => {
  const { choices, asked, results, summary } = await setUp({ id: 'c' });
  results['conversations.update'] = { id: 'c', route: 'large' };
  assert.equal(await choices.choose({ ...LARGE, instructions: 'Be brief' }), undefined);
  assert.deepEqual(asked, [
    'conversations.update {"conversation":"c","route":"large","persona":null,"instructions":"Be brief"}',
  ]);
  assert.equal(summary.value?.route, 'large');
});

it('holds what is chosen before the first message, and asks the server for nothing', async () => {
  const { choices, asked, held } = await setUp();
  const chosen = { route: '', persona: 'tutor', instructions: 'Be brief' };
  assert.equal(await choices.choose(chosen), undefined);
  assert.deepEqual(held.value, chosen);
  assert.equal(choices.answers.value?.model, 'large');
  assert.equal(choices.persona.value?.name, 'Tutor');
  assert.equal(await choices.instructions(), 'Be brief');
  assert.deepEqual(asked, []);
});

it('holds it for the next message where nothing came of the first one', async () => {
  const { choices, failures, held } = await setUp({ id: 'withdrawn' });
  const gone = { reason: 'not_found', message: '', values: {} } as const;
  failures['conversations.update'] = failures['conversations.get'] = gone;
  assert.equal(await choices.choose(LARGE), undefined);
  assert.deepEqual(held.value, LARGE);
  assert.equal(await choices.instructions(), '');
});

it('says when it could not be done, and when the instructions cannot be read', async () => {
  const { choices, results } = await setUp({ id: 'c' });
  assert.equal((await choices.choose(LARGE))?.reason, 'disconnected');
  assert.equal(await choices.instructions(), undefined);
  results['conversations.get'] = { id: 'c', instructions: 'Be brief' };
  assert.equal(await choices.instructions(), 'Be brief');
});
