/** Files of messages leave with an export, and come back with an import. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { startStub } from '../loadtest/stub-llm.ts';
import { FILE_PIECES } from '../server/conversations/conversation-files.ts';
import { attached, contentOf, sha256 } from './support/attached-files.ts';
import { bothServers, type ServerPlace } from './support/both-servers.ts';
import { everythingKept } from './support/everything-kept.ts';
import { RpcClient } from './support/rpc-client.ts';

const onBoth = bothServers();

interface File {
  readonly messages: readonly { readonly id: string; readonly attachments?: readonly Facts[] }[];
  readonly files: Record<string, unknown>[];
}
interface Facts {
  readonly name: string;
  readonly type: string;
  readonly sentHash: string;
}

async function start(place: ServerPlace) {
  const stub = await startStub();
  place.context.after(() => stub.close());
  const models = join(place.dataDir, 'models.json');
  const upstreams = [{ id: 'one', kind: 'openai', baseUrl: `${stub.url}/v1`, slots: 2 }];
  const about = { upstream: 'one', model: 'stub', contextTokens: 60_000, maxOutputTokens: 1_000 };
  const routes = [{ ...about, id: 'seeing', capabilities: ['chat', 'vision'] }];
  await writeFile(models, JSON.stringify({ upstreams, routes, default: 'seeing' }));
  const environment = {
    ANONYMOUS_CREDITS: '10000000',
    ANONYMOUS_CREDITS_PER_ADDRESS: '100000000',
    LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1000000',
    MODELS_FILE: models,
    LLM_INPUT_TOKEN_BUDGET: '60000',
    LLM_PROVIDER: '',
  };
  return { stub, server: await place.start({ environment }) };
}

async function pages(client: RpcClient, name: string, input: object): Promise<string> {
  let text = '';
  let more: object = {};
  for (let page = 0; page < 500; page += 1) {
    const result = await client.call(name, { ...input, ...more });
    text += String(result['text']);
    if (result['nextCursor'] === undefined) return text;
    more = { cursor: result['nextCursor'] };
  }
  return assert.fail('there is no end');
}

/** Noise, which no format makes small: it takes several pieces. */
function noise(): Promise<Buffer> {
  const raw = { width: 160, height: 160, channels: 3 } as const;
  return sharp(randomBytes(160 * 160 * 3), { raw })
    .png()
    .toBuffer();
}

const MARKER = `k${randomBytes(12).toString('hex')}`;
const TEXT = `${MARKER} ${'Ein Reiher 🪿 am Meer. '.repeat(1_500)}`;

async function said(client: RpcClient) {
  const files = { 'notes.txt': Buffer.from(TEXT), 'sea.png': await noise(), 'b.txt': Buffer.from('b') };
  const attachments = await attached(client, files);
  const sent = await client.call('chat.send', { text: 'Keep it.', attachments });
  const contents: Buffer[] = [];
  for (const at of attachments.keys()) {
    contents.push(await contentOf(client, String(sent['promptMessage']), at));
  }
  return { conversation: String(sent['conversation']), contents };
}

/** What the newest conversation has, after an import. */
async function imported(client: RpcClient, data: string) {
  const { conversations } = await client.call('conversations.import', { data });
  const [{ id: conversation } = { id: '' }] = conversations as { id: string }[];
  const { messages } = await client.call('conversations.messages', { conversation });
  const [first] = messages as { id: string; attachments?: Facts[] }[];
  const contents: Buffer[] = [];
  for (const at of first?.attachments?.keys() ?? [])
    contents.push(await contentOf(client, first?.id ?? '', at));
  return { conversation, facts: first?.attachments, contents };
}

onBoth('what was sent of files is in an export, and the same after an import', async (place) => {
  const { stub, server } = await start(place);
  using client = await RpcClient.open(server.port);
  const { conversation, contents } = await said(client);
  assert.ok((contents[1]?.length ?? 0) > FILE_PIECES.bytes && TEXT.length > FILE_PIECES.characters);
  const json = await pages(client, 'conversations.export', { conversation, format: 'json' });
  const file = JSON.parse(json) as File;
  assert.deepEqual(
    file.messages[0]?.attachments?.map(({ name, type }) => [name, type]),
    [
      ['notes.txt', 'text'],
      ['sea.png', 'image'],
      ['b.txt', 'text'],
    ],
  );
  const markdown = await pages(client, 'conversations.export', { conversation, format: 'markdown' });
  assert.match(markdown, /\*(?:with|con) notes\.txt\*/);
  const everything = await pages(client, 'users.export', {});
  await client.call('conversations.delete', { conversation });
  for (const data of [json, everything]) {
    const copy = await imported(client, data);
    assert.deepEqual(copy.contents, contents);
    assert.deepEqual(
      copy.facts?.map(({ name, sentHash }) => [name, sentHash]),
      file.messages[0]?.attachments?.map(({ name, sentHash }) => [name, sentHash]),
    );
    // The model is sent them again.
    await client.call('chat.send', { conversation: copy.conversation, text: 'And now?' });
    assert.ok(JSON.stringify(stub.requests.at(-1)?.body).includes('Ein Reiher'));
  }
});

onBoth(
  'a file whose files are not what they say is refused, and one without them is taken',
  async (place) => {
    const { server } = await start(place);
    using client = await RpcClient.open(server.port);
    const { conversation } = await said(client);
    const json = await pages(client, 'conversations.export', { conversation, format: 'json' });
    const [first = {}] = (JSON.parse(json) as File).files;
    const { message } = first;
    const script = Buffer.from('<svg onload="alert(1)"/>').toString('base64');
    for (const [files, words] of [
      [[{ message, position: 0, text: 'other words' }], /hash/],
      [[{ message, position: 1, data: script }], /hash/],
      [[{ message, position: -1, text: '' }], /files\.0\.position/],
      [[{ message, position: 0, data: 'no base64' }], /files\.0\.data/],
    ] as const) {
      const data = JSON.stringify({ ...(JSON.parse(json) as File), files });
      const { error } = await client.response(client.send('conversations.import', { data }));
      assert.equal(error?.data['reason'], 'import_refused');
      assert.match(error?.message ?? '', words);
    }
    const { messages, files, ...rest } = JSON.parse(json) as File;
    const bare = await imported(client, JSON.stringify({ ...rest, messages }));
    assert.equal(bare.facts, undefined);
    // A hash that fits does not make a picture of it.
    const noPicture = Buffer.from('<svg onload="alert(1)"/>');
    const named = json.replaceAll(messages[0]?.attachments?.[1]?.sentHash ?? '', sha256(noPicture));
    const hostile = [{ message, position: 1, data: noPicture.toString('base64') }];
    const data = JSON.stringify({ ...(JSON.parse(named) as File), files: hostile });
    const { error } = await client.response(client.send('conversations.import', { data }));
    assert.match(error?.message ?? '', /PNG or JPEG/);
    assert.ok(files.length > 3);
  },
);

onBoth('an imported file is erased with its conversation', async (place) => {
  const { server } = await start(place);
  using client = await RpcClient.open(server.port);
  const { conversation } = await said(client);
  const data = await pages(client, 'conversations.export', { conversation, format: 'json' });
  await client.call('conversations.delete', { conversation });
  const copy = await imported(client, data);
  assert.ok((await everythingKept(place)).includes(MARKER));
  await client.call('conversations.delete', { conversation: copy.conversation });
  assert.equal((await everythingKept(place)).includes(MARKER), false);
});
