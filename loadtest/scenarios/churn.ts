/**
 * Connections are cut in the middle of answers and come back: nothing missed, nothing twice, one answer each.
 */
import type { SessionClient } from '../client/session-client.ts';
import { resumeSession } from './resume-session.ts';
import type { Run } from './run.ts';

/** At most so long after the message goes out, and so long before the client is back. */
const CUT_AFTER_MS = 60;
const AWAY_MS = 120;
/** One cut in so many takes the connection before its message was answered at all, twice in a row. */
const TWICE_EVERY = 4;

export async function churn(run: Run): Promise<void> {
  const { clients: count, messages } = run.options;
  const clients = await run.openAll((index) => run.openSession(index));
  run.recorder.begin();
  run.stage('cutting and resuming', count * messages);
  const conversations = clients.map(async (client, index) => {
    if (!client) return;
    for (let message = 1; message <= messages && !run.stopped; message += 1) {
      await exchangeWithCuts(run, client, index, message);
      run.progress.done += 1;
    }
    client.close();
  });
  await Promise.all(conversations);
}

async function exchangeWithCuts(
  run: Run,
  client: SessionClient,
  index: number,
  message: number,
): Promise<void> {
  const asked = run.checker.ask(index, message, run.options.bytes);
  const who = `client ${index} (${client.session}), message ${message}`;
  const answer = run.withTimeout(client.chat(asked.text));
  // Listened to at once: it may fail while the client is away.
  const outcome = answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const cuts = Math.floor(run.random() * TWICE_EVERY) === 0 ? 2 : 1;
  for (let cut = 0; cut < cuts && !run.stopped; cut += 1) {
    await run.wait(run.random() * CUT_AFTER_MS);
    client.cut();
    await run.wait(run.random() * AWAY_MS);
    if (!(await resumeSession(run, client, who))) break;
  }
  const result = await outcome;
  if ('error' in result) return run.failed(result.error, who);
  run.recorder.answer(result.value.firstTokenMs, result.value.answerMs);
  return run.checker.check(asked, client.session, result.value);
}
