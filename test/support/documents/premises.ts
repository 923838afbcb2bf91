/** What each page takes for granted: who is there already, and which models. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyData01 } from '../data-0-1.fixture.ts';
import { connectAs, register } from '../people.ts';
import type { House } from './house.ts';
import type { PageRun } from './run-page.ts';

const OFFLINE = { LLM_PROVIDER: 'offline' };

export const PREMISES: Readonly<Record<string, PageRun>> = {
  'README.md': { settings: OFFLINE, premise: anaHasChatted },
  // Deltas of a word each, as the page shows them.
  'docs/protocol.md': { settings: { ...OFFLINE, COMPANION_DELAY_MS: '15' } },
  'docs/postgresql.md': { hasPostgres: true },
  'docs/upgrading.md': { prepare: copyData01 },
  'docs/privacy.md': { premise: anaHasChatted },
  'docs/witness.md': { premise: witnessOfItself },
  'docs/clients.md': { premise: largeAndSmall },
};

/** She has made an account on the page, and has two conversations. */
async function anaHasChatted(house: House): Promise<void> {
  const server = { port: house.port('5001') };
  const ana = { email: 'ana@example.org', password: 'a sentence that only I know' };
  using client = await connectAs(server, await register(server, ana));
  await client.call('chat.send', { text: 'hello' });
  await client.call('chat.new');
  await client.call('chat.send', { text: 'What helps against stage fright?' });
  // The page shows the session that comes first after a start.
  await house.set({});
}

/** The key of its witness, which the page makes, is what the other machine would have sent. */
async function witnessOfItself(house: House): Promise<void> {
  const { folder, checkout } = house.places;
  const state = join(folder, 'var/lib/hilo-witness');
  const args = ['witness', 'key', '--state', state, '--name', 'witness.one.example/w1'];
  const { stdout } = await promisify(execFile)(join(checkout, 'hilo'), args, { env: house.environment });
  house.places = { ...house.places, witnessKey: stdout.trim() };
}

async function largeAndSmall(house: House): Promise<void> {
  const path = join(house.places.checkout, 'models.json');
  const route = { upstream: 'house', model: 'gpt-4o', capabilities: ['chat', 'tools', 'json', 'vision'] };
  const file = {
    upstreams: [{ id: 'house', kind: 'openai', baseUrl: `${house.places.stubUrl}/v1` }],
    routes: ['large', 'small'].map((id) => ({ id, ...route })),
    default: 'large',
  };
  await writeFile(path, JSON.stringify(file));
  await house.set({ MODELS_FILE: path });
}
