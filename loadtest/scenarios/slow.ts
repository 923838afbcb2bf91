/**
 * Readers that stop: they ask for answers and read none. Each must cost bounded memory, be held within its
 * limits or be closed, and disturb nobody. When it reads on and resumes, each of its requests must be
 * settled, and what it gets must be right.
 */
import type { SessionClient } from '../client/session-client.ts';
import { Probe } from './probe.ts';
import { resumeSession } from './resume-session.ts';
import type { Run } from './run.ts';

const MESSAGES = 10;
const PAUSE_MS = 250;
/** Time for what is left to arrive after reading on. */
const LAST_WORD_MS = 5_000;

export async function slow(run: Run): Promise<void> {
  const probe = new Probe(run);
  await probe.alone();
  run.recorder.begin();
  const clients = await run.openAll((index) => run.openSession(index));
  run.stage('not reading', run.options.seconds);
  await probe.during(
    Promise.all([
      run.tick(run.options.seconds),
      ...clients.map((client, index) => askAndStop(run, client, index)),
    ]),
  );
}

async function askAndStop(run: Run, client: SessionClient | undefined, index: number): Promise<void> {
  if (!client) return;
  const endMs = performance.now() + run.options.seconds * 1_000;
  client.comeBack();
  client.pause();
  const requests: Promise<void>[] = [];
  for (let message = 1; message <= MESSAGES && !run.stopped; message += 1) {
    requests.push(ask(run, client, index, message, requests.at(-1)));
    await run.wait(PAUSE_MS);
  }
  await run.wait(endMs - performance.now());
  client.unpause();
  const settled = Promise.all(requests);
  const reason = await Promise.race([client.closed, run.wait(LAST_WORD_MS).then(() => undefined)]);
  run.recorder.count(
    reason === undefined ? 'slow readers kept' : `slow readers closed: ${reason || 'reason lost'}`,
  );
  const who = `client ${index} (${client.session})`;
  if (reason === undefined || (await resumeSession(run, client, who))) {
    const isSettled = await Promise.race([settled.then(() => true), run.wait(LAST_WORD_MS)]);
    if (!isSettled && !run.stopped) run.violation(`${who}: a request was never settled`);
  }
  client.close();
}

/**
 * An answer must be right; a refusal or a cancelled generation is what a client that does not read must
 * expect.
 */
async function ask(
  run: Run,
  client: SessionClient,
  index: number,
  message: number,
  earlier: Promise<void> | undefined,
): Promise<void> {
  const asked = run.checker.ask(index, message, run.options.bytes);
  try {
    const answer = await client.chat(asked.text);
    run.recorder.count('answers to slow readers');
    // They are generated at the same time, and checked in the order in which they were asked for.
    await earlier;
    run.checker.check(asked, client.session, answer);
  } catch (error) {
    run.recorder.error(error instanceof Error && 'key' in error ? String(error.key) : 'internal_error');
  }
}
