/** Summaries and jobs leave files where they are recorded; erasing reaches them, and others do not. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

let folder = '';
let server: Awaited<ReturnType<typeof startTestServer>>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hilo-work-files-'));
  server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ARTIFACTS_DIR: folder, HISTORY_FILES: 'summarize,job' },
  });
});

after(async () => {
  await server.drain();
  await rm(folder, { recursive: true });
});

/** The texts of all files but the lines of days, as soon as it holds of them. */
async function until(holds: (texts: readonly string[]) => boolean): Promise<readonly string[]> {
  for (let tries = 0; ; tries += 1) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.jsonl'));
    const read = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8'));
    const texts = await Promise.all(read.map((text) => text.catch(() => '')));
    if (holds(texts)) return texts;
    assert.ok(tries < 200, texts.join('\n'));
    await pause(50);
  }
}

test('a summary leaves files, which only its owner can summarise again, and which go with it', async () => {
  using client = await RpcClient.open(server.port);
  using other = await RpcClient.open(server.port);
  await other.call('session.whoami');
  const made = await client.call('summaries.create', { text: 'What the lamp has seen.' });
  const keys = made['keys'] as { record: string; summary: string };
  assert.deepEqual(Object.keys(keys).sort(), ['input', 'record', 'summary']);
  const said = await readFile(join(folder, 'summarize', keys.summary), 'utf8');
  assert.equal(said, made['text']);
  const record = JSON.parse(await readFile(join(folder, 'summarize', keys.record), 'utf8')) as object;
  assert.deepEqual(
    [record].map((each) => {
      const { service, status, prompt } = each as Record<string, unknown>;
      return { service, status, prompt };
    }),
    [{ service: 'summarize', status: 'ok', prompt: 'What the lamp has seen.' }],
  );
  assert.deepEqual((await client.call('summaries.get', { summary: made['id'] }))['keys'], keys);
  const again = await client.call('summaries.create', { s3Key: keys.summary });
  assert.deepEqual([again['source'], String(again['text']).includes('the lamp')], ['document', true]);
  assert.equal(await other.failure('summaries.create', { s3Key: keys.summary }), 'not_found');
  assert.equal(await other.failure('jobs.submit', { summarize: { s3Key: keys.summary } }), 'not_found');
  const job = await client.call('jobs.submit', { summarize: { s3Key: keys.summary } });
  await client.call('jobs.cancel', { job: (job['job'] as { id: string }).id }).catch(() => undefined);
  await client.call('summaries.delete', { summary: again['id'] });
  await client.call('summaries.delete', { summary: made['id'] });
  await client.call('ledger.erase', { exchange: 'all' });
  await until((texts) => !texts.some((text) => text.includes('the lamp')));
});

test('a job leaves files when it is over, which go with it', async () => {
  using client = await RpcClient.open(server.port);
  const { job } = await client.call('jobs.submit', { prompt: 'a secret' });
  const { id } = job as { id: string };
  const texts = await until((all) => all.filter((text) => text.includes(id)).length > 0);
  const record = texts.find((text) => text.includes('"meta"')) ?? assert.fail();
  const { service, status, tokens } = JSON.parse(record) as Record<string, unknown>;
  assert.deepEqual([service, status, tokens], ['job', 'ok', { in: 7, out: 3 }]);
  await until((all) => all.some((text) => text.includes('echo: a secret')));
  await client.call('jobs.erase', { job: id });
  await until((all) => !all.some((text) => text.includes('a secret')));
});
