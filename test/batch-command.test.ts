/** `hilo batch` against a running server. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { batchCommand } from '../cli/batch/batch-command.ts';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import type { BatchView } from '../shared/operations/batch-shapes.ts';
import { LlmError } from '../server/models/model-client.ts';
import { register } from './support/people.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const model = new ScriptedProvider();
let server: Awaited<ReturnType<typeof startTestServer>>;
let userKey: string;
let folder: string;

before(async () => {
  server = await startTestServer({
    providers: providersOf(model),
    environment: { LLM_MAX_RETRIES: '0', MAX_IN_FLIGHT: '1' },
  });
  userKey = (await register(server)).accessToken;
  folder = await mkdtemp(join(tmpdir(), 'hilo-batch-command-'));
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The next lines that the model is asked. */
async function answer(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const call = await model.next();
    call.say('Tom');
    call.end();
  }
}

interface Around {
  readonly key?: string;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  /** Gets the standard error so far. */
  readonly onError?: (err: string) => unknown;
}

async function run(
  args: readonly string[],
  { key = userKey, stdin = '', isTTY = false, onError }: Around = {},
) {
  let out = '';
  let err = '';
  const code = await batchCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: {
      write: (text: string) => {
        err += text;
        onError?.(err);
      },
      isTTY,
    },
    stdin: Readable.from([Buffer.from(stdin)]) as NodeJS.ReadStream,
    env: { APP_PORT: String(server.port), HILO_KEY: key },
  });
  return { code, out, err };
}

function viewIn(out: string): BatchView {
  return (JSON.parse(out) as { batch: BatchView }).batch;
}

async function fileOf(name: string, lines: readonly object[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

function resultsIn(text: string): unknown[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { customId: string }).customId);
}

const CATS = [
  { customId: 'a', prompt: 'Three names for a cat' },
  { customId: 'b', prompt: 'Three names for a dog' },
];

test('the results of a file are the output, how far it is goes beside it', async () => {
  const path = await fileOf('cats.jsonl', CATS);
  const [plain] = await Promise.all([run(['create', path]), answer(2)]);
  assert.equal(plain.code, 0, plain.err);
  assert.deepEqual(resultsIn(plain.out), ['a', 'b']);
  const [id = ''] = plain.err.split('\n');
  assert.match(id, /^batch_[0-9a-f]+$/);
  assert.match(plain.err, /^Completed: 2 of 2 done, 0 failed$/m);
  const out = join(folder, 'results.jsonl');
  const stdin = await readFile(path, 'utf8');
  const [json] = await Promise.all([run(['create', '-', '--json', '--out', out], { stdin }), answer(2)]);
  const { status, counts } = viewIn(json.out);
  assert.deepEqual([json.code, status, counts], [0, 'completed', { total: 2, done: 2, failed: 0 }]);
  assert.deepEqual(resultsIn(await readFile(out, 'utf8')), ['a', 'b']);
  assert.deepEqual((await run(['output', id])).out, plain.out);
  const listed = await run(['list', '-n', '1', '--json']);
  assert.deepEqual(
    (JSON.parse(listed.out) as { batches: BatchView[] }).batches.map((one) => one.id),
    [viewIn(json.out).id],
  );
  assert.match((await run(['list'])).out, new RegExp(`^${id}  .*  Completed: 2 of 2 done, 0 failed$`, 'm'));
  assert.match((await run(['show', id])).out, new RegExp(`^${id}  .*  Completed`));
});

test('a terminal shows a bar in place of lines', async () => {
  const path = await fileOf('bar.jsonl', CATS);
  const half = Promise.withResolvers<void>();
  const onError = (err: string) => /Running \[#{15}\.{15}\] 50%/.test(err) && half.resolve();
  const made = run(['create', path], { isTTY: true, onError });
  await answer(1);
  await half.promise;
  await answer(1);
  const { code, err } = await made;
  assert.equal(code, 0, err);
  assert.match(err, /100%\n$/);
  assert.doesNotMatch(err, /Completed/);
});

test('a file with faults is refused as a whole, with the lines and reasons', async () => {
  const path = await fileOf('wrong.jsonl', [...CATS, { customId: 'c', prompt: 'to nobody', route: 'no' }]);
  const refused = await run(['create', path]);
  assert.deepEqual([refused.code, refused.out], [EXIT_FAILED, '']);
  assert.match(refused.err, /^line 3: /m);
  const [id = ''] = refused.err.split('\n');
  assert.match((await run(['show', id])).out, /Refused.*\n {2}line 3: /);
  const nothing = await run(['output', id]);
  assert.deepEqual([nothing.code, nothing.out], [EXIT_FAILED, '']);
  const unread = await run(['create', join(folder, 'nothing.jsonl')]);
  assert.match(unread.err, /nothing\.jsonl cannot be read: ENOENT/);
});

test('lines that fail are counted, and their reasons are an output of their own', async () => {
  const path = await fileOf('half.jsonl', CATS);
  const made = run(['create', path]);
  await answer(1);
  (await model.next()).fail(new LlmError('bad_request', 'No', { status: 400 }));
  const { code, out, err } = await made;
  const [id = ''] = err.split('\n');
  assert.deepEqual([code, resultsIn(out)], [EXIT_FAILED, ['a']]);
  assert.match(err, /1 of 2 lines failed; hilo batch output batch_\w+ --failures/);
  assert.deepEqual(resultsIn((await run(['output', id, '--failures'])).out), ['b']);
  const target = join(folder, 'no', 'such', 'folder');
  const unwritten = await run(['output', id, '--out', target]);
  assert.equal(unwritten.code, EXIT_FAILED);
  assert.match(unwritten.err, /folder cannot be written: ENOENT/);
});

test('a batch that nobody waits for is cancelled by its id', async () => {
  const path = await fileOf('later.jsonl', CATS);
  const { out, code } = await run(['create', path, '--detach']);
  assert.equal(code, 0);
  assert.match(out, /^batch_[0-9a-f]+\n$/);
  const call = await model.next();
  const cancelled = await run(['cancel', out.trim(), '--json']);
  assert.equal(viewIn(cancelled.out).status, 'cancelling', cancelled.err);
  await call.aborted();
});

test('it needs a user, and says how it is used', async () => {
  const guest = await run(['list'], { key: '' });
  assert.deepEqual([guest.code, guest.out], [EXIT_FAILED, '']);
  assert.match(guest.err, /needs a key/);
  const wrong = [
    [],
    ['frob'],
    ['toString', 'a'],
    ['create'],
    ['list', 'a'],
    ['list', '-n', '0'],
    ['show', 'a', 'b'],
    ['cancel', 'a', '--detach'],
  ];
  for (const args of wrong) {
    const { code, err } = await run(args);
    assert.equal(code, EXIT_USAGE, args.join(' '));
    assert.match(err, /^Usage: hilo batch/);
  }
  assert.equal((await run(['--help'])).code, 0);
});
