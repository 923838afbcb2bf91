/** Calls operations of the running server as its operator, and prints the answers. */
import { readFile } from 'node:fs/promises';
import type { GivenInput } from '../shared/client/client.ts';
import { INLINE_BYTES_MAX, sendLargeInput, type RunOperation } from '../shared/client/large-input.ts';
import { errorText } from '../shared/errors.ts';
import { fill, type Locale } from '../shared/locale.ts';
import { OPERATIONS, type OperationName } from '../shared/operations/index.ts';
import { truncate } from '../shared/truncate.ts';
import { cliLocale, EXIT_USAGE, isHelpAsked, type Command, type CommandIo } from './command.ts';
import { asOperator, type Ask } from './operator.ts';

/** `call OPERATION [JSON | @FILE] [MEMBER=@FILE…]` */
export const callCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) return help(texts.callUsage, io);
  const [name, ...rest] = args;
  if (name === undefined) return usage(texts.callUsage, io);
  if (!isOperation(name)) {
    return usage(texts.callUsage, io, errorText('unknown_operation', cliLocale(io.env), { name }));
  }
  let input: object;
  try {
    input = await readInput(rest, texts);
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    return usage(texts.callUsage, io, error.message);
  }
  // The server checks the input.
  return call(name, input as GivenInput<typeof name>, io);
};

/** `grant ACCOUNT AMOUNT [REASON…]` */
export const grantCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) return help(texts.grantUsage, io);
  const [account, amount, ...reason] = args;
  if (account === undefined || !isCount(amount)) return usage(texts.grantUsage, io);
  return call('credits.grant', { account, amount: Number(amount), reason: reason.join(' ') }, io);
};

/** `refund CHARGE AMOUNT [REASON…]` */
export const refundCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) return help(texts.refundUsage, io);
  const [charge, amount, ...reason] = args;
  if (!isCount(charge) || !isCount(amount)) return usage(texts.refundUsage, io);
  const input = { charge: Number(charge), amount: Number(amount), reason: reason.join(' ') };
  return call('credits.refund', input, io);
};

function call<Name extends OperationName>(
  name: Name,
  input: GivenInput<Name>,
  io: CommandIo,
): Promise<number> {
  return asOperator(io, async (ask) => {
    const bytes = Buffer.from(JSON.stringify(input));
    const given = bytes.length <= INLINE_BYTES_MAX ? input : { file: await send(ask, bytes) };
    io.stdout.write(`${JSON.stringify(await ask(name, given as typeof input), undefined, 2)}\n`);
  });
}

function send(ask: Ask, bytes: Buffer): Promise<string> {
  const run: RunOperation = (name, params) => ask(name, params as GivenInput<typeof name>);
  return sendLargeInput(run, { pieces: [bytes], bytes: bytes.length });
}

class InputFault extends Error {}

/** Later words go over earlier ones. */
async function readInput(words: readonly string[], texts: CallTexts): Promise<object> {
  const input: Record<string, unknown> = {};
  for (const word of words) {
    const [, member, path] = /^([A-Za-z]*)=?@(.+)$/s.exec(word) ?? [];
    if (member) input[member] = await readText(path ?? '', texts);
    else Object.assign(input, parseJson(path === undefined ? word : await readText(path, texts), texts));
  }
  return input;
}

async function readText(path: string, texts: CallTexts): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new InputFault(fill(texts.notRead, { path, code }), { cause: error });
  }
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

function isCount(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,15}$/.test(word);
}

function parseJson(json: string, texts: CallTexts): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new InputFault(fill(texts.notJson, { json: truncate(json) }));
  }
}

function help(text: string, { stdout }: CommandIo): number {
  stdout.write(`${text}\n`);
  return 0;
}

function usage(text: string, { stderr }: CommandIo, fault = ''): number {
  stderr.write(`${fault === '' ? '' : `${fault}\n`}${text}\n`);
  return EXIT_USAGE;
}

const TEXTS = {
  en: {
    callUsage: `Usage: hilo call OPERATION [JSON | @FILE] [MEMBER=@FILE …]

Runs one operation on the running server as its operator and prints the result, for example
  hilo call server.stats
  hilo call credits.statement '{"limit": 5}'
  hilo call conversations.import '{"user": "ana@example.org"}' data=@export.json
@FILE is the JSON in a file, MEMBER=@FILE a member whose text is in a file; both may be long.
"hilo call operations.list" lists the operations. The server is found by APP_HOST and APP_PORT,
the operator's key by DATA_DIR.`,
    grantUsage: `Usage: hilo grant ACCOUNT AMOUNT [REASON]

Gives AMOUNT credits, a whole number, to an account; the e-mail of a user stands for the user's account.`,
    refundUsage: `Usage: hilo refund CHARGE AMOUNT [REASON]

Pays AMOUNT credits of a charge back; CHARGE is its index in the ledger.`,
    notJson: 'This is not JSON: {json}',
    notRead: 'The file {path} cannot be read: {code}',
  },
  es: {
    callUsage: `Uso: hilo call OPERACIÓN [JSON | @ARCHIVO] [MIEMBRO=@ARCHIVO …]

Ejecuta una operación en el servidor en marcha, como su operador, y muestra el resultado; por ejemplo
  hilo call server.stats
  hilo call credits.statement '{"limit": 5}'
  hilo call conversations.import '{"user": "ana@example.org"}' data=@exportación.json
@ARCHIVO es el JSON de un archivo; MIEMBRO=@ARCHIVO, un miembro cuyo texto está en un archivo; ambos
pueden ser largos.
«hilo call operations.list» enumera las operaciones. El servidor se busca con APP_HOST y APP_PORT;
la clave del operador, con DATA_DIR.`,
    grantUsage: `Uso: hilo grant CUENTA CANTIDAD [MOTIVO]

Otorga a una cuenta CANTIDAD créditos, un número entero; el correo de un usuario representa su cuenta.`,
    refundUsage: `Uso: hilo refund COBRO CANTIDAD [MOTIVO]

Devuelve CANTIDAD créditos de un cobro; COBRO es el índice del cobro en el registro.`,
    notJson: 'Esto no es JSON: {json}',
    notRead: 'No se puede leer el archivo {path}: {code}',
  },
} as const;

type CallTexts = (typeof TEXTS)[Locale];
