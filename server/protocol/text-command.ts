/** Parses one line of the text face into the request that it makes. Pure. [T-2] */
import type { Operation } from '../../shared/define-operation.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { argumentsOf, usageOf, type TextArgument } from '../../shared/operation-usage.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';
import { truncate } from '../support/truncate.ts';

export type TextCommand =
  | { readonly type: 'operation'; readonly command: string; readonly name: string; readonly input: unknown }
  | { readonly type: 'paste' }
  | { readonly type: 'quit' }
  | { readonly type: 'fault'; readonly command: string; readonly error: HiloError };

/** The command name of a plain message, in FAIL lines. */
export const SEND = 'send';

export function messageCommand(text: string): TextCommand {
  return { type: 'operation', command: SEND, name: 'chat.send', input: { text } };
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
  if (found) return withArguments(found, words, command, locale);
  const name = truncate(command);
  const error = new HiloError('unknown_operation', { values: { name: `/${name}` } });
  // In FAIL lines `*` stands for the connection, so it is not used here. [T-5]
  return { type: 'fault', command: name === '' ? '/' : name, error };
}

interface KnownCommand {
  readonly operation: Operation;
  readonly usage: string;
  readonly args: readonly TextArgument[];
  readonly needed: number;
  readonly given: Readonly<Record<string, unknown>>;
}

function withArguments(
  { operation, usage, args, needed, given }: KnownCommand,
  words: readonly string[],
  command: string,
  locale: Locale,
): TextCommand {
  const takesRest = args.at(-1)?.takesRest ?? false;
  if (words.length < needed || (!takesRest && words.length > args.length)) {
    return misused(command, usage, locale);
  }
  const input: Record<string, unknown> = { ...given };
  for (const [index, arg] of args.entries()) {
    const value = arg.takesRest ? words.slice(index).join(' ') : words[index];
    if (value === undefined || value === '') continue;
    input[arg.name] = valueOf(value, arg);
  }
  return { type: 'operation', command, name: operation.name, input };
}

/** The schemas are strict, so a number that was typed becomes one here. [J-6] */
function valueOf(word: string, { isChoice, isNumber }: TextArgument): string | number {
  if (isChoice) return word.toLowerCase();
  return isNumber && DECIMAL.test(word) ? Number(word) : word;
}

/** Too few arguments or too many. [T-2] */
function misused(command: string, usage: string, locale: Locale): TextCommand {
  const detail = `${USAGE[locale]}: ${usage}`;
  return { type: 'fault', command, error: new HiloError('invalid_params', { values: { detail } }) };
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

const USAGE = { en: 'Usage', es: 'Uso' } as const;

const BY_COMMAND: ReadonlyMap<string, KnownCommand> = new Map(
  OPERATION_LIST.flatMap((operation) => {
    const { text, commands = [], input } = operation;
    const forms = [...(text ? [{ ...text, given: {} }] : []), ...commands];
    return forms.map((form) => {
      const args = argumentsOf(form, input);
      const needed = args.filter(({ isNeeded }) => isNeeded).length;
      const { command, given } = form;
      return [command, { operation, usage: usageOf(form, input), args, needed, given }] as const;
    });
  }),
);
