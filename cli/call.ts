/**
 * Calls operations of the running server from the machine that it runs on: connects to the line port, signs
 * in with the key in the data directory, sends the request, and prints the answer.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Client, ClientError, type GivenInput } from '../shared/client/client.ts';
import { Connection } from '../shared/client/connection.ts';
import { isErrorKey } from '../shared/client/message.ts';
import { openTcp, type TcpTarget } from '../shared/client/tcp-transport.ts';
import { systemClock } from '../shared/clock.ts';
import { EnvironmentError, host, port, readEnvironment, text } from '../shared/environment.ts';
import { errorText } from '../shared/errors.ts';
import { fill, type Locale } from '../shared/locale.ts';
import { OPERATIONS, type OperationName } from '../shared/operations/index.ts';
import {
  cliLocale,
  EXIT_FAILED,
  EXIT_USAGE,
  isHelpAsked,
  loopbackOf,
  type Command,
  type CommandIo,
} from './command.ts';

const CONNECT_MS = 10_000;
/** How long to wait for an answer, which may come from the model. */
const ANSWER_MS = 330_000;

const Settings = z.object({
  APP_HOST: host().default('127.0.0.1'),
  APP_PORT: port().default(5001),
  DATA_DIR: text().default('./data'),
});

/** `call OPERATION [JSON]` */
export const callCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) return help(texts.callUsage, io);
  const [name, json = '{}', ...rest] = args;
  if (name === undefined || rest.length > 0) return usage(texts.callUsage, io);
  if (!isOperation(name)) {
    return usage(texts.callUsage, io, errorText('unknown_operation', cliLocale(io.env), { name }));
  }
  const input = parseJson(json);
  if (input === undefined) return usage(texts.callUsage, io, fill(texts.notJson, { json }));
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

/** `refund SETTLE AMOUNT [REASON…]` */
export const refundCommand: Command = async (args, io) => {
  const texts = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args)) return help(texts.refundUsage, io);
  const [settle, amount, ...reason] = args;
  if (!isCount(settle) || !isCount(amount)) return usage(texts.refundUsage, io);
  const input = { settle: Number(settle), amount: Number(amount), reason: reason.join(' ') };
  return call('credits.refund', input, io);
};

async function call<Name extends OperationName>(
  name: Name,
  input: GivenInput<Name>,
  io: CommandIo,
): Promise<number> {
  const locale = cliLocale(io.env);
  try {
    const { APP_HOST, APP_PORT, DATA_DIR } = readEnvironment(Settings, io.env);
    const key = await readKey(join(resolve(DATA_DIR), 'keys', 'admin.key'), locale);
    const target = { host: loopbackOf(APP_HOST), port: APP_PORT, connectTimeoutMs: CONNECT_MS };
    const result = await ask(target, locale, key, name, input);
    io.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    return 0;
  } catch (error) {
    io.stderr.write(`${whyNot(error, locale)}\n`);
    return error instanceof EnvironmentError ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** Rejects with `ClientError`. */
async function ask<Name extends OperationName>(
  target: TcpTarget,
  locale: Locale,
  key: string,
  name: Name,
  input: GivenInput<Name>,
): Promise<unknown> {
  const options = { clock: systemClock, strict: true };
  const connection = new Connection((events) => openTcp(target, events), options);
  const client = new Client(connection);
  try {
    const [, , result] = await Promise.all([
      client.call('session.locale', { locale }),
      client.call('session.authenticate', { key }),
      client.call(name, input, { timeoutMs: ANSWER_MS }),
    ]);
    return result;
  } finally {
    connection.close();
  }
}

class NoKeyError extends Error {}

async function readKey(path: string, locale: Locale): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const texts = TEXTS[locale];
    const reason =
      code === 'ENOENT' ? texts.noKey : code === 'EACCES' ? texts.forbiddenKey : texts.unreadableKey;
    throw new NoKeyError(fill(reason, { path, code }), { cause: error });
  }
}

function whyNot(error: unknown, locale: Locale): string {
  const texts = TEXTS[locale];
  if (error instanceof EnvironmentError || error instanceof NoKeyError) return error.message;
  if (!(error instanceof ClientError)) return fill(texts.notAsked, { reason: String(error) });
  if (isErrorKey(error.key)) return `${error.key}: ${error.message}`;
  const seconds = ANSWER_MS / 1_000;
  if (error.key === 'timed_out') return fill(texts.notAsked, { reason: fill(texts.noAnswer, { seconds }) });
  // If the operating system gave a reason, it replaces the bare key.
  const reason = error.message === error.key ? texts.hungUp : error.message;
  return fill(texts.notAsked, { reason });
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}

function isCount(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,15}$/.test(word);
}

/** Undefined when the text is not JSON. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
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
    callUsage: `Usage: hilo call OPERATION [JSON]

Runs one operation on the running server as its operator and prints the result, for example
  hilo call server.stats
  hilo call credits.statement '{"limit": 5}'
"hilo call operations.list" lists the operations. The server is found by APP_HOST and APP_PORT,
the operator's key by DATA_DIR.`,
    grantUsage: `Usage: hilo grant ACCOUNT AMOUNT [REASON]

Gives AMOUNT credits, a whole number, to an account.`,
    refundUsage: `Usage: hilo refund SETTLE AMOUNT [REASON]

Pays AMOUNT credits of a charge back; SETTLE is the index of the charge in the ledger.`,
    notJson: 'This is not JSON: {json}',
    notAsked: 'The server could not be asked: {reason}',
    noAnswer: 'no answer in {seconds} s',
    hungUp: 'it ended the connection',
    noKey: `There is no admin key at {path}
The server writes it at its first start. Run this command in the folder and with the settings of the
server, or set DATA_DIR to the server's data directory.`,
    forbiddenKey: `The admin key at {path} may not be read by this user
Run this command as the user who runs the server.`,
    unreadableKey: 'The admin key at {path} cannot be read: {code}',
  },
  es: {
    callUsage: `Uso: hilo call OPERACIÓN [JSON]

Ejecuta una operación en el servidor en marcha, como su operador, y muestra el resultado; por ejemplo
  hilo call server.stats
  hilo call credits.statement '{"limit": 5}'
«hilo call operations.list» enumera las operaciones. El servidor se busca con APP_HOST y APP_PORT;
la clave del operador, con DATA_DIR.`,
    grantUsage: `Uso: hilo grant CUENTA CANTIDAD [MOTIVO]

Otorga a una cuenta CANTIDAD créditos, un número entero.`,
    refundUsage: `Uso: hilo refund COBRO CANTIDAD [MOTIVO]

Devuelve CANTIDAD créditos de un cobro; COBRO es el índice del cobro en el registro.`,
    notJson: 'Esto no es JSON: {json}',
    notAsked: 'No se pudo preguntar al servidor: {reason}',
    noAnswer: 'no respondió en {seconds} s',
    hungUp: 'cerró la conexión',
    noKey: `No hay ninguna clave de administración en {path}
El servidor la escribe en su primer arranque. Ejecuta esta orden en la carpeta y con los ajustes del
servidor, o pon en DATA_DIR el directorio de datos del servidor.`,
    forbiddenKey: `Este usuario no puede leer la clave de administración en {path}
Ejecuta esta orden con el usuario que ejecuta el servidor.`,
    unreadableKey: 'No se puede leer la clave de administración en {path}: {code}',
  },
} as const;
