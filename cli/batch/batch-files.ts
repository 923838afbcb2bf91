/** What `hilo batch` reads and writes: the lines that are asked, and what came of them. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Client } from '../../shared/client/client.ts';
import { sendLargeInput, type RunOperation } from '../../shared/client/large-input.ts';
import { fill } from '../../shared/locale.ts';
import { BATCH_OPERATION_LIMITS } from '../../shared/operations/batch-shapes.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { BATCH_TEXTS } from './batch-texts.ts';

/** Sends the lines as they are read; resolves with the id of the kept file. */
export async function keepLines(source: string, client: Client, io: CommandIo): Promise<string> {
  const run: RunOperation = (name, params) => client.call(name, params);
  const input = { pieces: piecesOf(source, io), purpose: 'batch' } as const;
  const upload = await orFileFault('notRead', source, io, () => sendLargeInput(run, input));
  const name = source === '-' ? '' : basename(source).slice(0, BATCH_OPERATION_LIMITS.fileNameMax);
  const { file } = await client.call('files.keep', { file: upload, name });
  return file.id;
}

async function* piecesOf(source: string, { stdin }: CommandIo): AsyncGenerator<Buffer> {
  if (source !== '-') yield* createReadStream(source) as AsyncIterable<Buffer>;
  else if (stdin) yield* stdin as AsyncIterable<Buffer>;
}

/** Writes a file of results or failures as it comes: to a file, or to the standard output. */
export async function writeLines(
  file: string,
  out: string | undefined,
  client: Client,
  io: CommandIo,
): Promise<void> {
  if (out === undefined) {
    for await (const text of textOf(file, client)) io.stdout.write(text);
    return;
  }
  await orFileFault('notWritten', out, io, async () => {
    await using target = await open(out, 'w');
    for await (const text of textOf(file, client)) await target.write(text);
  });
}

async function* textOf(file: string, client: Client): AsyncGenerator<string> {
  for await (const { name, params } of client.call('files.read', { file })) {
    if (name === 'files.text') yield params.text;
  }
}

/** A fault of the disk, in words; others as they are. */
async function orFileFault<Value>(
  fault: 'notRead' | 'notWritten',
  path: string,
  { env }: CommandIo,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
    const words = BATCH_TEXTS[cliLocale(env)][fault];
    throw new Error(fill(words, { path, code: String(error.code) }), { cause: error });
  }
}
