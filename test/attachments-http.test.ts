/** Files and pictures in requests of other APIs, as their clients send them; the stub says what it saw. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { docxOf, pdfOf } from '../server/documents/documents.fixture.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';
import { picture } from './support/attached-files.ts';

type Json = Record<string, unknown>;

let bench: ApiBench;

before(async () => {
  bench = await startApiBench();
});

after(() => bench[Symbol.asyncDispose]());

async function post(path: string, body: Json): Promise<{ status: number; text: string }> {
  const response = await fetch(`${bench.origin}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bench.key}`,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, text: await response.text() };
}

async function answered(path: string, body: Json): Promise<string> {
  const { status, text } = await post(path, body);
  assert.equal(status, 200, text);
  return text;
}

const PDF = pdfOf(['The heron stands in the water.', 'It is grey.']).toString('base64');
const DOCX = docxOf(['The train leaves at nine.']).toString('base64');

test('OpenAI: `file` parts become text, `image_url` stays a picture', async () => {
  const image = (await picture(8, 8)).toString('base64');
  const content = [
    { type: 'file', file: { filename: 'bird.pdf', file_data: `data:application/pdf;base64,${PDF}` } },
    { type: 'file', file: { filename: 'train.docx', file_data: DOCX } },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
    { type: 'text', text: 'What are these?' },
  ];
  const text = await answered('/v1/chat/completions', { messages: [{ role: 'user', content }] });
  for (const words of ['heron stands', 'It is grey', 'leaves at nine', 'What are these?', 'images: 1']) {
    assert.ok(text.includes(words), `${words} in ${text}`);
  }
  assert.ok(text.includes('name=\\"bird.pdf\\" type=\\"pdf\\" pages=\\"2\\"'), text);
});

test('a picture that is sent as a file is a picture', async () => {
  const file = { filename: 'a.bin', file_data: (await picture(8, 8, 'webp')).toString('base64') };
  const content = [
    { type: 'text', text: 'And this?' },
    { type: 'file', file },
  ];
  const text = await answered('/v1/chat/completions', { messages: [{ role: 'user', content }] });
  assert.ok(text.includes('images: 1'), text);
});

test('the Responses API and Anthropic’s take documents too', async () => {
  const file_data = `data:application/pdf;base64,${PDF}`;
  const input = [{ role: 'user', content: [{ type: 'input_file', filename: 'bird.pdf', file_data }] }];
  assert.ok((await answered('/v1/responses', { model: 'default', input })).includes('heron stands'));
  const source = { type: 'base64', media_type: 'application/pdf', data: PDF };
  const content = [
    { type: 'document', source, title: 'bird.pdf' },
    { type: 'text', text: 'What is it?' },
  ];
  const asked = { model: 'default', max_tokens: 100, messages: [{ role: 'user', content }] };
  assert.ok((await answered('/v1/messages', asked)).includes('heron stands'));
  const { max_tokens: _, ...counted } = asked;
  const tokens = JSON.parse(await answered('/v1/messages/count_tokens', counted)) as { input_tokens: number };
  assert.ok(tokens.input_tokens > 20 && tokens.input_tokens < 200, String(tokens.input_tokens));
});

test('Ollama’s form of pictures', async () => {
  const images = [(await picture(8, 8, 'jpeg')).toString('base64')];
  const messages = [{ role: 'user', content: 'What is it?', images }];
  const text = await answered('/api/chat', { model: 'default', messages, stream: false });
  assert.ok(text.includes('images: 1'), text);
});

test('what cannot be read is refused by name, and a file that is only named too', async () => {
  const send = (file: Json) =>
    post('/v1/chat/completions', { messages: [{ role: 'user', content: [{ type: 'file', file }] }] });
  const broken = Buffer.from('%PDF-1.7\nand nothing else').toString('base64');
  const refused = await send({ filename: '../a.pdf', file_data: broken });
  assert.equal(refused.status, 422, refused.text);
  assert.match(refused.text, /a\.pdf cannot be sent/);
  const named = await send({ file_id: 'file-1' });
  assert.equal(named.status, 400);
  assert.match(named.text, /messages\[0\]\.content\[0\]\.file\.file_data/);
});
