/** `hilo witness`: watches other people's ledgers and cosigns their checkpoints (docs/witness.md). */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.ts';
import { readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { ed25519Type, type VerifierKey } from '../../shared/ledger/signed-note.ts';
import { exitCodes, type CommandIo } from '../ledger/io.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';
import { cliLocale } from '../command.ts';
import { WitnessFault, witnessUsage } from './witness-fault.ts';
import { isWitnessName, openWitnessKey, readWitnessKeyFile } from './witness-key.ts';
import { startWitnessServer } from './witness-server.ts';
import { Witness, type WitnessEvent } from './witness.ts';

/** Runs until SIGINT or SIGTERM, or `io.signal`. Resolves with the exit code and never rejects. */
export async function witnessCommand(argv: string[], io: CommandIo): Promise<number> {
  try {
    const { values, positionals } = parseOrExplain(argv);
    if (values.help) {
      io.stdout.write(witnessUsage[cliLocale(io.env)]);
      return exitCodes.verified;
    }
    const [command = 'run', ...more] = positionals;
    if (more.length > 0) throw new WitnessFault('extra_words', more.join(' '));
    if (command === 'key') return await showKey(values, io);
    if (command === 'run') return await run(values, io);
    throw new WitnessFault('unknown_command', command);
  } catch (error) {
    return complain(error, io);
  }
}

function complain(error: unknown, io: CommandIo): number {
  const locale = cliLocale(io.env);
  const isFault = error instanceof WitnessFault;
  io.stderr.write(
    `${isFault ? error.text(locale) : error instanceof Error ? error.message : String(error)}\n`,
  );
  if (!isFault || !error.isUsage) return exitCodes.bad;
  io.stderr.write(`\n${witnessUsage[locale]}`);
  return exitCodes.usage;
}

type Values = ReturnType<typeof parseOrExplain>['values'];

function parseOrExplain(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        listen: { type: 'string' },
        state: { type: 'string' },
        name: { type: 'string' },
        log: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new WitnessFault('bad_option', error instanceof Error ? error.message : String(error));
  }
}

async function showKey(values: Values, io: CommandIo): Promise<number> {
  const folder = required(values.state, '--state DIR');
  const name = readName(values.name);
  const known = await readWitnessKeyFile(folder);
  if (known !== undefined && (name === undefined || name === known.key.name)) {
    io.stdout.write(`${known.verifierKey}\n`);
    return exitCodes.verified;
  }
  if (known === undefined && name === undefined) throw new WitnessFault('missing_option', '--name NAME');
  return await withState(folder, async (state) => {
    io.stdout.write(`${(await openWitnessKey(state, name, randomBytes)).verifierKey}\n`);
    return exitCodes.verified;
  });
}

async function run(values: Values, io: CommandIo): Promise<number> {
  const listen = readAddress(required(values.listen, '--listen HOST:PORT'));
  const folder = required(values.state, '--state DIR');
  const name = readName(values.name);
  const logs = values.log.map(readLogKey);
  if (logs.length === 0) throw new WitnessFault('missing_option', '--log VKEY');
  return await withState(folder, async (state) => {
    const cosigner = await openWitnessKey(state, name, randomBytes);
    const failed = new AbortController();
    const onEvent = (event: WitnessEvent): void => {
      writeEvent(io, event);
      if (event.kind === 'failed') failed.abort();
    };
    const witness = await Witness.open({ cosigner, logs, state, now: () => systemClock.now(), onEvent });
    const addCheckpoint = (body: Uint8Array) => witness.addCheckpoint(body);
    const server = await startWitnessServer({ ...listen, addCheckpoint });
    const { host } = listen;
    const facts = { host, port: server.port, key: cosigner.verifierKey, sizes: witness.sizes() };
    writeLine(io, 'info', 'The witness listens', facts);
    const stopped = io.signal ?? untilTold();
    await aborted(AbortSignal.any([stopped, failed.signal]));
    await server.close();
    writeLine(io, 'info', 'The witness has ended', {});
    return failed.signal.aborted ? exitCodes.bad : exitCodes.verified;
  });
}

async function withState<Result>(
  folder: string,
  work: (state: StateFolder) => Promise<Result>,
): Promise<Result> {
  const state = await openStateFolder(folder);
  try {
    return await work(state);
  } finally {
    state.close();
  }
}

/** Aborted by the first SIGINT or SIGTERM; a second signal ends the process at once, as by default. */
function untilTold(): AbortSignal {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort());
  return told.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function writeEvent(io: CommandIo, event: WitnessEvent): void {
  const { kind, ...facts } = event;
  if (kind === 'cosigned') return writeLine(io, 'info', 'Cosigned', facts);
  if (kind === 'inconsistent') {
    return writeLine(io, 'error', 'A log signed what does not extend its last checkpoint', facts);
  }
  if (kind === 'rolledBack') {
    return writeLine(io, 'error', 'A log showed fewer entries than it had before', facts);
  }
  writeLine(io, 'error', 'The state cannot be written; the witness stops', { error: String(event.error) });
}

/** Writes JSON lines, like the server's log. */
function writeLine(io: CommandIo, level: 'info' | 'error', msg: string, facts: object): void {
  io.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg, ...facts })}\n`);
}

function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new WitnessFault('missing_option', option);
  return value;
}

function readName(text: string | undefined): string | undefined {
  if (text === undefined || isWitnessName(text)) return text;
  throw new WitnessFault('bad_name', JSON.stringify(text));
}

function readAddress(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([\d:A-Fa-f.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) throw new WitnessFault('bad_address', text);
  return { host, port };
}

function readLogKey(text: string): VerifierKey {
  const key = readVerifierKey(text);
  if (key?.type === ed25519Type) return key;
  throw new WitnessFault('bad_log_key', text);
}
