/** The command line: `./hilo <command>`. */
import { up } from './up.ts';

const USAGE = `hilo: a chat server for a shared model

  hilo up          run the server and the gateway (what npm start does)
  hilo help        this text

Settings are environment variables, or lines in a file .env; .env.example lists them.
`;

const EXIT_USAGE = 3;

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  up,
  help: () => Promise.resolve(print(USAGE)),
};

const [name = 'help', ...args] = process.argv.slice(2);
const isHelp = ['-h', '--help'].includes(name);
const command = isHelp ? COMMANDS['help'] : Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) {
  process.exitCode = await command(args);
} else {
  process.stderr.write(`hilo: there is no command "${name}"\n\n${USAGE}`);
  process.exitCode = EXIT_USAGE;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
