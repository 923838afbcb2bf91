/** Calls operations of the running server as its operator, and prints the answers. */
import type { GivenInput } from '../shared/client/client.ts';
import { errorText } from '../shared/errors.ts';
import { fill } from '../shared/locale.ts';
import { OPERATIONS, type OperationName } from '../shared/operations/index.ts';
import { cliLocale, EXIT_USAGE, isHelpAsked, type Command, type CommandIo } from './command.ts';
import { asOperator } from './operator.ts';

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

function call<Name extends OperationName>(
  name: Name,
  input: GivenInput<Name>,
  io: CommandIo,
): Promise<number> {
  return asOperator(io, async (ask) => {
    io.stdout.write(`${JSON.stringify(await ask(name, input), undefined, 2)}\n`);
  });
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
  },
} as const;
