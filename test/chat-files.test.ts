/** Messages of conversations leave files where chat is recorded, and erasing reaches them. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

test('with chat in HISTORY_FILES a message leaves its files, until it is erased', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-chat-files-'));
  const server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ARTIFACTS_DIR: folder, HISTORY_FILES: 'chat' },
  });
  context.after(async () => {
    await server.drain();
    await rm(folder, { recursive: true });
  });
  using client = await RpcClient.open(server.port);
  const said = (await client.call('chat.send', { text: 'a secret' })) as {
    conversation: string;
    files: Record<string, string>;
    receipt: { index: number };
  };
  const later = (await client.call('chat.send', { text: 'another' })) as typeof said;
  assert.deepEqual(Object.keys(said.files).sort(), ['input', 'output', 'record']);
  const output = await readFile(join(folder, 'chat', said.files['output'] ?? ''), 'utf8');
  assert.equal((JSON.parse(output) as { text: string }).text, 'echo: a secret');
  const state = await readFile(join(folder, 'chat/sessions', said.conversation, 'state.json'), 'utf8');
  assert.equal((JSON.parse(state) as { sessionId: string }).sessionId, said.conversation);
  const { records } = await client.call('conversations.messages', { conversation: said.conversation });
  assert.deepEqual(records, [said.files['record'], later.files['record']]);
  await client.call('ledger.erase', { exchange: said.receipt.index });
  await untilGone(folder, 'a secret');
  const left = await filesIn(folder);
  assert.ok(left.some((path) => path.endsWith(later.files['record'] ?? '?')));
  await client.call('conversations.delete', { conversation: said.conversation });
  await until(folder, 'only lines of days are left', async () =>
    (await filesIn(folder)).every((path) => path.endsWith('.jsonl')),
  );
  await untilGone(folder, 'another');
});

test('without it nothing is written', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-chat-files-'));
  const server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ARTIFACTS_DIR: folder },
  });
  context.after(async () => {
    await server.drain();
    await rm(folder, { recursive: true });
  });
  using client = await RpcClient.open(server.port);
  assert.equal((await client.call('chat.send', { text: 'a secret' }))['files'], undefined);
  assert.deepEqual(await filesIn(folder), []);
});

async function untilGone(folder: string, words: string): Promise<void> {
  await until(folder, `${words} is gone`, async () => {
    const texts = await Promise.all(
      (await filesIn(folder)).map((path) => readFile(path, 'utf8').catch(() => '')),
    );
    return !texts.some((text) => text.includes(words));
  });
}

/** The outbox deletes right after the erasing, and not within it. */
async function until(folder: string, what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    assert.ok(tries < 200, `not so: ${what}: ${(await filesIn(folder)).join(' ')}`);
    await pause(50);
  }
}
