/** The tree of messages in the store, against a plain model of it: windows, pages, versions, ends. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { ConversationRepository } from '../server/conversations/conversation-repository.ts';
import { MessageTreeReader } from '../server/conversations/message-tree.ts';
import type { Tables } from '../server/store/schema.ts';
import type { Store } from '../server/store/store.ts';
import { bothDialects, newPlace } from '../server/store/store.fixture.ts';
import { openRepositories, Talk, type TestRepositories } from './support/repositories.fixture.ts';

const SEED = 20_261_130;
const LIMITS = { historyTurnsMax: 5, historyCharactersMax: 10_000 };
const { signal } = new AbortController();
const onBoth = bothDialects();

interface ModelTurn {
  readonly prompt: number;
  readonly answer: number;
  readonly parent: number | null;
  readonly text: string;
  readonly isSaid: boolean;
}

/** What may happen: a turn at one of the answers, or another answer to one of the prompts. */
const STEP = fc.record({
  kind: fc.constantFrom('turn' as const, 'turn' as const, 'again' as const),
  at: fc.nat(1_000),
  status: fc.constantFrom('ok' as const, 'ok' as const, 'cancelled' as const, 'failed' as const),
});

type Step = typeof STEP extends fc.Arbitrary<infer Each> ? Each : never;

/** A conversation in the store, and the same as a list. */
class Model {
  readonly turns: ModelTurn[] = [];
  readonly talk: Talk;
  readonly #repositories: TestRepositories;
  #texts = 0;

  constructor(repositories: TestRepositories) {
    this.#repositories = repositories;
    this.talk = new Talk(repositories);
  }

  async take({ kind, at, status }: Step): Promise<void> {
    const again = kind === 'again' ? pick(this.turns, at) : undefined;
    if (kind === 'again' && !again) return;
    const said = this.turns.filter(({ isSaid }) => isSaid);
    const parent = again ? again.parent : (pick([null, ...said.map(({ answer }) => answer)], at) ?? null);
    const text = again?.text ?? `text ${(this.#texts += 1)}`;
    this.talk.parent = parent;
    const id = await this.talk.say(text, { status, ...(again ? { answers: again.prompt } : {}) });
    const { db } = this.#repositories.store;
    const { prompt, answer } = await db
      .selectFrom('exchanges')
      .select(['prompt', 'answer'])
      .where('number', '=', Number(id.slice('x:'.length)))
      .executeTakeFirstOrThrow();
    this.turns.push({ prompt, answer, parent, text, isSaid: status !== 'failed' });
  }

  branchTo(answer: number): ModelTurn[] {
    const turn = this.turns.find((one) => one.answer === answer);
    if (!turn) return [];
    return [...(turn.parent === null ? [] : this.branchTo(turn.parent)), turn];
  }

  /** Prompts that somebody has answered, by the answer that they follow. */
  promptsAt(parent: number | null): number[] {
    const prompts = this.turns.filter((turn) => turn.parent === parent && turn.isSaid);
    return [...new Set(prompts.map(({ prompt }) => prompt))].sort(byNumber);
  }

  answersTo(prompt: number): number[] {
    const answers = this.turns.filter((turn) => turn.prompt === prompt && turn.isSaid);
    return answers.map(({ answer }) => answer).sort(byNumber);
  }

  endOf(message: number): number {
    const [next] = [...this.promptsAt(message), ...this.answersTo(message)].sort(byNumber).slice(-1);
    return next === undefined ? message : this.endOf(next);
  }
}

onBoth(
  `windows, pages, versions and ends of random trees agree with a list (seed ${SEED})`,
  async (place) => {
    const repositories = await openRepositories(await place.open());
    const property = fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 25 }), async (steps) => {
      const model = new Model(repositories);
      for (const step of steps) await model.take(step);
      await assertSame(repositories, model);
    });
    await fc.assert(property, { seed: SEED, numRuns: 20 });
  },
);

async function assertSame({ conversations, messages }: TestRepositories, model: Model): Promise<void> {
  const { conversation } = model.talk;
  const said = model.turns.filter(({ isSaid }) => isSaid);
  for (const { answer, prompt, parent } of said) {
    const branch = model.branchTo(answer);
    const window = await conversations.window(conversation.number, answer, LIMITS);
    assert.deepEqual(
      window.map(({ user }) => user),
      branch.slice(-LIMITS.historyTurnsMax).map(({ text }) => text),
    );
    const page = await messages.upwards(conversation.number, answer, {
      messagesMax: 7,
      charactersMax: 10_000,
    });
    assert.deepEqual(
      page.map(({ number }) => number),
      branch
        .flatMap((turn) => [turn.prompt, turn.answer])
        .toReversed()
        .slice(0, 7),
    );
    const versions = await messages.versions(conversation.number, [parent, prompt]);
    assert.deepEqual(versions.get(parent), model.promptsAt(parent));
    assert.deepEqual(versions.get(prompt), model.answersTo(prompt));
    assert.equal(await messages.endOf(answer, signal), model.endOf(answer));
    assert.equal(await messages.endOf(prompt, signal), model.endOf(prompt));
  }
  const newest =
    said
      .map(({ answer }) => answer)
      .sort(byNumber)
      .at(-1) ?? null;
  const found = await conversations.byId(conversation.id, conversation.owner);
  assert.equal(found?.newest ?? null, newest);
}

function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)];
}

function byNumber(left: number, right: number): number {
  return left - right;
}

onBoth('the end of a very long branch is found in pieces', async ({ open }) => {
  const repositories = await openRepositories(await open());
  const talk = new Talk(repositories);
  await talk.say('first');
  const first = talk.parent ?? 0;
  for (let turn = 0; turn < 1_200; turn += 1) await talk.say(`${turn}`);
  assert.equal(await repositories.messages.endOf(first, signal), talk.parent);
});

onBoth(
  'erasing an exchange takes the prompt with all its answers, and nothing that follows',
  async ({ open }) => {
    const { exchanges, conversations, messages, talk, store } = await openTalk(await open());
    const first = await talk.say('question');
    const [prompt, parent] = [1, talk.parent];
    talk.parent = null;
    const second = await talk.say('question', { answers: prompt, answer: 'another answer' });
    talk.parent = parent;
    await talk.say('what follows');
    const sharers = await exchanges.sharersOfPrompt(second);
    assert.deepEqual(sharers.map(({ id }) => id).sort(), [first, second].sort());
    const { account } = talk.guest;
    const erasures = sharers.map(({ id, number }) => ({
      id: `erase:${number}:owner`,
      account,
      exchange: number,
      by: 'owner',
      entry: id,
    }));
    assert.equal((await exchanges.erase(erasures)).exchanges, 2);
    const texts = await store.db.selectFrom('messages').select('text').orderBy('number').execute();
    assert.deepEqual(
      texts.map(({ text }) => text),
      ['', '', '', 'what follows', 'answer to what follows'],
    );
    const window = await conversations.window(talk.conversation.number, talk.parent ?? 0, LIMITS);
    assert.deepEqual(
      window.map(({ user }) => user),
      ['what follows'],
    );
    const page = await messages.upwards(talk.conversation.number, talk.parent ?? 0, {
      messagesMax: 9,
      charactersMax: 999,
    });
    assert.equal(page.length, 4, 'the branch goes on above what was erased');
    assert.deepEqual(await exchanges.sharersOfPrompt(first), []);
  },
);

onBoth(
  'another answer is not written once its prompt is erased; the first one is not lost with it',
  async ({ open }) => {
    const { exchanges, talk, store } = await openTalk(await open());
    const first = await talk.say('question');
    talk.parent = null;
    const second = await talk.say('question', { answers: 1 });
    await exchanges.discard([second]);
    assert.equal((await exchanges.read(first))?.prompt, 'question', 'a discarded answer leaves the prompt');
    const { account } = talk.guest;
    await exchanges.erase([{ id: 'e', account, exchange: 1, by: 'owner', entry: first }]);
    await assert.rejects(talk.say('question', { answers: 1 }), { name: 'PromptErased' });
    assert.equal((await store.db.selectFrom('messages').select('number').execute()).length, 2);
    assert.equal(
      (await exchanges.eraseAll({ id: 'all', account, exchange: null, by: 'owner' })).exchanges,
      0,
    );
    await assert.rejects(talk.say('question', { answers: 1 }), { name: 'PromptErased' });
  },
);

onBoth('the places of devices are kept, a few for each conversation', async ({ open }) => {
  const { conversations, exchanges, talk } = await openTalk(await open());
  await talk.say('one');
  const { number } = talk.conversation;
  const message = talk.parent ?? 0;
  for (let device = 0; device < 60; device += 1) {
    await conversations.keepPlace(number, `d${device}`, message, 1_000 + device);
  }
  assert.equal(await conversations.placeOf(number, 'd0'), undefined);
  assert.equal(await conversations.placeOf(number, 'd59'), message);
  await conversations.keepPlace(number, 'd59', undefined, 2_000);
  assert.equal(await conversations.placeOf(number, 'd59'), undefined);
  const { account } = talk.guest;
  await exchanges.eraseAll({ id: 'all', account, exchange: null, by: 'owner' });
  assert.equal(await conversations.placeOf(number, 'd58'), undefined);
});

async function openTalk(store: TestRepositories['store']) {
  const repositories = await openRepositories(store);
  return { ...repositories, talk: new Talk(repositories) };
}

/** Statements as they are, without a database behind them. */
function statementsOf(seen: string[]): Store['db'] {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    log({ query }) {
      seen.push(query.sql);
    },
  });
}

test('what every message reads is found along indexes, however much there is', async (context) => {
  const place = await newPlace(context, 'sqlite');
  await (await place.open()).close();
  const seen: string[] = [];
  const store = { db: statementsOf(seen) } as Store;
  const messages = new MessageTreeReader(store);
  const conversations = new ConversationRepository(store);
  await conversations.byId('id', 'owner');
  await conversations.newestOf('owner');
  await conversations.window(1, 2, LIMITS);
  await conversations.placeOf(1, 'device');
  await conversations.findByClientMessageId('owner', 'id');
  await messages.find(1, 'owner');
  await messages.upwards(1, 2, { messagesMax: 50, charactersMax: 1_000 });
  await messages.versions(1, [null, 2, 3]);
  await messages.endOf(1, signal);
  assert.equal(seen.length, 10);
  const file = new DatabaseSync(join(place.dataDir, 'hilo.sqlite'), { readOnly: true });
  const plans = seen.map((sql) =>
    file
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail),
  );
  file.close();
  /** Of the messages that a recursion has found. */
  const own = ['SCAN chain', 'SCAN branch'];
  const scans = plans.flat().filter((step) => String(step).startsWith('SCAN') && !own.includes(String(step)));
  assert.deepEqual(scans, []);
  // The messages of a conversation are gone through from the newest on, until there is an answer.
  const throughAll = plans.flat().filter((step) => String(step).includes('messages_by_conversation'));
  assert.equal(throughAll.length, 1);
});
