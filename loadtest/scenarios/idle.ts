/** Connects and stays idle: what does an idle session cost, and does it delay others? */
import type { ChatClient } from '../client/chat-client.ts';
import { Probe } from './probe.ts';
import type { Run } from './run.ts';

export async function idle(run: Run): Promise<void> {
  const probe = new Probe(run);
  await probe.alone();
  const before = await run.memory();
  run.recorder.begin();
  const opened = await run.openAll((index) => run.open(index));
  const clients = opened.filter((client) => client !== undefined);
  run.recorder.count('held', clients.length);
  let ending = false;
  for (const [index, client] of clients.entries()) {
    void noticeDrop(run, client, index, () => ending);
  }
  run.stage('holding', run.options.seconds);
  await probe.during(run.tick(run.options.seconds));
  const after = await run.memory();
  countGrowth(run, 'server bytes each session', before.serverBytes, after.serverBytes, clients.length);
  countGrowth(run, 'gateway bytes each session', before.gatewayBytes, after.gatewayBytes, clients.length);
  ending = true;
  for (const client of clients) client.close();
  await Promise.all(clients.map((client) => client.closed));
}

async function noticeDrop(run: Run, client: ChatClient, index: number, ending: () => boolean): Promise<void> {
  const reason = await client.closed;
  if (ending() || run.stopped) return;
  run.recorder.error(reason || 'connection_lost');
  run.violation(
    `client ${index} (${client.session}): an idle connection was ended: ${reason || 'no reason given'}`,
  );
}

function countGrowth(run: Run, name: string, before?: number, after?: number, sessions = 0): void {
  if (before === undefined || after === undefined || sessions === 0) return;
  run.recorder.count(name, Math.round((after - before) / sessions));
}
