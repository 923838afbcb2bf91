/** Disks that fail, damaged files, folders that cannot be used: what clients and operators are told. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { startStub } from '../loadtest/stub-llm.ts';
import { readServerConfig } from '../server/config/config.ts';
import { asRoot, smallDisk } from '../server/store/broken-disk.fixture.ts';
import { NOWHERE } from '../server/credits/meter.fixture.ts';
import { openDataDirectory, type DataDirectory } from '../server/data-directory.ts';
import { systemClock } from '../shared/clock.ts';
import { segmentName, snapshotFile } from '../shared/ledger/layout.ts';
import { refusedStart, startLimited } from './e2e/support/bare-process.ts';
import { assertBalanced, assertContents, readColdFolder, readContents } from './e2e/support/cold-ledger.ts';
import { metric } from './support/metrics.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** Nobody is slowed down: what is tested is what the disk does. */
const UNLIMITED = {
  RATE_MAX_MESSAGES: '100000',
  LIMIT_COMMANDS_PER_SECOND: '100000',
  LIMIT_COMMANDS_BURST: '100000',
  LIMIT_SNIFF_MS: '10000',
};

async function dataFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-accounting-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function open(dataDir: string, environment: Record<string, string> = {}): Promise<DataDirectory> {
  const config = readServerConfig({ DATA_DIR: dataDir, ...environment });
  return openDataDirectory(config, { clock: systemClock, log: pino({ level: 'silent' }), randomBytes });
}

/** A folder that a server has used. */
async function usedFolder(context: TestContext): Promise<string> {
  const folder = await dataFolder(context);
  const accounting = await open(folder);
  await accounting.ledger.accounts.grant({
    account: 'team',
    amount: 5,
    id: 'g',
    by: 'admin',
    reason: 'test',
  });
  await accounting.close();
  return folder;
}

test('a second server on the same folder says why and ends with 1; the first goes on', async (context) => {
  const folder = await dataFolder(context);
  const accounting = await open(folder);
  const { code, output } = await refusedStart({ DATA_DIR: folder });
  assert.equal(code, 1);
  assert.ok(output.includes(`Another server is writing the ledger in ${folder}`), output);
  await accounting.ledger.accounts.grant({
    account: 'team',
    amount: 5,
    id: 'g',
    by: 'admin',
    reason: 'test',
  });
  await accounting.close();
  await (await open(folder)).close();
});

test('a damaged ledger is refused at the start with 1, naming the place', async (context) => {
  const folder = await usedFolder(context);
  // What lies before a snapshot is not read again by a start, only by `verify`.
  await rm(join(folder, 'ledger', snapshotFile));
  const segment = join(folder, 'ledger', segmentName(0));
  const bytes = await readFile(segment);
  const at = bytes.indexOf('"team"') + 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(segment, bytes);
  const { code, output } = await refusedStart({ DATA_DIR: folder });
  assert.equal(code, 1);
  assert.match(output, /The ledger is damaged in segment-000000\.jsonl at byte \d+ \(block \d+/);
});

test('what cannot be used is said in words, and mended it is used again', async (context) => {
  const folder = await usedFolder(context);
  const file = (name: string) => join(folder, name);
  await assert.rejects(
    open(folder, { LEDGER_ORIGIN: 'other' }),
    /origin is "hilo" and cannot be changed to "other"/,
  );

  await chmod(file('keys/admin.key'), 0o644);
  await assert.rejects(open(folder), /admin\.key is open to other users \(mode 644\); chmod 600/);
  await chmod(file('keys/admin.key'), 0o600);

  await rename(file('keys/ledger.key'), file('kept'));
  await writeFile(file('keys/ledger.key'), 'short', { mode: 0o600 });
  await assert.rejects(open(folder), /key in .*ledger\.key is not 32 bytes in base64/);
  await writeFile(file('keys/ledger.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
  await assert.rejects(open(folder), /The ledger is signed with hilo\+.*, the key at hand is hilo\+/);
  await rename(file('kept'), file('keys/ledger.key'));

  await rename(file('hilo.sqlite'), file('kept'));
  await writeFile(file('hilo.sqlite'), 'not what it should be '.repeat(500));
  await assert.rejects(open(folder), /hilo\.sqlite.*not a database/);
  await rename(file('kept'), file('hilo.sqlite'));

  await assert.rejects(open(join(file('hilo.sqlite'), 'data')), /DATA_DIR .* cannot be written: ENOTDIR/);
  await (await open(folder)).close();
});

test('when texts cannot be stored a message fails, costs nothing, the server lives', async (context) => {
  const dataDir = await dataFolder(context);
  await using stub = { server: await startStub({}), [Symbol.asyncDispose]: () => stub.server.close() };
  const model = { LLM_PROVIDER: 'ollama', OLLAMA_HOST: stub.server.url, OLLAMA_MODEL: 'stub' };
  const environment = { ...UNLIMITED, ...model, DATA_DIR: dataDir, ANONYMOUS_CREDITS: '1000000' };
  await using server = await startLimited(environment, 1024 * 1024);
  using client = await RpcClient.open(server.port);
  const text = 'a rather long message '.repeat(150);
  let charged = 0;
  let reason: unknown;
  while (reason === undefined) {
    const { result, error } = await client.response(client.send('chat.send', { text }));
    charged += (result?.['credits'] as { charged: number } | undefined)?.charged ?? 0;
    reason = error?.data['reason'];
  }
  assert.equal(reason, 'ledger_unavailable');
  const { spent, held } = await client.call('credits.balance');
  assert.deepEqual({ spent, held }, { spent: charged, held: 0 });
  await client.call('server.ping');
});

test('when the ledger fails nothing is acknowledged; reads and metrics go on', async (context) => {
  const dataDir = await dataFolder(context);
  await using stub = {
    server: await startStub({ tokens: 2 }),
    [Symbol.asyncDispose]: () => stub.server.close(),
  };
  const model = { LLM_PROVIDER: 'ollama', OLLAMA_HOST: stub.server.url, OLLAMA_MODEL: 'stub' };
  const environment = { ...UNLIMITED, ...model, DATA_DIR: dataDir };
  // The ledger alone has a small disk; the store has room.
  const disk = await smallDisk(context, 128 * 1024);
  await symlink(disk, join(dataDir, 'ledger'));
  const granted: string[] = [];
  let requested = 0;
  {
    await using server = await startLimited(environment, 1024 * 1024 * 1024);
    using admin = await RpcClient.open(server.port);
    const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
    await admin.call('session.authenticate', { key });
    const acknowledged = await admin.call('chat.send', { text: 'hello' });
    assert.equal(await metric(server.metricsPort, 'hilo_ledger_writable'), 1);
    const grants = async (): Promise<unknown> => {
      const ids = Array.from({ length: 12 }, () => `grant-${requested++}`);
      for (const id of ids) {
        admin.send('credits.grant', { account: id, amount: 1, reason: 'x'.repeat(200), id }, id);
      }
      let failure: unknown;
      for (const _ of ids) {
        const { id, error } = await admin.next();
        if (error) failure = error.data['reason'];
        else granted.push(String(id));
      }
      return failure;
    };
    let failure: unknown;
    while (failure === undefined) failure = await grants();
    assert.equal(failure, 'ledger_unavailable');
    assert.equal(await metric(server.metricsPort, 'hilo_ledger_writable'), 0);
    const { received } = stub.server.totals;
    assert.equal(await admin.failure('chat.send', { text: 'hello?' }), 'ledger_unavailable');
    assert.equal(await admin.failure('ledger.erase', { exchange: 'all' }), 'ledger_unavailable');
    assert.equal(stub.server.totals.received, received, 'no model works for nothing');
    assert.ok(Number((await admin.call('credits.balance'))['granted']) > 0);
    assert.ok(String((await admin.call('ledger.checkpoint'))['note']).startsWith('hilo\n'));
    const { index } = acknowledged['receipt'] as { index: number };
    assert.equal((await admin.call('ledger.receipt', { index }))['index'], index);
  }
  await asRoot('mount', '-o', 'remount,size=16m', disk);
  const accounting = await open(dataDir);
  await accounting.close();
  const cold = await readColdFolder(dataDir);
  assertBalanced(cold);
  // The erasing that was refused an entry is finished by the next start.
  assertContents(await readContents(dataDir), cold);
  assert.deepEqual(await readContents(dataDir), []);
  const found = new Set(cold.entries.flatMap((entry) => (entry.type === 'grant' ? [entry.id] : [])));
  for (const id of granted) assert.ok(found.has(id), id);
});

test('erasing while messages end: what came before is gone, what runs is cancelled', async (context) => {
  const dataDir = await dataFolder(context);
  const environment = { ...UNLIMITED, DATA_DIR: dataDir, SESSION_GENERATIONS_MAX: '16', MAX_IN_FLIGHT: '16' };
  const server = await startTestServer({ environment, providers: providersOf(new EchoProvider()) });
  using client = await RpcClient.open(server.port);
  let cancelled = 0;
  for (let round = 0; round < 8; round += 1) {
    const ids = Array.from({ length: 9 }, (_, number) =>
      number === 3 || number === 4 || number === 7
        ? client.send('ledger.erase', { exchange: 'all' })
        : client.send('chat.send', { text: `round ${round}, message ${number}` }),
    );
    const open = new Set<unknown>(ids);
    while (open.size > 0) {
      const message = await client.next();
      // An answer that runs while everything is erased is cancelled.
      assert.equal(message.error?.data['reason'] ?? 'cancelled', 'cancelled');
      if (message.error) cancelled += 1;
      open.delete(message.id);
    }
  }
  await server.drain();
  const cold = await readColdFolder(dataDir);
  assertBalanced(cold);
  assertContents(await readContents(dataDir), cold, cancelled);
});

test('a ledger older than the texts is refused, and a missing key is named', async (context) => {
  const folder = await usedFolder(context);
  const used = await open(folder);
  const said = { prompt: 'p', answer: 'a', promptSalt: randomBytes(32), answerSalt: randomBytes(32) };
  const entriesBefore = used.ledger.head.size;
  const exchange = { number: used.texts.nextNumber(), account: 'team', at: 0, trace: 't', ...said };
  await NOWHERE.place({ exchange: 1, trace: 't', prompt: 'p', answer: 'a', status: 'ok' }, (placed) =>
    used.texts.record({ ...exchange, entriesBefore, status: 'ok', placed }),
  );
  await used.close();
  const ledger = join(folder, 'ledger');
  const kept = join(folder, 'kept');
  await rename(ledger, kept);
  await assert.rejects(open(folder), /written beside a ledger of \d+ entries or more, this one has 1;/);
  await rm(ledger, { recursive: true });
  await rename(kept, ledger);
  const key = join(folder, 'keys', 'ledger.key');
  await rename(key, `${key}.away`);
  await assert.rejects(open(folder), /ledger\.key is missing, and the ledger beside it was signed with it/);
  assert.equal(existsSync(key), false);
  await rename(`${key}.away`, key);
  await (await open(folder)).close();
});
