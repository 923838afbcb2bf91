/** Each client sends its messages one after another and waits for each answer. */
import type { Run } from './run.ts';

export async function chat(run: Run): Promise<void> {
  const { clients: count, messages } = run.options;
  const clients = await run.openAll((index) => run.open(index));
  run.recorder.begin();
  run.stage('chatting', count * messages);
  const conversations = clients.map(async (client, index) => {
    if (!client) return;
    for (let message = 1; message <= messages && !run.stopped; message += 1) {
      await run.exchange(client, index, message);
      run.progress.done += 1;
    }
    client.close();
  });
  await Promise.all(conversations);
}
