/** `hilo submit` and `hilo history` against a running server. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { EXIT_FAILED, EXIT_USAGE, type Command } from '../cli/command.ts';
import { historyCommand } from '../cli/jobs/history-command.ts';
import { submitCommand } from '../cli/jobs/submit-command.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

let bench: ApiBench;

before(async () => {
  bench = await startApiBench({ kind: 'ollama' });
});

after(() => bench[Symbol.asyncDispose]());

async function run(command: Command, args: readonly string[], { key = bench.key, stdin = '' } = {}) {
  let out = '';
  let err = '';
  const code = await command(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    stdin: Readable.from([stdin]) as NodeJS.ReadStream,
    env: { APP_PORT: String(bench.http.linePort), HILO_KEY: key },
  });
  return { code, out, err };
}

test('the answer of a job is the output, how far it is goes beside it', async () => {
  const plain = await run(submitCommand, ['the', 'first', 'prompt']);
  assert.equal(plain.code, 0, plain.err);
  assert.match(plain.err, /^Queued: [0-9a-f-]{36} · position 1/);
  assert.match(plain.err, /^-- \d+ credits charged$/m);
  const json = await run(submitCommand, ['-', '--json'], { stdin: 'the second prompt' });
  const { job, completion } = JSON.parse(json.out) as {
    job: { status: string };
    completion: { text: string };
  };
  assert.deepEqual([json.code, job.status], [0, 'done']);
  const listed = await run(historyCommand, ['--json', '-n', '5']);
  const { history } = JSON.parse(listed.out) as { history: { prompt: string; answer: string }[] };
  assert.deepEqual(
    history.map(({ prompt, answer }) => [prompt, answer]),
    [
      ['the second prompt', completion.text],
      ['the first prompt', plain.out.slice(0, -1)],
    ],
  );
  const shown = await run(historyCommand, ['-n', '1']);
  assert.match(shown.out, /^> the second prompt$/m);
  assert.doesNotMatch(shown.out, /the first prompt/);
});

test('a job goes on by itself only where somebody can come back for it', async () => {
  const detached = await run(submitCommand, ['later', '--detach']);
  assert.match(detached.out, /^[0-9a-f-]{36}\n$/);
  const guest = await run(submitCommand, ['as a guest'], { key: '' });
  assert.deepEqual([guest.code, guest.out.length > 1], [0, true], guest.err);
  for (const refused of [
    await run(submitCommand, ['later', '--detach'], { key: '' }),
    await run(historyCommand, [], { key: '' }),
  ]) {
    assert.deepEqual([refused.code, refused.out], [EXIT_FAILED, '']);
    assert.match(refused.err, /needs a key/);
  }
  const failed = await run(submitCommand, ['to nobody', '--route', 'nothing']);
  assert.deepEqual([failed.code, failed.out], [EXIT_FAILED, '']);
});

test('what they cannot understand shows how they are used', async () => {
  const wrong: readonly (readonly [Command, readonly string[], RegExp])[] = [
    [submitCommand, [], /^Usage: hilo submit/],
    [submitCommand, ['a', '--unknown'], /^Usage: hilo submit/],
    [historyCommand, ['more'], /^Usage: hilo history/],
    [historyCommand, ['-n', '0'], /^Usage: hilo history/],
  ];
  for (const [command, args, usage] of wrong) {
    const { code, err } = await run(command, args);
    assert.equal(code, EXIT_USAGE);
    assert.match(err, usage);
  }
  assert.equal((await run(submitCommand, ['--help'])).code, 0);
  assert.equal((await run(historyCommand, ['--help'])).code, 0);
});
