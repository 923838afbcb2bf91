/** `hilo admin` and `hilo invite`: what administrators do with commands, as the operator of the server. */
import type { GivenInput } from '../shared/client/client.ts';
import type { Operation } from '../shared/define-operation.ts';
import type { Locale } from '../shared/locale.ts';
import { usageOf } from '../shared/operation-usage.ts';
import { OPERATION_LIST, OPERATIONS, type OperationName } from '../shared/operations/index.ts';
import { parseCommand } from '../shared/text-command.ts';
import { cliLocale, EXIT_USAGE, isHelpAsked, type Command, type CommandIo } from './command.ts';
import { asOperator } from './operator.ts';

/** `admin COMMAND [WORD …]`: a command of the text face for administrators. */
export const adminCommand: Command = async (args, io) => {
  const locale = cliLocale(io.env);
  if (isHelpAsked(args) || args[0] === 'help') {
    io.stdout.write(`${usage(locale)}\n`);
    return 0;
  }
  const [word = ''] = args;
  if (!adminCommands().some(({ text }) => text?.command === word)) return misused(usage(locale), io);
  return runCommand(args, io);
};

/** `invite [USES] [DAYS] [ROLE] [TEAM]`, `invite list`, `invite withdraw ID` */
export const inviteCommand: Command = async (args, io) => {
  const help = TEXTS[cliLocale(io.env)].invite;
  if (isHelpAsked(args) || args[0] === 'help') {
    io.stdout.write(`${help}\n`);
    return 0;
  }
  const [word, ...rest] = args;
  if (word === 'list') return runCommand(['invitations', ...rest], io);
  if (word === 'withdraw') return rest.length === 1 ? runCommand(args, io) : misused(help, io);
  if (args.some((arg) => arg.startsWith('-'))) return misused(help, io);
  return runCommand(['invite', ...args], io);
};

/** The words are read, and the answer is shown, as the text face does both. */
async function runCommand(words: readonly string[], io: CommandIo): Promise<number> {
  const locale = cliLocale(io.env);
  const command = parseCommand(`/${words.join(' ')}`, locale);
  if (command.type === 'fault') return misused(command.error.message, io);
  if (command.type !== 'operation') return misused(usage(locale), io);
  const name = command.name as OperationName;
  return asOperator(io, async (ask) => {
    const answer = await ask(name, command.input as GivenInput<typeof name>);
    const { text }: Operation = OPERATIONS[name];
    io.stdout.write(`${text?.render(answer, locale) ?? ''}\n`);
  });
}

function adminCommands(): readonly Operation[] {
  return OPERATION_LIST.filter(({ scope, text }) => scope === 'admin' && text !== undefined);
}

function usage(locale: Locale): string {
  const lines = adminCommands().flatMap(({ text, input, summary }) =>
    text ? [`  hilo admin ${usageOf(text, input).slice(1)}\n      ${summary[locale]}`] : [],
  );
  const { usage: head, server } = TEXTS[locale];
  return [head, '', ...lines, '', server].join('\n');
}

function misused(text: string, { stderr }: CommandIo): number {
  stderr.write(`${text}\n`);
  return EXIT_USAGE;
}

const TEXTS = {
  en: {
    usage: 'Usage: hilo admin COMMAND [WORD …]',
    server: `The server must run. It is found by APP_HOST and APP_PORT, the operator's key by DATA_DIR.`,
    invite: `Usage: hilo invite [USES] [DAYS] [ROLE] [TEAM]

  hilo invite                an invitation for one person, for a week
  hilo invite 20 30          for twenty people, for 30 days
  hilo invite 1 7 admin      for an administrator
  hilo invite 5 7 user lab   for five people, who join the team lab
  hilo invite list           list the invitations that have not expired
  hilo invite withdraw ID    withdraw one; the accounts that were made with it stay

The server must run. It is found by APP_HOST and APP_PORT, the operator's key by DATA_DIR.`,
  },
  es: {
    usage: 'Uso: hilo admin ORDEN [PALABRA …]',
    server:
      'El servidor tiene que estar en marcha. Se busca con APP_HOST y APP_PORT; la clave del operador, ' +
      'con DATA_DIR.',
    invite: `Uso: hilo invite [USOS] [DÍAS] [ROL] [EQUIPO]

  hilo invite                una invitación para una persona, por una semana
  hilo invite 20 30          para veinte personas, por 30 días
  hilo invite 1 7 admin      para un administrador
  hilo invite 5 7 user lab   para cinco personas, que entran en el equipo lab
  hilo invite list           enumera las invitaciones que no han caducado
  hilo invite withdraw ID    retira una; las cuentas que se crearon con ella se mantienen

El servidor tiene que estar en marcha. Se busca con APP_HOST y APP_PORT; la clave del operador, con
DATA_DIR.`,
  },
} as const;
