import assert from 'node:assert/strict';
import { it } from 'node:test';
import { signal } from '@preact/signals';
import { DISCONNECTED, type Outcome, type Params } from '../../../shared/client/message.ts';
import { summaryOf, type Summary } from '../connection/summary.ts';
import { Choices } from './choices.ts';

async function setUp(conversation?: Params) {
  const asked: string[] = [];
  const results: Record<string, Params | undefined> = {
    'models.list': { provider: 'ollama', current: 'small', models: ['small', 'large', 'companion'] },
    'personas.list': { personas: [{ id: 'tutor', name: 'Tutor', route: 'large' }] },
  };
  const made: string[] = [];
  const summary = signal<Summary | undefined>(summaryOf(conversation));
  const choices = new Choices({
    line: {
      ask(method, params): Promise<Outcome> {
        asked.push(`${method} ${JSON.stringify(params)}`);
        const result = results[method];
        return Promise.resolve(result ? { ok: true, result } : { ok: false, failure: DISCONNECTED });
      },
    },
    summary,
    changed: (now) => {
      summary.value = now;
    },
    made: (id) => made.push(id),
  });
  await choices.refresh();
  asked.length = 0;
  return { choices, asked, results, made, summary };
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
  assert.equal(await choices.choose({ route: 'large', persona: null, instructions: 'Be brief' }), undefined);
  assert.deepEqual(asked, [
    'conversations.update {"conversation":"c","route":"large","persona":null,"instructions":"Be brief"}',
  ]);
  assert.equal(summary.value?.route, 'large');
});

it('makes a conversation for what is chosen before the first message', async () => {
  const { choices, asked, results, made } = await setUp();
  results['conversations.create'] = { id: 'new', persona: 'tutor' };
  await choices.choose({ route: null, persona: 'tutor', instructions: '' });
  assert.deepEqual(asked, ['conversations.create {"persona":"tutor"}']);
  assert.deepEqual(made, ['new']);
});

it('says when it could not be done, and when the instructions cannot be read', async () => {
  const { choices, results } = await setUp({ id: 'c' });
  assert.equal((await choices.choose({ route: 'large' }))?.reason, 'disconnected');
  assert.equal(await choices.instructions(), undefined);
  results['conversations.get'] = { id: 'c', instructions: 'Be brief' };
  assert.equal(await choices.instructions(), 'Be brief');
});
