/** A marker in files that were sent with messages: whatever erases the message, it is nowhere afterwards. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { startStub } from '../loadtest/stub-llm.ts';
import { pdfOf } from '../server/documents/documents.fixture.ts';
import { attached, contentOf, twoRoutes } from './support/attached-files.ts';
import { bothServers, guest, type GuestClient, type ServerPlace } from './support/both-servers.ts';
import { everythingKept } from './support/everything-kept.ts';

const onBoth = bothServers();

interface Said {
  readonly conversation: string;
  readonly promptMessage: string;
  readonly receipt: { readonly index: number };
}

type Erase = (client: GuestClient, said: Said) => Promise<unknown>;

const WAYS: Readonly<Record<string, Erase>> = {
  'one exchange': (client, { receipt }) => client.call('ledger.erase', { exchange: receipt.index }),
  'everything of the account': (client) => client.call('ledger.erase', { exchange: 'all' }),
  'its conversation, message by message': (client, { conversation }) =>
    client.call('chat.erase', { conversation }),
  'its conversation': (client, { conversation }) => client.call('conversations.delete', { conversation }),
  'all conversations': (client) => client.call('conversations.eraseAll'),
};

/** Noise, which no format makes small: its bytes are not found anywhere by chance. */
function noise(): Promise<Buffer> {
  const raw = { width: 64, height: 64, channels: 3 } as const;
  return sharp(randomBytes(64 * 64 * 3), { raw })
    .png()
    .toBuffer();
}

async function start(place: ServerPlace) {
  const stub = await startStub();
  place.context.after(() => stub.close());
  const models = await twoRoutes(place.dataDir, stub.url);
  const limits = { ANONYMOUS_CREDITS: '1000000', ANONYMOUS_CREDITS_PER_ADDRESS: '10000000' };
  const server = await place.start({
    environment: { ...limits, MODELS_FILE: models, LLM_PROVIDER: '' },
  });
  return { stub, server };
}

/** As the tables of either database show bytes, from the middle of them. */
function tracesOf(bytes: Buffer): string[] {
  const some = bytes.subarray(1_000, 1_032);
  return [some.toString('latin1'), some.toString('hex')];
}

for (const [what, erase] of Object.entries(WAYS)) {
  onBoth(`erased with a message: ${what}`, async (place) => {
    const { stub, server } = await start(place);
    using client = await guest(server);
    const marker = `k${randomBytes(12).toString('hex')}`;
    const files = {
      [`${marker}.pdf`]: pdfOf([`Words of a file ${marker}`]),
      [`a-${marker}.txt`]: Buffer.from(`more words ${marker}`),
      [`b-${marker}.png`]: await noise(),
    };
    const attachments = await attached(client, files);
    const said = (await client.call('chat.send', { text: 'plain', attachments })) as unknown as Said;
    const kept = await contentOf(client, said.promptMessage, 2);
    const traces = [marker, ...tracesOf(kept)];
    const before = await everythingKept(place);
    assert.ok(before.includes(marker) && traces.slice(1).some((trace) => before.includes(trace)));
    await erase(client, said);
    const after = await everythingKept(place);
    for (const trace of traces) assert.equal(after.includes(trace), false, 'on the disk, or in a table');
    const { promptMessage: message } = said;
    assert.equal(await client.failure('attachments.read', { message, position: 0 }), 'not_found');
    const seen = [await client.call('chat.history'), (await client.call('users.export'))['text']];
    assert.equal(JSON.stringify(seen).includes(marker), false, 'in what is sent');
    await client.call('chat.send', { text: 'what did I send?' });
    assert.equal(JSON.stringify(stub.requests.at(-1)?.body).includes(marker), false, 'in a prompt');
  });
}

onBoth('a guest who registers keeps what was sent, and takes it along', async (place) => {
  const { stub, server } = await start(place);
  using client = await guest(server);
  const attachments = await attached(client, { 'a.txt': Buffer.from('The heron is grey.') });
  const said = (await client.call('chat.send', { text: 'Keep it.', attachments })) as unknown as Said;
  const password = 'correct horse battery staple';
  const registered = await client.call('auth.register', { email: 'ana@example.org', password, name: 'Ana' });
  await client.call('session.authenticate', { key: registered['accessToken'] });
  const { conversation } = said;
  assert.equal((await contentOf(client, said.promptMessage, 0)).toString(), 'The heron is grey.');
  await client.call('chat.send', { conversation, text: 'Which colour?' });
  assert.ok(JSON.stringify(stub.requests.at(-1)?.body).includes('The heron is grey.'));
});
