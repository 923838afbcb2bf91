/** What commands share that ask a running server as anybody may: a guest, or whoever has the key. */
import { z } from 'zod';
import { Client } from '../shared/client/client.ts';
import { Connection } from '../shared/client/connection.ts';
import { openTcp } from '../shared/client/tcp-transport.ts';
import { systemClock } from '../shared/clock.ts';
import { EnvironmentError, host, port, readEnvironment } from '../shared/environment.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, loopbackOf, type CommandIo } from './command.ts';

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

/**
 * Resolves with the exit code; failures are written to the standard error. A process that is interrupted ends
 * its connection, and with it the server cancels what was asked.
 */
export async function askServer(
  options: ServerOptions,
  io: CommandIo,
  use: (client: Client, asking: Asking) => Promise<void>,
): Promise<number> {
  try {
    await withClient(options, io, use);
    return 0;
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof EnvironmentError ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function withClient(
  options: ServerOptions,
  { env }: CommandIo,
  use: (client: Client, asking: Asking) => Promise<void>,
): Promise<void> {
  const given = {
    ...env,
    ...(options.host !== undefined && { APP_HOST: options.host }),
    ...(options.port !== undefined && { APP_PORT: options.port }),
  };
  const { APP_HOST, APP_PORT, HILO_KEY } = readEnvironment(Settings, given);
  const key = (options.key ?? HILO_KEY).trim();
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
