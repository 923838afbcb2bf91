/** `hilo ledger …`: inspects a ledger on disk, live or copied, without its server. */
import { readFile, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDecimal } from '../../shared/ledger/checkpoint.ts';
import { readWitnessKey } from '../../shared/ledger/cosignature-keys.ts';
import type { VerifierKey } from '../../shared/ledger/signed-note.ts';
import { balanceCommand } from './balance.ts';
import { consistencyCommand } from './consistency.ts';
import { exportCommand, exportFormats, type ExportFormat } from './export.ts';
import { exitCodes, UsageError, type CommandIo } from './io.ts';
import { noteIn } from './note-text.ts';
import { openLedgerSource, type LedgerSource } from './ledger-source.ts';
import { proveCommand } from './prove.ts';
import { receiptCommand, type ReceiptOptions } from './receipt.ts';
import { tailCommand } from './tail.ts';
import { verifyCommand } from './verify.ts';
import { readCheckpointWitness, readReceiptWitness, type Witness } from './witness-check.ts';

export const ledgerUsage = `Usage: hilo ledger COMMAND [--data-dir DIR] [--json]

  verify       [--checkpoint FILE]... [--receipt FILE]... [--witness VKEY]...
               [--key VKEY] [--threads N]
               check every byte; compare with what was kept elsewhere, a checkpoint with the
               cosignature of each --witness among it
  prove INDEX  [--checkpoint FILE]
               print a receipt (C2SP tlog-proof) of one entry
  receipt FILE --key VKEY [--prompt FILE] [--answer FILE]
               check one receipt without the ledger, and the texts that it speaks of
  consistency  OLD [NEW] | --checkpoint OLD [--checkpoint NEW]
               prove that the ledger only grew between two sizes
  export       [--format entries|blockchain]
               blockchain prints in clear what people wrote and what was answered
  balance      [ACCOUNT]...
  tail         [-n LINES] [--follow]

DIR is DATA_DIR, or ./data; a ledger folder or one file of joined segments will do as well.
Exit code: 0 verified, 1 bad, 2 consistent but compared with nothing kept elsewhere, 3 usage
`;

/** Runs one command; `argv` begins after the word `ledger`. Resolves with the exit code and never rejects. */
export async function ledgerCommand(argv: string[], io: CommandIo): Promise<number> {
  try {
    return await run(readArguments(argv, io), io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\n\n${ledgerUsage}`);
      return exitCodes.usage;
    }
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.bad;
  }
}

type Arguments = ReturnType<typeof readArguments>;

function readArguments(argv: string[], io: CommandIo) {
  const { values, positionals } = parseOrExplain(argv);
  const [word = 'help', ...operands] = positionals;
  const command = values.help ? 'help' : word;
  // An empty variable counts as unset.
  const path = values['data-dir'] ?? (io.env['DATA_DIR']?.trim() || './data');
  return { command, operands, path, values };
}

function parseOrExplain(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        'data-dir': { type: 'string' },
        json: { type: 'boolean', default: false },
        checkpoint: { type: 'string', multiple: true, default: [] },
        receipt: { type: 'string', multiple: true, default: [] },
        witness: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
        key: { type: 'string' },
        prompt: { type: 'string' },
        answer: { type: 'string' },
        threads: { type: 'string' },
        format: { type: 'string', default: 'entries' },
        lines: { type: 'string', short: 'n', default: '20' },
        follow: { type: 'boolean', short: 'f', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(args: Arguments, io: CommandIo): Promise<number> {
  const { command, path, values } = args;
  const { json } = values;
  switch (command) {
    case 'verify':
      return withSource(path, async (source) => verifyCommand(source, await verifyOptions(args), io));
    case 'prove':
      return withSource(path, async (source) => proveCommand(source, await proveOptions(args), io));
    case 'receipt':
      return receiptCommand(await receiptOptions(args), io);
    case 'consistency':
      return withSource(path, async (source) => {
        const checkpoints = await readCheckpoints(values.checkpoint, path);
        return consistencyCommand(source, { sizes: args.operands.map(readNumber), checkpoints, json }, io);
      });
    case 'export':
      return withSource(path, async (source) => {
        const format = readFormat(values.format);
        const content = format === 'blockchain' ? await io.openContent?.(path) : undefined;
        return exportCommand(source, { format, content }, io);
      });
    case 'balance':
      return withSource(path, (source) => balanceCommand(source, { accounts: args.operands, json }, io));
    case 'tail':
      return tailCommand({ path, lines: readNumber(values.lines), follow: values.follow, json }, io);
    case 'help':
      io.stdout.write(ledgerUsage);
      return exitCodes.verified;
    default:
      throw new UsageError(`There is no command ledger ${command}`);
  }
}

async function verifyOptions({ values, operands, path }: Arguments) {
  if (operands.length > 0) throw new UsageError(`verify takes no ${operands.join(' ')}`);
  const receipts: Witness[] = [];
  for (const file of values.receipt) {
    receipts.push(readReceiptWitness(file, await readText(file), await isWithin(path, file)));
  }
  const witnesses = [...(await readCheckpoints(values.checkpoint, path)), ...receipts];
  const witnessKeys = values.witness.map(readWitness);
  if (witnessKeys.length > 0 && witnesses.length === 0) {
    throw new UsageError('--witness needs a --checkpoint FILE with its cosignature');
  }
  const threads = values.threads === undefined ? {} : { threads: readNumber(values.threads) };
  return {
    witnesses,
    witnessKeys,
    json: values.json,
    ...threads,
    ...(values.key === undefined ? {} : { key: values.key }),
  };
}

async function proveOptions({ values, operands }: Arguments) {
  const [index, ...more] = operands;
  if (index === undefined || more.length > 0) throw new UsageError('prove takes the index of one entry');
  const [file] = values.checkpoint;
  const checkpoint = file === undefined ? {} : { checkpoint: noteIn(await readText(file)) };
  return { index: readNumber(index), json: values.json, ...checkpoint };
}

async function receiptOptions({ values, operands }: Arguments): Promise<ReceiptOptions> {
  const [file, ...more] = operands;
  if (file === undefined || more.length > 0) throw new UsageError('receipt takes one file');
  const { key, prompt, answer, json } = values;
  if (key === undefined) throw new UsageError('receipt needs --key, the key of the ledger');
  const texts = {
    ...(prompt !== undefined && { prompt: await readText(prompt) }),
    ...(answer !== undefined && { answer: await readText(answer) }),
  };
  return { receipt: await readText(file), key, texts, json };
}

async function readCheckpoints(files: readonly string[], path: string): Promise<Witness[]> {
  const witnesses: Witness[] = [];
  for (const file of files) {
    witnesses.push(readCheckpointWitness(file, await readText(file), await isWithin(path, file)));
  }
  return witnesses;
}

/** Whether the file lies in the folder of the ledger that is being inspected. */
async function isWithin(folder: string, file: string): Promise<boolean> {
  const [outer, inner] = [await realpath(folder).catch(() => folder), await realpath(file)];
  return inner.startsWith(`${outer}${sep}`);
}

function readWitness(text: string): VerifierKey {
  const key = readWitnessKey(text);
  if (key === undefined) throw new UsageError(`${text} is not the key of a witness (hilo witness key)`);
  return key;
}

async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(error.message);
  });
}

function readNumber(text: string): number {
  const value = parseDecimal(text);
  if (value === undefined) throw new UsageError(`${text} is not a number`);
  return value;
}

function readFormat(text: string): ExportFormat {
  const format = exportFormats.find((item) => item === text);
  if (format === undefined)
    throw new UsageError(`There is no format ${text}, only ${exportFormats.join(' and ')}`);
  return format;
}

async function withSource<T>(path: string, work: (source: LedgerSource) => Promise<T>): Promise<T> {
  const source = await openLedgerSource(path);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}
