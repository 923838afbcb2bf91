/**
 * Readers that stop: they ask for answers and read none. Each must cost bounded memory, be closed as a slow
 * consumer or be held within its limits, and disturb nobody; when it reads on, what it gets must be right as
 * far as it goes.
 */
import type { JsonRpcClient } from '../client/json-rpc-client.ts';
import { Probe } from './probe.ts';
import type { Run } from './run.ts';

const MESSAGES = 10;
const PAUSE_MS = 250;
/** Time for the last line to arrive after reading on. */
const LAST_WORD_MS = 5_000;

export async function slow(run: Run): Promise<void> {
  const probe = new Probe(run);
  await probe.alone();
  run.recorder.begin();
  const clients = await run.openAll((index) => run.openSession(index));
  run.stage('not reading', run.options.seconds);
  await probe.during(
    Promise.all([stall(run), ...clients.map((client, index) => askAndStop(run, client, index))]),
  );
}

async function stall(run: Run): Promise<void> {
  for (let second = 0; second < run.options.seconds && !run.stopped; second += 1) {
    await run.wait(1_000);
    run.progress.done += 1;
  }
}

async function askAndStop(run: Run, client: JsonRpcClient | undefined, index: number): Promise<void> {
  if (!client) return;
  const endMs = performance.now() + run.options.seconds * 1_000;
  client.pause();
  const answers: Promise<unknown>[] = [];
  for (let message = 1; message <= MESSAGES && !run.stopped; message += 1) {
    const asked = run.checker.ask(index, message, run.options.bytes);
    answers.push(client.chat(asked.text).catch((error: Error) => run.recorder.error(errorKey(error))));
    await run.wait(PAUSE_MS);
  }
  await run.wait(endMs - performance.now());
  client.unpause();
  const reason = await Promise.race([client.closed, run.wait(LAST_WORD_MS).then(() => undefined)]);
  if (reason === '' && !run.stopped)
    run.violation(`client ${index} (${client.session}): closed without a reason`);
  run.recorder.count(
    reason === undefined ? 'slow readers kept' : `slow readers closed: ${reason || 'no reason'}`,
  );
  client.close();
  await client.closed;
  await Promise.all(answers);
}

function errorKey(error: Error): string {
  return 'key' in error ? String(error.key) : error.name;
}
