/** `hilo chat`: a conversation in a terminal, over a session that outlives its connection. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { EnvironmentError, host, port, readEnvironment } from '../../shared/environment.ts';
import { cliLocale, EXIT_FAILED, EXIT_USAGE, isHelpAsked, loopbackOf, type Command } from '../command.ts';
import { CHAT_TEXTS } from './chat-texts.ts';
import { Chat } from './chat.ts';

const Settings = z.object({
  APP_HOST: host().default('127.0.0.1'),
  APP_PORT: port().default(5001),
  HILO_KEY: z.string().default(''),
});

/** `chat [--host HOST] [--port PORT] [--key-file FILE | --key KEY]` */
export const chatCommand: Command = async (args, io) => {
  const locale = cliLocale(io.env);
  const texts = CHAT_TEXTS[locale];
  if (isHelpAsked(args)) {
    io.stdout.write(`${texts.usage}\n`);
    return 0;
  }
  const options = optionsOf(args);
  const { stdin } = io;
  if (!options || !stdin) {
    io.stderr.write(`${texts.usage}\n`);
    return EXIT_USAGE;
  }
  try {
    const given = {
      ...io.env,
      ...(options.host === undefined ? {} : { APP_HOST: options.host }),
      ...(options.port === undefined ? {} : { APP_PORT: options.port }),
    };
    const { APP_HOST, APP_PORT, HILO_KEY } = readEnvironment(Settings, given);
    const keyFile = options['key-file'];
    const key = keyFile === undefined ? (options.key ?? HILO_KEY) : await readFile(keyFile, 'utf8');
    const target = { host: loopbackOf(APP_HOST), port: APP_PORT };
    const hasColours = io.stdout.isTTY === true && (io.env['NO_COLOR'] ?? '') === '';
    return await new Chat({ ...io, stdin, target, key: key.trim(), locale, hasColours }).run();
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof EnvironmentError ? EXIT_USAGE : EXIT_FAILED;
  }
};

function optionsOf(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    const options = { host: text, port: text, key: text, 'key-file': text };
    return parseArgs({ args: [...args], options }).values;
  } catch {
    return undefined;
  }
}
