/** A marker in a batch of embeddings: once the batch and its file are erased, it is nowhere. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStub } from '../loadtest/stub-llm.ts';
import { batchNow, createBatch, keepFile, outcomesIn } from './support/batch-files.ts';
import { bothServers, type ServerPlace } from './support/both-servers.ts';
import { everythingKept } from './support/everything-kept.ts';
import { connectAs, PASSWORD, register } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { until } from './support/until.ts';

const onBoth = bothServers();

interface Made {
  readonly batch: string;
  readonly file: string;
}

const WAYS: Readonly<Record<string, (client: RpcClient, made: Made) => Promise<unknown>>> = {
  'the batch and its file': async (client, { batch, file }) => {
    await client.call('batches.erase', { batch });
    await client.call('files.delete', { file });
  },
  'the account': (client) => client.call('users.erase', { password: PASSWORD }),
};

async function start(place: ServerPlace) {
  const stub = await startStub({ models: ['stub', 'stub-vectors'] });
  place.context.after(() => stub.close());
  const models = join(place.dataDir, 'models.json');
  const routes = [
    { id: 'words', upstream: 'stub', model: 'stub' },
    { id: 'vectors', upstream: 'stub', model: 'stub-vectors', capabilities: ['embed'] },
  ];
  const upstreams = [{ id: 'stub', kind: 'openai', baseUrl: `${stub.url}/v1`, slots: 2 }];
  await writeFile(models, JSON.stringify({ upstreams, routes, default: 'words' }));
  const credits = { SIGNUP_CREDITS: '1000000', SIGNUP_CREDITS_PER_ADDRESS: '10000000' };
  return place.start({ environment: { ...credits, MODELS_FILE: models, LLM_PROVIDER: '' } });
}

for (const [what, erase] of Object.entries(WAYS)) {
  onBoth(`vectors of a batch are erased with ${what}`, async (place) => {
    const server = await start(place);
    using client = await connectAs(server, await register(server));
    const marker = `k${randomBytes(12).toString('hex')}`;
    const line = { customId: marker, embed: { input: [`a text ${marker}`] } };
    const file = await keepFile(client, `${JSON.stringify(line)}\n`);
    const { id: batch } = await createBatch(client, file);
    const { results } = await until(
      () => batchNow(client, batch),
      ({ endedAt }) => endedAt !== undefined,
    );
    const [outcome] = await outcomesIn(client, results);
    assert.ok(outcome);
    const { vectors, dimensions } = outcome.embedding as { vectors: string[]; dimensions: number };
    const [vector = ''] = vectors;
    assert.equal(Buffer.from(vector, 'base64').length, dimensions * 4);
    // The job of a line shows how it stands, and its vectors are in the results alone.
    const { job, ...rest } = await client.call('jobs.get', { job: outcome.job });
    assert.deepEqual([(job as { kind: string }).kind, rest], ['embedding', {}]);
    const traces = [marker, vector.slice(0, 40)];
    const before = await everythingKept(place);
    for (const trace of traces) assert.ok(before.includes(trace));
    await erase(client, { batch, file });
    const after = await everythingKept(place);
    for (const trace of traces) assert.equal(after.includes(trace), false, 'on the disk, or in a table');
  });
}
