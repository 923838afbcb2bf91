/** What people do with netcat: every operation has a command, or there is a reason why not. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { usageOf } from '../shared/operation-usage.ts';
import { OPERATION_LIST, type OperationName } from '../shared/operations/index.ts';
import { LOCALES } from '../shared/locale.ts';
import { UNHURRIED } from './support/both-servers.ts';
import { LineClient } from './support/line-client.ts';
import { PASSWORD, register } from './support/people.ts';
import { startTestServer } from './support/test-server.ts';

const PIECES = 'It is part of how programs send files; people send them on the page or with ./hilo chat';
const FILES = 'Files and their batches belong to programs';
const COMPLETIONS = 'It has no conversation around it, and is for programs: people write a line';
const PROTOCOL = 'It is part of how programs connect; a text connection has no session to go back to';
const TOKENS = 'Tokens are for programs; a text connection stays signed in';
const BROWSER = 'It leads a browser to another provider and back';
const CHARTS = 'Its numbers are drawn; /usage gives the sums';
const BYTES = 'It gives the bytes of a file';

/** Why people cannot run it as a command. */
const WITHOUT_COMMAND: Readonly<Partial<Record<OperationName, string>>> = {
  'operations.check': 'The text face itself asks it, before it asks for a password',
  'conversations.get': '/open shows it',
  'conversations.messages': '/open, /history and /export show them',
  'conversations.create':
    '/new and the first message make one; /rename, /move, /persona and /instruct do the rest',
  'share.read': 'A link is opened in a browser',
  'conversations.adoptable': '/adopt says how many there were',
  'files.begin': PIECES,
  'files.append': PIECES,
  'files.end': PIECES,
  'completions.create': COMPLETIONS,
  'completions.countTokens': COMPLETIONS,
  'embeddings.create': COMPLETIONS,
  'artifacts.read': BYTES,
  'attachments.read': BYTES,
  'jobs.history': '/jobs and /job show the same, one job at a time',
  'jobs.follow': 'It lets notifications come; /job shows how a job stands',
  'files.delete': FILES,
  'files.get': FILES,
  'files.keep': FILES,
  'files.list': FILES,
  'files.read': FILES,
  'batches.cancel': FILES,
  'batches.create': FILES,
  'batches.erase': FILES,
  'batches.get': FILES,
  'batches.list': FILES,
  'session.hello': PROTOCOL,
  'session.resume': PROTOCOL,
  'session.ack': PROTOCOL,
  'auth.refresh': TOKENS,
  'auth.jwks': TOKENS,
  'signOn.issuers': BROWSER,
  'signOn.begin': BROWSER,
  'signOn.finish': BROWSER,
  'signOn.end': BROWSER,
  'invitations.read': 'The page asks it to show the form; /join uses the invitation',
  'keys.update':
    'Its rules are lists and budgets, for the page and for programs; /end-key and /new-key replace it',
  'usage.timeseries': CHARTS,
  'usage.performance': CHARTS,
  'usage.costs': CHARTS,
  'usage.events': CHARTS,
  'usage.record': 'Programs report what they have used elsewhere',
  'server.entry': 'The greeting says it',
};

type Server = Awaited<ReturnType<typeof startTestServer>>;

let server: Server;
let adminKey: string;
let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-text-forms-'));
  const limits = { ...UNHURRIED, LLM_INPUT_TOKEN_BUDGET: '100000' };
  const environment = { DATA_DIR: dataDir, HILO_LOCALE: 'en', ...limits };
  server = await startTestServer({ environment });
  adminKey = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true });
});

test('every operation has a command, or there is a reason why not', () => {
  const without = OPERATION_LIST.filter(({ text }) => !text).map(({ name }) => name);
  assert.deepEqual(without.sort(), Object.keys(WITHOUT_COMMAND).sort());
});

test('/help has every command that somebody may use, in both languages', async () => {
  using operator = await open();
  operator.send(`/login ${adminKey}\n`);
  for (const locale of LOCALES) {
    operator.send(`/lang ${locale}\n/help\n`);
    const help = (await operator.until(/\/\/text .*\n/)).split('\n');
    for (const { name, text, commands = [], input, summary } of OPERATION_LIST) {
      if (!text || name === 'chat.send') continue;
      for (const form of [{ ...text, summary }, ...commands]) {
        const [usage, words] = [usageOf(form, input), form.summary[locale]];
        assert.ok(
          help.some((line) => line.startsWith(`  ${usage}  `) && line.endsWith(`  ${words}`)),
          usage,
        );
      }
    }
  }
});

test('folders are named by number or name: renamed, instructed, deleted', async () => {
  using client = await open();
  await says(client, '/folder Travel', 'Travel');
  await says(client, '/folder 2024', '2024');
  await says(client, '/folders', '1  2024', '2  Travel');
  await says(client, '/rename-folder 2 Far away', 'Far away');
  await says(client, '/instruct-folder 2 Be brief, please', 'Far away: Be brief, please');
  await says(client, '/uninstruct-folder 2', 'Far away');
  await says(client, '/rename-folder 2024 Work', 'Work');
  await says(client, '/delete-folder far', /^FAIL delete-folder not_found/);
  await says(client, '/delete-folder 2', 'Deleted. Its conversations stay.');
  await says(client, '/delete-folder 2', /^FAIL delete-folder not_found/);
  await says(client, '/folders', '1  Work');
  // Of another list than the last one.
  await says(client, '/delete-folder 2', /^FAIL delete-folder not_found/);
});

test('[T-9] what /export-all and /export give goes in again by /import', async () => {
  using client = await open();
  const long = 'word '.repeat(12_000).trim();
  await say(client, 'How far is the sea?');
  client.send('/export . json\n/ping\n');
  const one = (await client.until('pong')).slice(0, -'pong'.length);
  await client.line();
  client.send('/new\n');
  await client.line();
  client.send(`/paste\n${long.match(/.{1,5000}/g)?.join('\n')}\n.\n`);
  await client.until(/\n-- Usuario.*\n/);
  const all = await everything(client);
  assert.ok(all.includes('"type":"message"') && all.includes('How far is the sea?'));

  using other = await open();
  await says(other, `/import\n${one}.`, /^Paste your text/, 'Imported: conversations 1, messages 2');
  other.send('/search far\n/ping\n');
  assert.match(await other.until(/^pong .*\n/m), /How \[far\] is the sea/);
  // A line is longer than lines of this face may be: nothing is taken in, and nothing becomes a message.
  await says(other, `/import\n${all}.`, /^Paste/, /^FAIL \* line_too_long/, /^FAIL import line_too_long/);
  await says(other, '/import\n{"not": "an export"}\n.', /^Paste/, /^FAIL import import_refused/);

  const { email } = await register(server);
  other.send(`/login ${email}\n${PASSWORD}\n`);
  await other.until(/Signed in.*\n/);
  await says(other, `/import\n${one}.`, /^Paste/, 'Imported: conversations 1, messages 2');
  await says(other, '/adopt', 'Conversations taken over: 1');
});

test('one conversation is erased by its number, and all of them at once', async () => {
  using client = await open();
  await say(client, 'the first one');
  await says(client, '/new', /^A new conversation/);
  await say(client, 'the second one');
  client.send('/conversations\n');
  assert.match(await client.line(), /^ +1 .*the second one/);
  assert.match(await client.line(), /^ +2 .*the first one/);
  await says(client, '/erase-conversation 2', 'Erased: 1');
  await says(client, '/erase-conversation 9', /^FAIL erase-conversation not_found/);
  await says(client, '/search first', /^Nothing/);
  await says(client, '/erase-conversation', 'Erased: 1');
  await say(client, 'the third one');
  await says(client, '/erase-conversations', /^Conversations erased: 2 \(#\d+\)$/);
  await says(client, '/conversations', /^No conversations/);
});

test('name and retention are set on the account', async () => {
  const { email } = await register(server);
  using client = await open();
  client.send(`/login ${email}\n${PASSWORD}\n`);
  await client.until(/Signed in.*\n/);
  await says(client, '/name Ana María', `Ana María · ${email} · user`);
  await says(client, '/keep-days 30', `Ana María · ${email} · user · texts are deleted after 30 days`);
  await says(client, '/keep-days few', /^FAIL keep-days invalid_params/);
  await says(client, '/keep-always', `Ana María · ${email} · user`);
});

test('an administrator makes an account, whose owner sets a password with what it answers', async () => {
  using operator = await open();
  await says(operator, `/login ${adminKey}`, /admin/);
  operator.send('/new-user eva@example.org user Eva Luna\n');
  assert.equal(await operator.line(), 'Eva Luna · eva@example.org · user');
  const [, token = ''] = /\/reset (\S+), until/.exec(await operator.line()) ?? [];
  using eva = await open();
  eva.send(`/reset ${token}\nanother long sentence\n/login eva@example.org\nanother long sentence\n`);
  await eva.until('Signed in: eva@example.org\n');
  await says(operator, '/user eva@example.org', /^[\da-f-]{36} · eva@example.org · Eva Luna · user$/);
});

test('what was asked for is shown and deleted: pictures, summaries, jobs', async () => {
  using client = await open();
  client.send('/image a lighthouse in the rain\n');
  const [id = ''] = /[\da-f-]{36}/.exec(await client.until(/Open it.*\n/)) ?? [];
  await client.line();
  await says(client, '/images', new RegExp(`^${id} .* ready {2}a lighthouse in the rain$`));
  await says(client, `/image-state ${id}`, / ready /, /^\d+x\d+ {2}\/artifacts\//);
  await says(client, `/delete-image ${id}`, 'Deleted.');
  await says(client, '/images', 'No images.');
  await says(client, `/delete-image ${id}`, /^FAIL delete-image not_found/);
  await says(client, `/delete-summary ${id}`, /^FAIL delete-summary not_found/);
  await says(client, `/erase-job ${id}`, /^FAIL erase-job not_found/);
});

async function open(): Promise<LineClient> {
  const client = await LineClient.open(server.port);
  client.send('/lang en\n');
  await client.until('English from here on.\n');
  return client;
}

/** What is answered to these lines, line by line. */
async function says(
  client: LineClient,
  lines: string,
  ...answers: readonly (string | RegExp)[]
): Promise<void> {
  client.send(`${lines}\n`);
  for (const answer of answers) {
    const line = await client.line();
    if (typeof answer === 'string') assert.equal(line, answer);
    else assert.match(line, answer);
  }
}

async function say(client: LineClient, text: string): Promise<void> {
  client.send(`${text}\n`);
  await client.until(/-- Usuario.*\n/);
}

/** All pages. */
async function everything(client: LineClient): Promise<string> {
  let all = '';
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    client.send(`/export-all ${cursor}\n/ping\n`);
    const page: string = await client.until(/^pong .*\n/m);
    const lines: string[] = page.split('\n').filter((line) => line.startsWith('{'));
    all += lines.map((line) => `${line}\n`).join('');
    cursor = /^-- more: \/export-all (\S+)$/m.exec(page)?.[1];
  }
  return all;
}
