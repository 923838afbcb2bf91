/** Files of batches, from a test to a server. */
import { sendLargeInput } from '../../shared/client/large-input.ts';
import type { BatchOutcome, BatchView } from '../../shared/operations/batch-shapes.ts';
import type { RpcClient } from './rpc-client.ts';

/** The id of a kept file. */
export async function keepFile(client: RpcClient, text: string | Iterable<Buffer>): Promise<string> {
  const pieces = typeof text === 'string' ? [Buffer.from(text)] : text;
  const upload = await sendLargeInput((name, input) => client.call(name, input), {
    pieces,
    purpose: 'batch',
  });
  const { file } = await client.call('files.keep', { file: upload, name: 'test.jsonl' });
  return (file as { id: string }).id;
}

export async function readFileText(client: RpcClient, file: string): Promise<string> {
  const id = client.send('files.read', { file });
  let text = '';
  for (;;) {
    const message = await client.next();
    if (message.method === 'files.text') text += String(message.params?.['text']);
    if (message.id !== id) continue;
    if (!message.result) throw new Error(`files.read failed: ${JSON.stringify(message.error)}`);
    return text;
  }
}

export async function outcomesIn(client: RpcClient, file: string | undefined): Promise<BatchOutcome[]> {
  if (file === undefined) return [];
  const lines = (await readFileText(client, file)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as BatchOutcome);
}

export async function createBatch(client: RpcClient, file: string, more: object = {}): Promise<BatchView> {
  return (await client.call('batches.create', { file, ...more }))['batch'] as BatchView;
}

export async function batchNow(client: RpcClient, batch: string): Promise<BatchView> {
  return (await client.call('batches.get', { batch }))['batch'] as BatchView;
}
