/** Every transcript gives the same lines whole, byte by byte, and in chunks of any size. [P-1] */
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';
import { parseTranscript, playTranscript } from './support/transcript.ts';

const SEED = 20_261_120;
const FOLDER = new URL('transcripts/', import.meta.url);
const RANDOM_RUNS = 8;

const Sizes = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 8 });

for (const file of readdirSync(FOLDER).sort()) {
  const transcript = parseTranscript(readFileSync(new URL(file, FOLDER), 'utf8'));
  test(`${file} (seed ${SEED})`, async () => {
    await using server = await startTestServer({
      environment: transcript.environment,
      providers: providersOf(new EchoProvider()),
    });
    await playTranscript(server.port, transcript, []);
    await playTranscript(server.port, transcript, [1]);
    const property = fc.asyncProperty(Sizes, (sizes) => playTranscript(server.port, transcript, sizes));
    await fc.assert(property, { seed: SEED, numRuns: RANDOM_RUNS });
  });
}
