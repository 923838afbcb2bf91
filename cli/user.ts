/** `hilo user`: accounts, for the operator of the server on its machine. */
import { parseArgs } from 'node:util';
import type { Output } from '../shared/client/client.ts';
import { shownRole } from '../shared/operations/common.ts';
import { fill, type Locale } from '../shared/locale.ts';
import { safeLine } from '../shared/text-safety.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, type Command, type CommandIo } from './command.ts';
import { asOperator, type Ask } from './operator.ts';
import { readFirstLine, readHidden } from './password-input.ts';

/** Also the last administrator. */
const FORCE = '--force';

type Action = (args: readonly string[], io: CommandIo) => Promise<number>;

/** `user create|reset|list|deactivate|activate …` */
export const userCommand: Command = async (args, io) => {
  const { usage } = TEXTS[cliLocale(io.env)];
  if (isHelpAsked(args) || args[0] === 'help') {
    io.stdout.write(`${usage}\n`);
    return 0;
  }
  const [word = '', ...rest] = args;
  const action = Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined;
  return action ? action(rest, io) : misused(io);
};

async function create(args: readonly string[], io: CommandIo): Promise<number> {
  const given = createOptions(args);
  if (!given) return misused(io);
  const locale = cliLocale(io.env);
  const { email, name, isAdmin } = given;
  const password = await passwordFor(email, given.readsPassword, io);
  if (password === undefined) return EXIT_FAILED;
  return asOperator(io, async (ask) => {
    const { user, resetToken, expiresAt } = await ask('users.create', {
      email,
      ...(name === undefined ? {} : { name }),
      ...(isAdmin ? { role: 'admin' } : {}),
      ...(password === '' ? {} : { password }),
    });
    io.stdout.write(`${fill(TEXTS[locale].created, { user: lineOf(user, locale) })}\n`);
    if (resetToken !== undefined) io.stdout.write(linkText(locale, resetToken, expiresAt ?? ''));
  });
}

/** Undefined when somebody has cancelled; empty when the person is to set it by a link. */
async function passwordFor(
  email: string,
  readsPassword: boolean,
  { stdin, stderr, env }: CommandIo,
): Promise<string | undefined> {
  if (!stdin) return '';
  if (readsPassword) return readFirstLine(stdin);
  if (!stdin.isTTY) return '';
  const password = await readHidden(stdin, () => {
    stderr.write(fill(TEXTS[cliLocale(env)].question, { email }));
  });
  stderr.write('\n');
  return password;
}

function createOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        admin: { type: 'boolean', default: false },
        'password-stdin': { type: 'boolean', default: false },
      },
    });
    const [email, ...more] = positionals;
    if (email === undefined || more.length > 0) return undefined;
    return { email, name: values.name, isAdmin: values.admin, readsPassword: values['password-stdin'] };
  } catch {
    return undefined;
  }
}

/** An action on one user, who is the only argument. */
function onUser(work: (user: string, ask: Ask, io: CommandIo) => Promise<void>): Action {
  return async ([user, ...more], io) => {
    if (user === undefined || user.startsWith('-') || more.length > 0) return misused(io);
    return asOperator(io, (ask) => work(user, ask, io));
  };
}

async function reset(user: string, ask: Ask, io: CommandIo): Promise<void> {
  const { token, expiresAt } = await ask('users.resetLink', { user });
  io.stdout.write(linkText(cliLocale(io.env), token, expiresAt));
}

async function activate(user: string, ask: Ask, io: CommandIo): Promise<void> {
  const changed = await ask('users.setActive', { user, active: true });
  io.stdout.write(`${lineOf(changed, cliLocale(io.env))}\n`);
}

/** `deactivate EMAIL [--force]` */
async function deactivate(args: readonly string[], io: CommandIo): Promise<number> {
  const [user = '', ...more] = args.filter((word) => word !== FORCE);
  if (user === '' || user.startsWith('-') || more.length > 0) return misused(io);
  const force = args.includes(FORCE) ? ({ force: true } as const) : {};
  return asOperator(io, async (ask) => {
    const changed = await ask('users.setActive', { user, active: false, ...force });
    io.stdout.write(`${lineOf(changed, cliLocale(io.env))}\n`);
  });
}

async function list(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.length > 0) return misused(io);
  const locale = cliLocale(io.env);
  return asOperator(io, async (ask) => {
    let cursor: string | undefined;
    do {
      const page: Output<'users.list'> = await ask('users.list', cursor === undefined ? {} : { cursor });
      for (const user of page.users) io.stdout.write(`${lineOf(user, locale)}\n`);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  });
}

function lineOf(user: Output<'users.list'>['users'][number], locale: Locale): string {
  const { email, name, role, active } = user;
  const parts = [email, safeLine(name), shownRole(role, locale), active ? '' : TEXTS[locale].inactive];
  return parts.filter((part) => part !== '').join(' · ');
}

function linkText(locale: Locale, token: string, expiresAt: string): string {
  return `${fill(TEXTS[locale].link, { token, expiresAt })}\n`;
}

function misused({ stderr, env }: CommandIo): number {
  stderr.write(`${TEXTS[cliLocale(env)].usage}\n`);
  return EXIT_USAGE;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  create,
  list,
  reset: onUser(reset),
  activate: onUser(activate),
  deactivate,
};

const TEXTS = {
  en: {
    usage: `Usage: hilo user COMMAND

  hilo user create EMAIL [--name NAME] [--admin] [--password-stdin]
                             make an account; asks for its password on a terminal, reads it from
                             standard input with --password-stdin, and else gives a token
  hilo user reset EMAIL      give a token by which the user sets a new password
  hilo user list             list the accounts
  hilo user deactivate EMAIL [--force]
                             cut a user off at once; the last administrator only with --force
  hilo user activate EMAIL   let the user in again

The server must run. It is found by APP_HOST and APP_PORT, the operator's key by DATA_DIR.`,
    question: 'Password for {email} (empty: the user sets it): ',
    created: 'Made: {user}',
    inactive: 'not active',
    link: `To set the password, once, until {expiresAt}:
  on the page: /app/reset#{token}
  on the text port: /reset {token}`,
  },
  es: {
    usage: `Uso: hilo user ORDEN

  hilo user create CORREO [--name NOMBRE] [--admin] [--password-stdin]
                              crea una cuenta; pide su contraseña en un terminal, la lee de la entrada
                              estándar con --password-stdin, y si no da un token
  hilo user reset CORREO      da un token con el que el usuario establece una contraseña nueva
  hilo user list              enumera las cuentas
  hilo user deactivate CORREO [--force]
                              deja fuera a un usuario al instante; al último administrador, solo
                              con --force
  hilo user activate CORREO   vuelve a dejarlo entrar

El servidor tiene que estar en marcha. Se busca con APP_HOST y APP_PORT; la clave del operador, con
DATA_DIR.`,
    question: 'Contraseña de {email} (vacía: la establece el usuario): ',
    created: 'Creada: {user}',
    inactive: 'inactivo',
    link: `Para establecer la contraseña, una vez, hasta {expiresAt}:
  en la página: /app/reset#{token}
  en el puerto de texto: /reset {token}`,
  },
} as const;
