/** One line of the text face as what it asks for. Pure. [T-2] */
import type { Operation } from '../../shared/define-operation.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale } from '../../shared/locale.ts';
import { OPERATION_LIST } from '../../shared/operations/index.ts';

export type TextCommand =
  | { readonly type: 'operation'; readonly command: string; readonly name: string; readonly input: unknown }
  | { readonly type: 'paste' }
  | { readonly type: 'quit' }
  | { readonly type: 'fault'; readonly command: string; readonly error: HiloError };

/** The word of a plain message, in FAIL lines. */
export const SEND = 'send';

export function messageCommand(text: string): TextCommand {
  return { type: 'operation', command: SEND, name: 'chat.send', input: { text } };
}

export function parseCommand(line: string, locale: Locale): TextCommand {
  if (!line.startsWith('/')) return messageCommand(line);
  if (line.startsWith('//')) return messageCommand(line.slice(1));
  const [word = '', ...words] = line.slice(1).trim().split(/\s+/);
  const command = word.toLowerCase();
  if (command === 'paste') return { type: 'paste' };
  if (command === 'quit') return { type: 'quit' };
  const operation = BY_COMMAND.get(command);
  if (!operation?.text) {
    const error = new HiloError('unknown_operation', { values: { name: `/${command}` } });
    return { type: 'fault', command: command === '' ? '*' : command, error };
  }
  return withArguments(operation, operation.text.args, words, command, locale);
}

function withArguments(
  operation: Operation,
  args: readonly string[],
  words: readonly string[],
  command: string,
  locale: Locale,
): TextCommand {
  const takesRest = args.at(-1)?.startsWith('...') ?? false;
  if (!takesRest && words.length > args.length) {
    const usage = [`/${command}`, ...args.map((name) => `<${name}>`)].join(' ');
    const detail = `${USAGE[locale]}: ${usage}`;
    return { type: 'fault', command, error: new HiloError('invalid_params', { values: { detail } }) };
  }
  const input: Record<string, string> = {};
  for (const [index, arg] of args.entries()) {
    const value = arg.startsWith('...') ? words.slice(index).join(' ') : words[index];
    if (value !== undefined && value !== '') input[arg.replace('...', '')] = value;
  }
  return { type: 'operation', command, name: operation.name, input };
}

const USAGE = { en: 'Usage', es: 'Uso' } as const;

const BY_COMMAND: ReadonlyMap<string, Operation> = new Map(
  OPERATION_LIST.flatMap((operation) => (operation.text ? [[operation.text.command, operation]] : [])),
);
