/** Summaries on a running server, with the stub as the model: long documents, costs, cancelling, keeping. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { sendLargeInput } from '../shared/client/large-input.ts';
import { docxOf, pdfOf } from '../server/documents/documents.fixture.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startStubServer } from './support/stub-server.ts';
import { startTestServer } from './support/test-server.ts';

const PAGES = 300;
const PRICES = { MODEL_PRICES: '{"*":{"input":1,"output":2}}', ANONYMOUS_CREDITS: '100000000' };
const ROOMY = {
  ...PRICES,
  ANONYMOUS_CREDITS_PER_ADDRESS: '100000000',
  LIMIT_LINE_BYTES_MAX_ANONYMOUS: '1048576',
  LLM_INPUT_TOKEN_BUDGET: '6000',
  LLM_MAX_OUTPUT_TOKENS: '512',
};

/** Some three hundred words a page, none like another. */
function report(): Buffer {
  const page = (number: number): string =>
    Array.from({ length: 30 }, (_, line) => {
      return `On page ${number} line ${line} says that measure ${number * 31 + line} rose in its year.`;
    }).join(' ');
  return pdfOf(
    Array.from({ length: PAGES }, (_, index) => page(index + 1)),
    { title: 'A long report' },
  );
}

async function uploaded(client: RpcClient, bytes: Buffer): Promise<string> {
  return sendLargeInput((name, input) => client.call(name, input), { pieces: [bytes], bytes: bytes.length });
}

async function heldOf(client: RpcClient): Promise<unknown> {
  return (await client.call('credits.balance'))['held'];
}

interface Charge {
  readonly type: string;
  readonly service?: string;
  readonly amount: number;
}

/** What the account was charged, by entry of the ledger. */
async function chargesOf(client: RpcClient): Promise<Charge[]> {
  const { rows, next } = await client.call('credits.statement', { limit: 200 });
  assert.equal(next, undefined);
  return (rows as Charge[]).filter(({ type }) => type === 'charge');
}

function sumOf(charges: readonly Charge[]): number {
  return charges.reduce((sum, { amount }) => sum - amount, 0);
}

/** The parameters of all notifications with this name that came so far. */
function told(client: RpcClient, method: string): Record<string, unknown>[] {
  return client.messages.flatMap((one) => (one.method === method && one.params ? [one.params] : []));
}

test('a PDF of 300 pages: progress is told, and a bound of the cost before anything is paid', async () => {
  const environment = { ...ROOMY, RATE_MAX_MESSAGES: '1' };
  await using server = await startStubServer('openai', { mode: 'prose', tokens: 90 }, { environment });
  using client = await RpcClient.open(server.port);
  const document = await uploaded(client, report());
  const id = client.send('summaries.create', { document, length: 'short', style: 'as a list' });
  const started = (await client.notification('summaries.started')).params ?? {};
  const { result } = await client.response(id);
  assert.ok(result, JSON.stringify(client.messages.at(-1)?.error));

  const { page, pages } = told(client, 'summaries.reading').at(-1) ?? {};
  assert.deepEqual([page, pages], [PAGES, PAGES]);
  const { parts, calls, creditsMax } = started as Record<'parts' | 'calls' | 'creditsMax', number>;
  assert.equal(started['title'], 'A long report');
  assert.ok(parts > 10 && calls > parts, `${parts} parts, ${calls} calls`);
  const progress = told(client, 'summaries.progress');
  const { received } = server.stub.totals;
  assert.equal(progress.length, received);
  assert.ok(received <= calls && received > parts, `${received} of ${calls} calls`);

  const { charged } = result['credits'] as { charged: number };
  assert.ok(charged > 0 && charged <= creditsMax, `${charged} of ${creditsMax}`);
  assert.equal(sumOf(await chargesOf(client)), charged);
  assert.equal(await heldOf(client), 0);
  assert.equal(progress.at(-1)?.['charged'], charged);
  assert.equal((result['receipts'] as unknown[]).length, received);
  assert.equal(
    told(client, 'summaries.delta')
      .map(({ text }) => text)
      .join(''),
    result['text'],
  );
  // One message for the rate window, however many calls it takes.
  assert.equal(await client.failure('summaries.create', { text: 'Another one.' }), 'rate_limited');
});

test('no call is longer than the context of its route', async () => {
  await using server = await startStubServer(
    'openai',
    { mode: 'prose', tokens: 900 },
    { environment: ROOMY },
  );
  using client = await RpcClient.open(server.port);
  const document = await uploaded(client, report());
  await client.call('summaries.create', { document, length: 'long' });
  const longest = Math.max(...server.stub.requests.map(({ body }) => JSON.stringify(body).length));
  // The text of the report has more than four characters in a token.
  assert.ok(longest < 6_512 * 6, `${longest} characters`);
});

test('cancelled in the middle, what was done is paid, and nothing stays held', async () => {
  const settings = { mode: 'prose', tokens: 60, firstTokenMs: 20 } as const;
  await using server = await startStubServer('openai', settings, { environment: ROOMY });
  using client = await RpcClient.open(server.port);
  const document = await uploaded(client, report());
  const id = client.send('summaries.create', { document });
  for (let count = 0; count < 5; count += 1) await client.notification('summaries.progress');
  const cancelling = client.send('chat.cancel', { requestId: id });
  const answered = new Map<unknown, string | undefined>();
  while (answered.size < 2) {
    const message = await client.next();
    if (message.id === id || message.id === cancelling) {
      answered.set(message.id, message.error?.data['reason'] as string | undefined);
    }
  }
  assert.equal(answered.get(id), 'cancelled');
  const { charged } = told(client, 'summaries.progress').at(-1) as { charged: number };
  assert.ok(charged > 0);
  const paid = await chargesOf(client);
  assert.ok(sumOf(paid) >= charged);
  assert.equal(await heldOf(client), 0);
  assert.ok(paid.every(({ service }) => service === 'summarize'));
  assert.ok(paid.length >= 5, `${paid.length} charges`);
  assert.deepEqual((await client.call('summaries.list'))['summaries'], []);
  assert.equal(server.stub.totals.inFlight, 0);
});

test('a summary that could cost more than is allowed is refused, and nothing is paid', async () => {
  await using server = await startStubServer('openai', { mode: 'prose', tokens: 20 }, { environment: ROOMY });
  using client = await RpcClient.open(server.port);
  const request = { text: 'A short text. '.repeat(50), creditsMax: 10 };
  assert.equal(await client.failure('summaries.create', request), 'too_expensive');
  assert.deepEqual(await chargesOf(client), []);
  assert.equal(server.stub.totals.received, 0);
});

test('a summary that the account cannot pay to its end is refused before any part is charged', async () => {
  const environment = {
    ...ROOMY,
    MODEL_PRICES: '{"*":{"input":2,"output":2}}',
    ANONYMOUS_CREDITS: '40000',
  };
  const settings = { mode: 'prose', tokens: 20 } as const;
  await using server = await startStubServer('openai', settings, { environment });
  using client = await RpcClient.open(server.port);
  const text = (sentences: number) => 'One sentence of many, which says little. '.repeat(sentences);
  const document = await uploaded(client, Buffer.from(text(3_000)));
  const { error } = await client.response(client.send('summaries.create', { document }));
  assert.equal(error?.data['reason'], 'insufficient_credits');
  assert.match(error?.message ?? '', /40,?000/);
  assert.equal(server.stub.totals.received, 0);
  assert.deepEqual(await chargesOf(client), []);
  // What it can pay, it does pay, although it has to be given to it in portions.
  const payable = await uploaded(client, Buffer.from(text(900)));
  const { parts } = await client.call('summaries.create', { document: payable });
  assert.ok(Number(parts) > 1, `${String(parts)} parts`);
});

test('a part that fails is asked for once more, and one that fails again ends the summary', async () => {
  const environment = { ...ROOMY, LLM_MAX_RETRIES: '0' };
  await using server = await startStubServer('openai', { mode: 'prose', tokens: 60 }, { environment });
  using client = await RpcClient.open(server.port);
  const text = 'One sentence of many, which says little. '.repeat(3_000);
  const document = await uploaded(client, Buffer.from(text));
  server.stub.configure({ next: [{ kind: 'cut_mid', count: 1 }] });
  await client.call('summaries.create', { document });
  server.stub.configure({ always: ['cut_mid'] });
  const again = await uploaded(client, Buffer.from(text));
  const failed = await client.failure('summaries.create', { document: again });
  assert.match(failed, /^upstream_/);
  assert.equal(await heldOf(client), 0);
});

test('summaries are kept for their owner, listed in pages, read and deleted', async () => {
  await using server = await startStubServer('openai', { mode: 'prose', tokens: 20 }, { environment: ROOMY });
  using client = await RpcClient.open(server.port);
  const ids: unknown[] = [];
  for (const text of ['First text.\nMore of it.', 'Second text.', 'Third text.']) {
    const { id } = await client.call('summaries.create', { text, length: 'short' });
    ids.unshift(id);
  }
  const first = await client.call('summaries.list', { limit: 2 });
  const second = await client.call('summaries.list', { limit: 2, cursor: first['nextCursor'] });
  const listed = [first, second].flatMap(({ summaries }) => summaries as { id: string; title: string }[]);
  assert.deepEqual(
    listed.map(({ id }) => id),
    ids,
  );
  assert.deepEqual(
    listed.map(({ title }) => title),
    ['Third text.', 'Second text.', 'First text.'],
  );
  assert.equal(second['nextCursor'], undefined);
  const summary = await client.call('summaries.get', { summary: ids[0] });
  assert.ok(String(summary['text']).length > 0);
  using other = await RpcClient.open(server.port);
  assert.equal(await other.failure('summaries.get', { summary: ids[0] }), 'not_found');
  assert.equal(await other.failure('summaries.delete', { summary: ids[0] }), 'not_found');
  await client.call('summaries.delete', { summary: ids[0] });
  assert.equal(await client.failure('summaries.get', { summary: ids[0] }), 'not_found');
  await client.call('conversations.eraseAll');
  assert.deepEqual((await client.call('summaries.list'))['summaries'], []);
});

test('a page is fetched, read and summarised; what is inside is not reached', async () => {
  const web = createServer((request, response) => {
    if (request.url === '/gone') response.writeHead(404).end();
    else if (request.url === '/inwards')
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else if (request.url === '/report.docx') response.end(docxOf(['The report says yes.']));
    else response.end('<html><head><title>A page</title></head><body><p>It says no.</p></body></html>');
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const environment = { OUTBOUND_ALLOW: `127.0.0.1:${port}`, RATE_MAX_MESSAGES: '100' };
  const providers = providersOf(new EchoProvider());
  await using server = await startTestServer({ environment, providers });
  using client = await RpcClient.open(server.port);
  const base = `http://127.0.0.1:${port}`;
  const page = await client.call('summaries.create', { url: `${base}/` });
  assert.deepEqual([page['title'], page['source'], page['url']], ['A page', 'url', `${base}/`]);
  assert.match(String(page['text']), /<text>\nIt says no\.\n<\/text>/);
  const docx = await client.call('summaries.create', { url: `${base}/report.docx` });
  assert.match(String(docx['text']), /The report says yes\./);
  assert.equal(await client.failure('summaries.create', { url: `${base}/gone` }), 'page_failed');
  const refused = [`${base}/inwards`, 'http://localhost/', 'http://127.0.0.1:22/', 'file:///etc/passwd'];
  for (const url of refused)
    assert.equal(await client.failure('summaries.create', { url }), 'url_refused', url);
  web.closeAllConnections();
  web.close();
});

test('what cannot be summarised says why', async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  using client = await RpcClient.open(server.port);
  assert.equal(await client.failure('summaries.create', {}), 'invalid_params');
  assert.equal(await client.failure('summaries.create', { text: 'a', url: 'http://b/' }), 'invalid_params');
  assert.equal(await client.failure('summaries.create', { document: 'not mine' }), 'not_found');
  const broken = await uploaded(client, Buffer.from('%PDF-1.7 and no more'));
  assert.equal(await client.failure('summaries.create', { document: broken }), 'document_broken');
  await using offline = await startTestServer();
  using alone = await RpcClient.open(offline.port);
  assert.equal(await alone.failure('summaries.create', { text: 'Some text.' }), 'unsupported');
});
