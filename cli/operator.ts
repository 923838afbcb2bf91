/** Asks the running server as its operator: by the line port, with the key in the data directory. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Client, ClientError, type GivenInput, type Output } from '../shared/client/client.ts';
import { Connection } from '../shared/client/connection.ts';
import { isErrorKey } from '../shared/client/message.ts';
import { openTcp } from '../shared/client/tcp-transport.ts';
import { systemClock } from '../shared/clock.ts';
import { EnvironmentError, host, port, readEnvironment, text } from '../shared/environment.ts';
import { fill, type Locale } from '../shared/locale.ts';
import type { OperationName } from '../shared/operations/index.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, loopbackOf, type CommandIo } from './command.ts';

const CONNECT_MS = 10_000;
/** How long to wait for an answer, which may come from the model. */
const ANSWER_MS = 330_000;

const Settings = z.object({
  APP_HOST: host().default('127.0.0.1'),
  APP_PORT: port().default(5001),
  DATA_DIR: text().default('./data'),
});

/** One operation. Rejects with `ClientError`. */
export type Ask = <Name extends OperationName>(name: Name, input: GivenInput<Name>) => Promise<Output<Name>>;

/** Runs `work` with a connection of the operator; resolves with the exit code, and reports a failure. */
export async function asOperator(io: CommandIo, work: (ask: Ask) => Promise<void>): Promise<number> {
  const locale = cliLocale(io.env);
  try {
    const { APP_HOST, APP_PORT } = readEnvironment(Settings, io.env);
    const key = await operatorKey(io);
    const target = { host: loopbackOf(APP_HOST), port: APP_PORT, connectTimeoutMs: CONNECT_MS };
    const options = { clock: systemClock, strict: true };
    const connection = new Connection((events) => openTcp(target, events), options);
    const client = new Client(connection);
    const greetings = [
      client.call('session.locale', { locale }),
      client.call('session.authenticate', { key }),
    ] as const;
    try {
      await work(async (name, input) => {
        const answer = client.call(name, input, { timeoutMs: ANSWER_MS });
        await Promise.all([...greetings, answer]);
        return answer;
      });
    } finally {
      connection.close();
    }
    return 0;
  } catch (error) {
    io.stderr.write(`${whyNot(error, locale)}\n`);
    return error instanceof EnvironmentError ? EXIT_USAGE : EXIT_FAILED;
  }
}

/** The key in the data directory. Rejects with words for whoever has none. */
export async function operatorKey({ env }: Pick<CommandIo, 'env'>): Promise<string> {
  const { DATA_DIR } = readEnvironment(Settings, env);
  return await readKey(join(resolve(DATA_DIR), 'keys', 'admin.key'), cliLocale(env));
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

const TEXTS = {
  en: {
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
