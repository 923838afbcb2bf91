/** Texts that are too old are deleted, with an entry in the ledger for each exchange. */
import assert from 'node:assert/strict';
import { systemClock, type Clock } from '../shared/clock.ts';
import { RETENTION_LIMITS } from '../server/credits/retention.ts';
import { attached } from './support/attached-files.ts';
import { bytesIn } from './support/bytes-in.ts';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';

const onBoth = bothServers();
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The wall time is the test's; the sweep runs when the test says so. */
class SweptClock implements Clock {
  #now = Date.now();
  readonly #sweeps = new Set<() => void>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(delayMs: number, run: () => void): () => void {
    if (delayMs !== RETENTION_LIMITS.firstMs && delayMs !== RETENTION_LIMITS.sweepMs) {
      return systemClock.after(delayMs, run);
    }
    // Others wait as long.
    this.#sweeps.add(run);
    return () => void this.#sweeps.delete(run);
  }

  pass(days: number): void {
    this.#now += days * DAY_MS;
  }

  sweep(): void {
    assert.ok(this.#sweeps.size > 0, 'no sweep is planned');
    const due = [...this.#sweeps];
    this.#sweeps.clear();
    for (const run of due) run();
  }
}

async function open({ start }: ServerPlace, environment: Readonly<Record<string, string>> = {}) {
  const clock = new SweptClock();
  const server = await start({ clock, providers: providersOf(new EchoProvider()), environment });
  return { clock, server };
}

async function say(client: GuestClient, text: string, more: object = {}): Promise<string> {
  return String((await client.call('chat.send', { text, ...more }))['conversation']);
}

async function job(client: GuestClient, prompt: string): Promise<void> {
  await client.call('jobs.submit', { prompt });
  for (let patience = 0; patience < 500; patience += 1) {
    if ((await client.call('jobs.follow', { follow: false }))['unfinished'] === 0) return;
    await new Promise((resolve) => systemClock.after(20, () => resolve(undefined)));
  }
  assert.fail('the job does not end');
}

/** Until the sweep has written so many entries. */
async function erasures(client: GuestClient, count: number): Promise<string[]> {
  for (let patience = 0; patience < 500; patience += 1) {
    const { rows } = await client.call('credits.statement', { limit: 200 });
    const found = (rows as { type: string; reason: string }[]).filter(({ type }) => type === 'erase');
    if (found.length >= count) return found.map(({ reason }) => reason);
    await new Promise((resolve) => systemClock.after(20, () => resolve(undefined)));
  }
  return assert.fail('nothing is erased');
}

/** The sweep goes on after its entries, and pages of the log are emptied a moment later. */
async function untilGone(dataDir: string, word: string): Promise<void> {
  for (let patience = 0; (await bytesIn(dataDir)).includes(word); patience += 1) {
    assert.ok(patience < 250, `${word} is still there`);
    await new Promise((resolve) => systemClock.after(20, () => resolve(undefined)));
  }
}

onBoth('what is older than the operator allows goes, what is younger stays', async (place) => {
  const { clock, server } = await open(place, { RETENTION_DAYS: '10' });
  using client = await guest(server);
  await say(client, 'forgotten whole');
  await client.call('summaries.create', { text: 'forgotten summary' });
  await job(client, 'forgotten job');
  await client.call('chat.new');
  const attachments = await attached(client, { 'a.txt': Buffer.from('a forgotten file') });
  const living = await say(client, 'forgotten part', { attachments });
  clock.pass(9);
  await say(client, 'kept');
  await client.call('summaries.create', { text: 'kept summary' });
  await job(client, 'kept job');
  clock.pass(2);
  clock.sweep();
  assert.deepEqual(await erasures(client, 2), ['retention', 'retention']);
  const { conversations } = await client.call('conversations.list');
  assert.deepEqual(
    (conversations as { id: string; title: string }[]).map(({ id, title }) => [id, title]),
    [[living, 'kept']],
  );
  const { turns } = await client.call('chat.history');
  assert.deepEqual(
    (turns as { user: string }[]).map(({ user }) => user),
    ['kept'],
  );
  const { summaries } = await client.call('summaries.list');
  assert.deepEqual(
    (summaries as { title: string }[]).map(({ title }) => title),
    ['kept summary'],
  );
  const { jobs } = await client.call('jobs.list');
  assert.deepEqual(
    (jobs as { title: string }[]).map(({ title }) => title),
    ['kept job'],
  );
  await untilGone(place.dataDir, 'forgotten');
  const { results } = await client.call('conversations.search', { query: 'forgotten' });
  assert.deepEqual(results, []);
});

onBoth("a user's own limit is for that user alone", async (place) => {
  const { clock, server } = await open(place);
  using person = await guest(server);
  using visitor = await guest(server);
  const password = 'correct horse battery staple';
  const registered = await person.call('auth.register', { email: 'ana@example.org', password, name: 'Ana' });
  await person.call('session.authenticate', { key: registered['accessToken'] });
  await person.call('users.update', { retentionDays: 3 });
  await say(person, 'mine');
  await say(visitor, 'theirs');
  clock.pass(4);
  await person.call('session.authenticate', {
    key: (await person.call('auth.login', { email: 'ana@example.org', password }))['accessToken'],
  });
  clock.sweep();
  await erasures(person, 1);
  assert.deepEqual((await person.call('conversations.list'))['conversations'], []);
  assert.equal(((await visitor.call('conversations.list'))['conversations'] as unknown[]).length, 1);
});
