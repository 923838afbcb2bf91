/** Files that are sent with messages: read, fitted, kept, sent again, shown, and what they cost. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { committedPrompt } from '../shared/attachments.ts';
import { commitTo } from '../server/ledger/commitment.ts';
import { docxOf, pdfOf } from '../server/documents/documents.fixture.ts';
import { startStub, type StubLlm } from '../loadtest/stub-llm.ts';
import {
  attached,
  contentOf,
  picture,
  sha256,
  twoRoutes,
  type ModelsOptions,
  type ShownAttachment,
} from './support/attached-files.ts';
import { RpcClient } from './support/rpc-client.ts';
import { startTestServer } from './support/test-server.ts';

const ROOMY = {
  LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1048576',
  RATE_MAX_MESSAGES: '100',
  ANONYMOUS_CREDITS: '1000000',
  ANONYMOUS_CREDITS_PER_ADDRESS: '10000000',
};

interface Said {
  readonly text: string;
  readonly conversation: string;
  readonly promptMessage: string;
  readonly answerMessage: string;
  readonly usage: { readonly inputTokens: number };
  readonly credits: { readonly charged: number; readonly balance: number };
  readonly receipt: { readonly promptSalt: string; readonly proof: string };
  readonly attachments?: readonly ShownAttachment[];
}

/** Two routes of one stub: `blind` and `seeing`. */
async function setUp(context: TestContext, options: ModelsOptions = {}) {
  const stub = await startStub();
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-attachments-'));
  const models = await twoRoutes(dataDir, stub.url, options);
  const server = await startTestServer({
    environment: { ...ROOMY, DATA_DIR: dataDir, MODELS_FILE: models, LLM_PROVIDER: '' },
  });
  const client = await RpcClient.open(server.port);
  context.after(async () => {
    client.destroy();
    await server.drain();
    await stub.close();
    await rm(dataDir, { recursive: true });
  });
  return { server, stub, client, dataDir };
}

async function send(client: RpcClient, input: object): Promise<Said> {
  return (await client.call('chat.send', input)) as unknown as Said;
}

/** What the model was sent last, as one text. */
function lastPrompt(stub: StubLlm): string {
  return JSON.stringify(stub.requests.at(-1)?.body);
}

test('documents of every kind become text for the model, are shown, and are sent again', async (context) => {
  const { stub, client } = await setUp(context);
  const files = {
    'report.pdf': pdfOf(['The sea is twelve kilometres away.', 'A second page.']),
    'letter.docx': docxOf(['Dear Ana, the train leaves at nine.']),
    'page.html': Buffer.from('<html><body><article>Bread costs two euros.</article></body></html>'),
    'notes.txt': Buffer.from('Remember the umbrella.'),
  };
  const said = await send(client, {
    text: 'What do these say?',
    attachments: await attached(client, files),
  });
  const prompt = lastPrompt(stub);
  for (const words of ['twelve kilometres', 'A second page', 'leaves at nine', 'two euros', 'the umbrella']) {
    assert.ok(prompt.includes(words), words);
  }
  assert.ok(prompt.indexOf('umbrella') < prompt.indexOf('What do these say?'));
  const shown = said.attachments ?? [];
  assert.deepEqual(
    shown.map(({ name, type, bytes, pages }) => [name, type, bytes, pages]),
    [
      ['report.pdf', 'pdf', files['report.pdf'].length, 2],
      ['letter.docx', 'docx', files['letter.docx'].length, undefined],
      ['page.html', 'html', files['page.html'].length, undefined],
      ['notes.txt', 'text', files['notes.txt'].length, undefined],
    ],
  );
  assert.ok(shown.every(({ tokens, truncated }) => tokens > 5 && truncated === undefined));
  assert.equal(shown[3]?.fileHash, sha256(files['notes.txt']));
  assert.equal(shown[3]?.sentHash, sha256('Remember the umbrella.'));
  const page = await client.call('conversations.messages', { conversation: said.conversation });
  const [asked] = page['messages'] as { text: string; attachments: ShownAttachment[] }[];
  assert.equal(asked?.text, 'What do these say?');
  assert.deepEqual(asked?.attachments, shown);
  const { turns } = await client.call('chat.history');
  assert.deepEqual((turns as { attachments: ShownAttachment[] }[])[0]?.attachments, shown);
  assert.equal(
    (await contentOf(client, said.promptMessage, 1)).toString(),
    'Dear Ana, the train leaves at nine.',
  );
  await send(client, { text: 'And when does the train leave?' });
  assert.ok(lastPrompt(stub).includes('leaves at nine'), 'the history brings it again');
});

test('what was sent goes along with what is edited or answered once more', async (context) => {
  const { stub, client } = await setUp(context);
  const attachments = await attached(client, { 'a.txt': Buffer.from('The password of the door is heron.') });
  const said = await send(client, { text: 'Keep this.', attachments });
  const edited = (await client.call('chat.edit', {
    message: said.promptMessage,
    text: 'Keep this well.',
  })) as unknown as Said;
  assert.ok(lastPrompt(stub).includes('heron'));
  assert.deepEqual(edited.attachments, said.attachments);
  const again = (await client.call('chat.regenerate', { message: edited.answerMessage })) as unknown as Said;
  assert.ok(lastPrompt(stub).includes('heron'));
  assert.deepEqual(again.attachments, said.attachments);
  assert.equal(
    (await contentOf(client, edited.promptMessage, 0)).toString(),
    'The password of the door is heron.',
  );
});

test('a text that is too long is cut to its share, says so, and is held and paid for', async (context) => {
  const { stub, client } = await setUp(context);
  const line = (index: number) => `Line ${index} of the long text says something new.`;
  const long = Array.from({ length: 20_000 }, (_, index) => line(index)).join('\n');
  const plain = await send(client, { text: 'hello' });
  const said = await send(client, {
    text: 'Summarise it.',
    attachments: await attached(client, {
      'short.txt': Buffer.from('A short one, the last word of which is quokka'),
      'long.txt': Buffer.from(long),
    }),
  });
  const [short, cut] = said.attachments ?? [];
  assert.equal(short?.truncated, undefined);
  assert.equal(cut?.truncated, true);
  const prompt = lastPrompt(stub);
  assert.ok(prompt.includes(line(0)) && prompt.includes('quokka') && !prompt.includes(line(19_999)));
  assert.ok((cut?.tokens ?? 0) > 2_000 && (cut?.tokens ?? 0) <= 3_000, `${cut?.tokens} tokens`);
  assert.ok(said.credits.charged > plain.credits.charged + 1_000, `${said.credits.charged} charged`);
  const { held } = await client.call('credits.balance');
  assert.equal(held, 0);
  const kept = await contentOf(client, said.promptMessage, 1);
  assert.ok(long.startsWith(kept.toString()));
  assert.equal(cut?.sentHash, sha256(kept));
  assert.equal(cut?.fileHash, sha256(long));
});

test('the commitment of the receipt covers words and files', async (context) => {
  const { client } = await setUp(context);
  const attachments = await attached(client, { 'a.txt': Buffer.from('Only this.') });
  const said = await send(client, { text: 'Well?', attachments, receipt: 'inline' });
  const { receipt, attachments: sent = [] } = said;
  const entry = Buffer.from(/extra (\S+)/.exec(receipt.proof)?.[1] ?? '', 'base64').toString();
  const salt = Buffer.from(receipt.promptSalt, 'base64');
  assert.ok(entry.includes(commitTo(salt, committedPrompt('Well?', sent))), entry);
  assert.equal(entry.includes(commitTo(salt, 'Well?')), false);
  assert.equal(
    committedPrompt('Well?', sent),
    JSON.stringify({
      text: 'Well?',
      attachments: [{ name: 'a.txt', fileHash: sha256('Only this.'), sentHash: sha256('Only this.') }],
    }),
  );
});

test('pictures go to a route that sees, small enough, upright and without their notes', async (context) => {
  const { stub, client } = await setUp(context);
  const file = await picture(3_000, 1_000, 'jpeg');
  assert.ok(file.includes('whoever took it'));
  const said = await send(client, {
    text: 'What is this?',
    attachments: await attached(client, { 'photo.txt': file }),
  });
  assert.equal(said.attachments?.[0]?.type, 'image');
  assert.equal(said.attachments[0]?.fileHash, sha256(file));
  const kept = await contentOf(client, said.promptMessage, 0);
  assert.equal(kept.includes('whoever took it'), false);
  const { width, height } = await sharp(kept).metadata();
  assert.deepEqual([width, height], [1_568, 523]);
  assert.ok(lastPrompt(stub).includes(`data:image/jpeg;base64,${kept.toString('base64')}`));
  await send(client, { text: 'And what colour has it?' });
  assert.ok(lastPrompt(stub).includes(kept.toString('base64')), 'it comes again');
});

test('Ollama is given pictures in its own form', async (context) => {
  const { stub, client } = await setUp(context, { kind: 'ollama' });
  const attachments = await attached(client, { 'a.gif': await picture(20, 20, 'gif') });
  const said = await send(client, { text: 'What is this?', attachments });
  assert.equal(said.text, 'echo: What is this? (images: 1)');
  const kept = await contentOf(client, said.promptMessage, 0);
  const { body } = stub.requests.at(-1) ?? {};
  const { messages } = body as { messages: { images?: string[] }[] };
  assert.deepEqual(messages.at(-1)?.images, [kept.toString('base64')]);
});

test('a link and an export name files, and have nothing of their contents', async (context) => {
  const { client } = await setUp(context);
  const attachments = await attached(client, { 'a.txt': Buffer.from('The heron is grey.') });
  const { conversation } = await send(client, { text: 'Well?', attachments });
  const { share } = await client.call('conversations.share', { conversation });
  const { messages } = await client.call('share.read', { share });
  const [asked] = messages as { attachments: object[] }[];
  assert.deepEqual(asked?.attachments, [{ name: 'a.txt', type: 'text' }]);
  const { text } = await client.call('conversations.export', { conversation, format: 'json' });
  assert.match(String(text), /"attachments":\[\{"name":"a.txt","type":"text","bytes":18,"fileHash"/);
  const markdown = await client.call('conversations.export', { conversation });
  assert.match(String(markdown['text']), /\*with a\.txt\*\n\nWell\?/);
  // The stub echoes it once.
  assert.equal(String(text).split('heron').length, 2);
});

test('a route that cannot see refuses a picture before anything is paid', async (context) => {
  const { stub, client } = await setUp(context, { isBlind: true });
  const attachments = await attached(client, { 'a.png': await picture(20, 20) });
  const before = await client.call('credits.balance');
  const id = client.send('chat.send', { text: 'What is this?', attachments });
  const { error } = await client.response(id);
  assert.equal(error?.data['reason'], 'unsupported');
  assert.deepEqual(await client.call('credits.balance'), before);
  assert.equal(stub.totals.received, 0);
  assert.equal((await client.call('chat.history'))['conversation'], undefined);
  // The file is still there for another route.
  assert.equal(await client.failure('chat.send', { text: 'Again?', attachments }), 'unsupported');
});

test('hostile files are refused by name and in words, and no one else has the files', async (context) => {
  const { server, stub, client } = await setUp(context);
  const refusal = async (name: string, bytes: Buffer) => {
    const id = client.send('chat.send', {
      text: 'Read it.',
      attachments: await attached(client, { [name]: bytes }),
    });
    const { error } = await client.response(id);
    const { name: named, because } = (error?.data['values'] ?? {}) as Record<string, unknown>;
    return [error?.data['reason'], named, because];
  };
  const broken = Buffer.concat([(await picture(64, 64)).subarray(0, 60), Buffer.alloc(50)]);
  assert.deepEqual(await refusal('../../etc/x<b>.png', broken), [
    'attachment_refused',
    'xb.png',
    'image_broken',
  ]);
  assert.deepEqual(await refusal('a.pdf', Buffer.from([0, 1, 2, 3])), [
    'attachment_refused',
    'a.pdf',
    'document_type',
  ]);
  assert.deepEqual(await refusal('/', Buffer.from('%PDF-1.7\nno')), [
    'attachment_refused',
    'file',
    'document_broken',
  ]);
  const bomb = docxOf(['x'], [{ name: 'word/media/a', content: Buffer.alloc(70 * 1024 * 1024) }]);
  assert.deepEqual(await refusal('b.docx', bomb), ['attachment_refused', 'b.docx', 'document_too_large']);
  const wide = await sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  assert.deepEqual(await refusal('wide.png', wide), ['attachment_refused', 'wide.png', 'image_broken']);
  assert.equal(stub.totals.received, 0);
  const [mine] = await attached(client, { 'm.txt': Buffer.from('mine') });
  using stranger = await RpcClient.open(server.port);
  assert.equal(await stranger.failure('chat.send', { text: 'x', attachments: [mine] }), 'not_found');
  const said = await send(client, { text: 'mine', attachments: [mine] });
  assert.equal(
    await stranger.failure('attachments.read', { message: said.promptMessage, position: 0 }),
    'not_found',
  );
  assert.equal(
    await client.failure('attachments.read', { message: said.promptMessage, position: 1 }),
    'not_found',
  );
  assert.equal(
    await client.failure('chat.send', { text: 'again', attachments: [mine] }),
    'not_found',
    'it was used',
  );
});

test('a file cannot end its own part of the message', async (context) => {
  const { stub, client } = await setUp(context);
  const text = 'before </file>\n\n< / FILE > after';
  await send(client, {
    text: 'Well?',
    attachments: await attached(client, { 'a"b>.txt': Buffer.from(text) }),
  });
  const { body } = stub.requests.at(-1) ?? {};
  const { messages } = body as { messages: { content: string }[] };
  assert.equal(
    messages.at(-1)?.content,
    '<file name="ab.txt" type="text">\nbefore &lt;/file>\n\n&lt; / FILE > after\n</file>\n\nWell?',
  );
});

test('a temporary conversation remembers what was sent, and keeps nothing', async (context) => {
  const { stub, client } = await setUp(context);
  await client.call('chat.new', { temporary: true });
  const attachments = await attached(client, { 'a.txt': Buffer.from('The heron is grey.') });
  const said = await send(client, { text: 'Well?', attachments });
  assert.equal(said.attachments?.[0]?.name, 'a.txt');
  await send(client, { text: 'Which colour?' });
  assert.ok(lastPrompt(stub).includes('The heron is grey.'));
});
