/** Routes and personas that only teams may use: for everybody else they do not exist, on every face. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startStub, type StubLlm } from '../loadtest/stub-llm.ts';
import { batchNow, createBatch, keepFile, outcomesIn } from './support/batch-files.ts';
import { HttpBench } from './support/http-bench.ts';
import { LineClient } from './support/line-client.ts';
import { connectAs, register, type Person } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { until } from './support/until.ts';

let folder: string;
let stub: StubLlm;
let bench: HttpBench;
let adminKey: string;

const PERSONAS = [
  { id: 'tutor', name: { en: 'Tutor', es: 'Profesora' }, instructions: 'Be a tutor.' },
  { id: 'clerk', name: { en: 'Clerk', es: 'Actuaria' }, instructions: 'Be their clerk.', access: 'teams' },
];

function models(): object {
  const route = { upstream: 'stub', model: 'stub', price: { input: 0, output: 0 } };
  const theirs = { ...route, access: 'teams' };
  return {
    upstreams: [{ id: 'stub', kind: 'openai', baseUrl: `${stub.url}/v1`, slots: 16 }],
    routes: [
      { ...route, id: 'small' },
      { ...theirs, id: 'theirs' },
      { ...theirs, id: 'vectors', capabilities: ['embed'] },
      { ...theirs, id: 'pictures', capabilities: ['image'] },
    ],
    default: 'small',
    companion: false,
  };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-team-access-'));
  stub = await startStub({ models: ['stub'] });
  const files = { models: join(folder, 'models.json'), personas: join(folder, 'personas.json') };
  await writeFile(files.models, JSON.stringify(models()));
  await writeFile(files.personas, JSON.stringify({ personas: PERSONAS }));
  bench = await HttpBench.start({
    providers: undefined,
    environment: {
      MODELS_FILE: files.models,
      PERSONAS_FILE: files.personas,
      LLM_BACKOFF_INITIAL_MS: '2',
      RATE_MAX_MESSAGES_USER: '10000',
      RATE_MAX_MESSAGES: '10000',
      HILO_LOCALE: 'en',
    },
  });
  adminKey = (await readFile(join(bench.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
});

after(async () => {
  await bench[Symbol.asyncDispose]();
  await stub.close();
  await rm(folder, { recursive: true });
});

function connect(person: { accessToken: string }): Promise<RpcClient> {
  return connectAs({ port: bench.linePort }, person);
}

async function asAdmin(name: string, input: object): Promise<void> {
  using admin = await connect({ accessToken: adminKey });
  await admin.call(name, input);
}

const MESSAGES = [{ role: 'user', content: 'hi' }];
const COMPLETION = { messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }] };

/** Everything that takes a route, with one of the team's. */
const ON_LINES: readonly (readonly [operation: string, input: object])[] = [
  ['chat.send', { text: 'hi', model: 'theirs' }],
  ['chat.send', { text: 'hi', settings: { route: 'theirs' } }],
  ['session.model', { model: 'theirs' }],
  ['completions.create', { ...COMPLETION, route: 'theirs' }],
  ['completions.countTokens', { ...COMPLETION, route: 'theirs' }],
  ['embeddings.create', { input: ['hi'], route: 'vectors' }],
  ['images.generate', { prompt: 'a tree', size: '64x64', route: 'pictures' }],
  ['summaries.create', { text: 'a long text', route: 'theirs' }],
  ['jobs.submit', { prompt: 'hi', route: 'theirs' }],
  ['jobs.submit', { summarize: { text: 'a long text', route: 'theirs' } }],
  ['jobs.submit', { image: { prompt: 'a tree', route: 'pictures' } }],
  ['conversations.create', { route: 'theirs' }],
  ['keys.create', { name: 'program', routes: ['theirs'] }],
];

/** The addresses of the HTTP API and of those of others. */
const OVER_HTTP: readonly (readonly [path: string, body: object])[] = [
  ['/chat', { message: 'hi', model: 'theirs' }],
  ['/conversations', { route: 'theirs' }],
  ['/summarize', { text: 'a long text', route: 'theirs' }],
  ['/image/generate', { prompt: 'a tree', size: '64x64', route: 'pictures' }],
  ['/submit', { prompt: 'hi', route: 'theirs' }],
  ['/v1/chat/completions', { model: 'theirs', messages: MESSAGES }],
  ['/v1/responses', { model: 'theirs', input: 'hi' }],
  ['/v1/embeddings', { model: 'vectors', input: 'hi' }],
  ['/v1/images/generations', { model: 'pictures', prompt: 'a tree', size: '64x64' }],
  ['/v1/messages', { model: 'theirs', messages: MESSAGES, max_tokens: 16 }],
  ['/v1/messages/count_tokens', { model: 'theirs', messages: MESSAGES }],
  ['/api/chat', { model: 'theirs', messages: MESSAGES }],
  ['/api/generate', { model: 'theirs', prompt: 'hi' }],
  ['/api/embed', { model: 'vectors', input: 'hi' }],
  ['/api/show', { model: 'theirs' }],
];

/** How each way ended: `ok`, `not_found`, or another reason. */
async function endsFor(person: Person): Promise<Record<string, string>> {
  const ends: Record<string, string> = {};
  for (const [operation, input] of ON_LINES) {
    using client = await connect(person);
    const { error } = await client.response(client.send(operation, input));
    ends[`${operation} ${JSON.stringify(input)}`] = error ? String(error.data['reason']) : 'ok';
  }
  const headers = { authorization: `Bearer ${person.accessToken}` };
  for (const [path, body] of OVER_HTTP) {
    const response = await bench.ask('POST', path, { body, headers });
    const text = await response.text();
    ends[path] = response.ok ? 'ok' : response.status === 404 ? 'not_found' : `${response.status} ${text}`;
  }
  ends['batch'] = await batchEndFor(person);
  ends['/model theirs'] = (await typed(person, '/model theirs')) === 'theirs' ? 'ok' : 'not_found';
  return ends;
}

async function batchEndFor(person: Person): Promise<string> {
  using client = await connect(person);
  const file = await keepFile(
    client,
    `${JSON.stringify({ completion: { ...COMPLETION, route: 'theirs' } })}\n`,
  );
  const { id } = await createBatch(client, file);
  const over = await until(
    () => batchNow(client, id),
    ({ status }) => ['completed', 'failed'].includes(status),
    30_000,
  );
  const [failed] = await outcomesIn(client, over.failures);
  return failed?.reason?.key ?? over.faults[0]?.code ?? 'ok';
}

async function typed(person: Person, command: string): Promise<string> {
  using client = await connect(person);
  const { key } = await client.call('keys.create', { name: 'for lines' });
  using lines = await LineClient.open(bench.linePort);
  lines.send(`/lang en\n/login ${String(key)}\n`);
  await lines.until('English from here on.\n');
  await lines.line();
  lines.send(`${command}\n`);
  return await lines.line();
}

async function listed(person: Person): Promise<string> {
  const headers = { authorization: `Bearer ${person.accessToken}` };
  const pages = ['/models', '/v1/models', '/api/tags', '/personas'].map(async (path) =>
    (await bench.ask('GET', path, { headers })).text(),
  );
  using client = await connect(person);
  const lists = [await client.call('models.list'), await client.call('personas.list')];
  return [...(await Promise.all(pages)), JSON.stringify(lists)].join('\n');
}

const ROUTES = ['theirs', 'vectors', 'pictures'];
let teams = 0;

async function teamOf(person: Person, has: object): Promise<string> {
  const team = `readers-${++teams}`;
  await asAdmin('teams.create', { name: team, ...has });
  await asAdmin('teams.setMember', { team, user: person.email });
  return team;
}

test('a route of a team is not found by anybody else, on any face, and again after leaving', async () => {
  const [ana, stranger] = [
    await register({ port: bench.linePort }),
    await register({ port: bench.linePort }),
  ];
  const all = (ends: object) => [...new Set(Object.values(ends))];
  assert.deepEqual(all(await endsFor(stranger)), ['not_found'], 'before there is a team');
  const team = await teamOf(ana, { routes: ROUTES });
  const byStranger = await endsFor(stranger);
  assert.deepEqual(all(byStranger), ['not_found'], JSON.stringify(byStranger));
  assert.doesNotMatch(await listed(stranger), /theirs|vectors|pictures/);
  const byMember = await endsFor(ana);
  assert.deepEqual(all(byMember), ['ok'], JSON.stringify(byMember));
  assert.match(await listed(ana), /theirs[^]*vectors/);
  await asAdmin('teams.removeMember', { team, user: ana.email });
  const byFormer = await endsFor(ana);
  assert.deepEqual(all(byFormer), ['not_found'], JSON.stringify(byFormer));
});

test('a persona of a team is not found by anybody else, and says nothing after leaving', async () => {
  const [ana, stranger] = [
    await register({ port: bench.linePort }),
    await register({ port: bench.linePort }),
  ];
  const told = () => JSON.stringify(stub.requests.at(-1)?.body);
  const team = await teamOf(ana, { personas: ['clerk'] });
  using other = await connect(stranger);
  for (const [name, input] of [
    ['chat.send', { text: 'hi', settings: { persona: 'clerk' } }],
    ['conversations.create', { persona: 'clerk' }],
  ] as const) {
    assert.equal(await other.failure(name, input), 'not_found');
  }
  const { id: own } = await other.call('conversations.create', { persona: 'tutor' });
  assert.equal(
    await other.failure('conversations.update', { conversation: own, persona: 'clerk' }),
    'not_found',
  );
  const headers = { authorization: `Bearer ${stranger.accessToken}` };
  const response = await bench.ask('POST', '/conversations', { body: { persona: 'clerk' }, headers });
  assert.equal(response.status, 404);
  assert.equal(await typed(stranger, '/personas'), 'tutor  Tutor');
  assert.doesNotMatch(await listed(stranger), /clerk/i);

  assert.match(await listed(ana), /"clerk"/);
  using client = await connect(ana);
  const { id: conversation } = await client.call('conversations.create', { persona: 'clerk' });
  await client.call('chat.send', { text: 'hi', conversation });
  assert.match(told(), /Be their clerk/);
  await asAdmin('teams.removeMember', { team, user: ana.email });
  await client.call('chat.send', { text: 'hi again', conversation });
  assert.doesNotMatch(told(), /Be their clerk/);
  assert.doesNotMatch(await listed(ana), /clerk/i);
});
