/** `hilo team` against a running server: as the operator, and with a key. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import { teamCommand } from '../cli/team/team-command.ts';
import { connectAs, register, type Person } from './support/people.ts';
import { startTestServer } from './support/test-server.ts';

let server: Awaited<ReturnType<typeof startTestServer>>;
let dataDir: string;
let ana: Person;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-team-command-'));
  server = await startTestServer({ environment: { DATA_DIR: dataDir } });
  ana = await register(server, { email: 'ana@example.org', name: 'Ana' });
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true });
});

async function team(words: string, env: Readonly<Record<string, string>> = {}) {
  let out = '';
  let err = '';
  const code = await teamCommand(words.split(' '), {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    stdin: Readable.from(['']) as NodeJS.ReadStream,
    env: { APP_PORT: String(server.port), DATA_DIR: dataDir, ...env },
  });
  return { code, out, err };
}

/** What it has written, where it went well. */
async function done(words: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, err } = await team(words, env);
  assert.deepEqual([code, err], [0, ''], words);
  return out;
}

test('the operator makes a team, fills its wallet, and sets members and budgets', async () => {
  assert.match(await done('create lab'), /^lab · team:/);
  assert.match(await done('wallet lab 700'), /700/);
  assert.equal(await done('add lab ana@example.org'), 'ana@example.org · Ana · member\n');
  assert.equal(await done('role lab ana@example.org manager'), 'ana@example.org · Ana · manager\n');
  assert.match(await done('budget lab ana@example.org 50 week'), / · 50 credits a week\n$/);
  const shown = JSON.parse(await done('members lab --json')) as { available: number; members: object[] };
  assert.deepEqual([shown.available, shown.members.length], [700, 1]);
  assert.match(await done('wallet lab'), /^lab · team:\S+\n700 credits in the wallet\n/);
  assert.equal(await done('budget lab ana@example.org none'), 'ana@example.org · Ana · manager\n');
  assert.match(await done('rename lab atlas'), /^atlas · /);
  assert.match(await done('list'), /^atlas · /);
  assert.equal(await done('remove atlas ana@example.org'), 'Removed.\n');
  assert.equal(await done('delete atlas'), 'Deleted.\n');
  assert.equal(await done('list'), 'No teams.\n');
});

test('with an API key one reads the own teams, and changes nothing', async () => {
  using client = await connectAs(server, ana);
  const HILO_KEY = String((await client.call('keys.create', { name: 'program' }))['key']);
  await done('create own');
  await done('create other');
  await done('add own ana@example.org manager');
  const { teams } = JSON.parse(await done('list --json', { HILO_KEY })) as { teams: { name: string }[] };
  assert.deepEqual(
    teams.map(({ name }) => name),
    ['own'],
  );
  assert.match(await done('members own', { HILO_KEY, HILO_LOCALE: 'es' }), /créditos en el monedero/);
  for (const words of ['members other', 'add own ana@example.org', 'wallet own 5']) {
    const refused = await team(words, { HILO_KEY });
    assert.deepEqual([refused.code, refused.out], [EXIT_FAILED, ''], words);
  }
});

test('help is printed; what it cannot read it says, and a server without a key too', async () => {
  assert.match(await done('--help'), /^Usage: hilo team COMMAND/);
  assert.match(await done('--help', { HILO_LOCALE: 'es' }), /^Uso: hilo team ORDEN/);
  for (const words of [
    '',
    'lists',
    'create',
    'create a b',
    'add own',
    'role own a@b.c chief',
    'wallet own x',
  ]) {
    assert.equal((await team(words)).code, EXIT_USAGE, words);
  }
  for (const words of ['budget own a@b.c 5', 'budget own a@b.c 5 year', 'budget own a@b.c none week'])
    assert.equal((await team(words)).code, EXIT_USAGE, words);
  const keyless = await team('list', { DATA_DIR: join(dataDir, 'nowhere') });
  assert.equal(keyless.code, EXIT_FAILED);
  assert.match(keyless.err, /There is no admin key/);
});
