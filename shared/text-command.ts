/** Parses one line of the text face into the request that it makes. Pure. [T-2] */
import type { Operation, SecretMember } from './define-operation.ts';
import { HiloError } from './errors.ts';
import type { Locale } from './locale.ts';
import { argumentsOf, usageOf, type TextArgument } from './operation-usage.ts';
import { OPERATION_LIST } from './operations/index.ts';
import { truncate } from './truncate.ts';

export interface OperationCommand {
  readonly type: 'operation';
  readonly command: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Members of the input that the person is still to be asked for. [T-8] */
  readonly secrets?: readonly SecretMember[];
  /** How many another operation of the same command asks for: a mistyped e-mail is taken for a key. */
  readonly otherSecrets?: number;
  /** The member of the input that follows as lines, up to a single ".". [T-9] */
  readonly pasted?: string;
}

export type PastedCommand = OperationCommand & { readonly pasted: string };

export function isPasted(command: OperationCommand): command is PastedCommand {
  return command.pasted !== undefined;
}

export type TextCommand =
  | OperationCommand
  | { readonly type: 'paste' }
  | { readonly type: 'quit' }
  | {
      readonly type: 'fault';
      readonly command: string;
      readonly error: HiloError;
      /** How many secrets the command asks for when it is used rightly. */
      readonly secrets?: number;
    };

/** The command name of a plain message, in FAIL lines. */
export const SEND = 'send';

export function messageCommand(text: string): OperationCommand {
  return { type: 'operation', command: SEND, name: 'chat.send', input: { text } };
}

/** A message of several lines. [T-4] */
export const PASTED_MESSAGE = {
  type: 'operation',
  command: SEND,
  name: 'chat.send',
  input: {},
  pasted: 'text',
} as const satisfies OperationCommand;

/** The whole command, once its lines have been pasted. */
export function withPasted({ pasted, ...command }: PastedCommand, text: string): OperationCommand {
  return { ...command, input: { ...command.input, [pasted]: text } };
}

export function parseCommand(line: string, locale: Locale): TextCommand {
  const written = line.trim();
  if (!written.startsWith('/')) return messageCommand(line);
  if (written.startsWith('//')) return messageCommand(line.replace('/', ''));
  const [word = '', ...words] = written.slice(1).trim().split(/\s+/);
  const command = word.toLowerCase();
  if (command === 'paste' || command === 'quit') {
    return words.length === 0 ? { type: command } : misused(command, `/${command}`, locale);
  }
  const found = BY_COMMAND.get(command);
  if (found) return firstThatFits(found, words, command, locale);
  const name = truncate(command);
  const error = new HiloError('unknown_operation', { values: { name: `/${name}` } });
  // In FAIL lines `*` stands for the connection, so it is not used here. [T-5]
  return { type: 'fault', command: name === '' ? '/' : name, error };
}

interface KnownCommand {
  readonly command: string;
  readonly operation: Operation;
  readonly usage: string;
  readonly args: readonly TextArgument[];
  readonly needed: number;
  readonly given: Readonly<Record<string, unknown>>;
  readonly secrets: readonly SecretMember[];
  readonly pasted: string | undefined;
}

/** Where operations share a command, the first one that accepts the words is meant, else the last. [T-2] */
function firstThatFits(
  found: readonly KnownCommand[],
  words: readonly string[],
  command: string,
  locale: Locale,
): TextCommand {
  const commands = found.map((known) => withArguments(known, words, command));
  const right = commands.find((one, index) => one !== undefined && accepts(found[index], one));
  const usage = found.map((known) => known.usage).join(' · ');
  const secrets = Math.max(...found.map((known) => known.secrets.length));
  const meant = right ?? commands.findLast((one) => one !== undefined);
  if (!meant) return misused(command, usage, locale, secrets);
  const isClear = meant.secrets || secrets === 0 || words.some((one) => one.startsWith(KEY_PREFIX));
  return isClear ? meant : { ...meant, otherSecrets: secrets };
}

function accepts(known: KnownCommand | undefined, { input }: OperationCommand): boolean {
  return known?.args.every((arg) => arg.accepts(input[arg.name])) ?? false;
}

/** Undefined when there are too few words or too many. */
function withArguments(
  { operation, args, needed, given, secrets, pasted }: KnownCommand,
  words: readonly string[],
  command: string,
): OperationCommand | undefined {
  const takesRest = args.at(-1)?.takesRest ?? false;
  if (words.length < needed || (!takesRest && words.length > args.length)) return undefined;
  const input: Record<string, unknown> = { ...given };
  for (const [index, arg] of args.entries()) {
    const value = arg.takesRest ? words.slice(index).join(' ') : words[index];
    if (value === undefined || value === '') continue;
    input[arg.name] = valueOf(value, arg);
  }
  return {
    type: 'operation',
    command,
    name: operation.name,
    input,
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(pasted === undefined ? {} : { pasted }),
  };
}

/** The schemas are strict, so a number that was typed becomes one here. [J-6] */
function valueOf(word: string, { isChoice, isNumber }: TextArgument): string | number {
  if (isChoice) return word.toLowerCase();
  return isNumber && DECIMAL.test(word) ? Number(word) : word;
}

/** Too few arguments or too many. [T-2] */
function misused(command: string, usage: string, locale: Locale, secrets = 0): TextCommand {
  const detail = `${USAGE[locale]}: ${usage}`;
  return { type: 'fault', command, error: new HiloError('invalid_params', { values: { detail } }), secrets };
}

/** No e-mail begins like that. */
const KEY_PREFIX = 'hilo_';

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

const USAGE = { en: 'Usage', es: 'Uso' } as const;

const BY_COMMAND: ReadonlyMap<string, readonly KnownCommand[]> = Map.groupBy(
  OPERATION_LIST.flatMap((operation) => {
    const { text, commands = [], input } = operation;
    const { secrets = [], pasted } = text ?? {};
    const forms = [...(text ? [{ given: {}, ...text }] : []), ...commands];
    return forms.map((form): KnownCommand => {
      const args = argumentsOf(form, input);
      const needed = args.filter(({ isNeeded }) => isNeeded).length;
      const { command, given } = form;
      return { command, operation, usage: usageOf(form, input), args, needed, given, secrets, pasted };
    });
  }),
  ({ command }) => command,
);
