/** What commands share that ask a running server as anybody may: a guest, or whoever has the key. */
import { z } from 'zod';
import { Client } from '../shared/client/client.ts';
import { Connection } from '../shared/client/connection.ts';
import { openTcp } from '../shared/client/tcp-transport.ts';
import { systemClock } from '../shared/clock.ts';
import { EnvironmentError, host, port, readEnvironment } from '../shared/environment.ts';
import type { Locale } from '../shared/locale.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, loopbackOf } from './command.ts';
import type { Command, CommandIo } from './command.ts';
import { operatorKey } from './operator.ts';

const CONNECT_MS = 10_000;

/** Of a long document, or of many pictures before this one, on a slow model. */
export const ANSWER_MS = 6 * 60 * 60 * 1_000;

const Settings = z.object({
  APP_HOST: host().default('127.0.0.1'),
  APP_PORT: port().default(5001),
  HILO_KEY: z.string().default(''),
});

/** For `parseArgs`; each goes over its setting. */
export const SERVER_OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  key: { type: 'string' },
} as const;

export type ServerOptions = Partial<Record<keyof typeof SERVER_OPTIONS, string | undefined>>;

/** What a command has of the server. */
export interface Asking {
  /** It acts for the account of a key, not for a guest of this connection. */
  readonly hasKey: boolean;
  /** Resolves at the next notification of the server. */
  readonly told: () => Promise<void>;
}

export interface ServerCommand<Asked extends ServerOptions> {
  readonly usage: (locale: Locale) => string;
  /** Undefined for arguments that the command does not take; may throw for them, as `parseArgs` does. */
  readonly askedBy: (args: readonly string[]) => Asked | undefined;
  /** What to say to somebody without a key, where the command needs one for what is asked. */
  readonly keyNeeded?: (locale: Locale, asked: Asked) => string | undefined;
  /** Without a key it acts as the operator, by the key in the data directory. */
  readonly isForOperator?: true;
  readonly run: (
    asked: Asked,
    server: Asking & { readonly client: Client; readonly io: CommandIo },
  ) => Promise<void>;
}

/** A command that asks a running server. */
export function serverCommand<Asked extends ServerOptions>(command: ServerCommand<Asked>): Command {
  return async (args, io) => {
    const locale = cliLocale(io.env);
    if (isHelpAsked(args)) {
      io.stdout.write(`${command.usage(locale)}\n`);
      return 0;
    }
    const asked = understood(command, args);
    if (!asked) {
      io.stderr.write(`${command.usage(locale)}\n`);
      return EXIT_USAGE;
    }
    const keyOf = command.isForOperator ? operatorKey : () => Promise.resolve('');
    return await askServer({ options: asked, keyOf }, io, async (client, asking) => {
      const refusal = asking.hasKey ? undefined : command.keyNeeded?.(locale, asked);
      if (refusal !== undefined) throw new Error(refusal);
      await command.run(asked, { ...asking, client, io });
    });
  };
}

function understood<Asked extends ServerOptions>(
  { askedBy }: Pick<ServerCommand<Asked>, 'askedBy'>,
  args: readonly string[],
): Asked | undefined {
  try {
    return askedBy(args);
  } catch {
    return undefined;
  }
}

interface Access {
  readonly options: ServerOptions;
  /** The key where none is given; empty: a guest asks. */
  readonly keyOf: (io: CommandIo) => Promise<string>;
}

/**
 * Resolves with the exit code; failures are written to the standard error. A process that is interrupted ends
 * its connection, and with it the server cancels what was asked.
 */
async function askServer(
  access: Access,
  io: CommandIo,
  use: (client: Client, asking: Asking) => Promise<void>,
): Promise<number> {
  try {
    await withClient(access, io, use);
    return 0;
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof EnvironmentError ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function withClient(
  { options, keyOf }: Access,
  io: CommandIo,
  use: (client: Client, asking: Asking) => Promise<void>,
): Promise<void> {
  const { env } = io;
  const given = {
    ...env,
    ...(options.host !== undefined && { APP_HOST: options.host }),
    ...(options.port !== undefined && { APP_PORT: options.port }),
  };
  const { APP_HOST, APP_PORT, HILO_KEY } = readEnvironment(Settings, given);
  const key = (options.key ?? HILO_KEY).trim() || (await keyOf(io));
  const target = { host: loopbackOf(APP_HOST), port: APP_PORT, connectTimeoutMs: CONNECT_MS };
  let told = Promise.withResolvers<void>();
  const onNotification = () => {
    told.resolve();
    told = Promise.withResolvers();
  };
  const settings = { clock: systemClock, strict: true, onNotification };
  const connection = new Connection((events) => openTcp(target, events), settings);
  const client = new Client(connection);
  try {
    await client.call('session.locale', { locale: cliLocale(env) });
    if (key !== '') await client.call('session.authenticate', { key });
    await use(client, { hasKey: key !== '', told: () => told.promise });
  } finally {
    connection.close();
  }
}
