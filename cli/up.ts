/** `hilo up`: server and gateway as two processes, ended together and in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fill } from '../shared/locale.ts';
import { GATEWAY_NODE_FLAGS } from '../shared/process-settings.ts';
import { PROJECT } from './project-settings.ts';
import { cliLocale, EXIT_USAGE, loopbackOf } from './command.ts';

interface ServerReady {
  readonly host: string;
  readonly port: number;
  readonly proxyHost: string;
  readonly proxyPort: number;
  readonly provider: string;
}

interface GatewayReady {
  readonly host: string;
  readonly port: number;
}

/** Resolves with the exit code when both processes have ended. */
export async function up(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stderr.write(`${NO_ARGUMENTS[cliLocale()]}\n`);
    return EXIT_USAGE;
  }
  const children: ChildProcess[] = [];
  let isEnding = false;
  const end = (): void => {
    const isSecond = isEnding;
    isEnding = true;
    // The server first: what runs is finished while the gateway still carries it. A second signal is for
    // both.
    for (const child of isSecond ? children : children.slice(0, 1)) child.kill('SIGTERM');
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);

  const server = start('../server/main.ts', [], {});
  children.push(server);
  const serverEnd = ended(server);
  const serverReady = await readyOr<ServerReady>(server, serverEnd);
  if (!serverReady) return (await serverEnd) || 1;

  const gateway = start('../gateway/main.ts', GATEWAY_NODE_FLAGS, {
    TCP_HOST: loopbackOf(serverReady.proxyHost),
    TCP_PORT: String(serverReady.proxyPort),
  });
  children.push(gateway);
  const gatewayEnd = ended(gateway);
  const gatewayReady = await readyOr<GatewayReady>(gateway, gatewayEnd);
  if (gatewayReady) process.stdout.write(welcome(serverReady, gatewayReady));

  const [code, first] = await Promise.race([
    serverEnd.then((exit) => [exit, 'server'] as const),
    gatewayEnd.then((exit) => [exit, 'gateway'] as const),
  ]);
  const wasAsked = isEnding;
  if (!wasAsked) process.stderr.write(`${fill(DIED[cliLocale()], { process: first, code })}\n`);
  isEnding = true;
  for (const child of [server, gateway]) child.kill('SIGTERM');
  const codes = await Promise.all([serverEnd, gatewayEnd]);
  return wasAsked ? Math.max(...codes) : code || 1;
}

/**
 * In a process group of its own: a Ctrl-C in the terminal reaches the whole group of the parent at once, and
 * the order in which the two end would be lost.
 */
function start(
  path: string,
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(
    process.execPath,
    [...process.execArgv, ...flags, fileURLToPath(new URL(path, import.meta.url))],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...environment },
      detached: true,
      cwd: PROJECT,
    },
  );
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** What the child says when it listens; undefined when it ended instead. */
async function readyOr<Ready>(child: ChildProcess, end: Promise<number>): Promise<Ready | undefined> {
  const message = once(child, 'message').then(([value]) => (value as { ready: Ready }).ready);
  return Promise.race([message, end.then(() => undefined)]);
}

function welcome(server: ServerReady, gateway: GatewayReady): string {
  const text = WELCOME[cliLocale()];
  return fill(text.whole, {
    page: `http://${loopbackOf(gateway.host)}:${gateway.port}`,
    terminal: `nc ${loopbackOf(server.host)} ${server.port}`,
    model: server.provider === 'offline' ? text.offline : server.provider,
  });
}

const DIED = {
  en: 'hilo: the {process} has ended by itself (code {code}); stopping the rest',
  es: 'hilo: el proceso {process} ha terminado por sí solo (código {code}); se detiene el resto',
} as const;

const NO_ARGUMENTS = {
  en: 'hilo up takes no arguments; settings are environment variables (.env.example)',
  es: 'hilo up no toma argumentos; los ajustes son variables de entorno (.env.example)',
} as const;

const WELCOME = {
  en: {
    whole: `
  Hilo is running

    in a browser     {page}
    in a terminal    {terminal}
    answers by       {model}

  Ctrl-C stops it.

`,
    offline: 'the offline companion: no model was found. Start Ollama, or set OPENAI_API_KEY in .env',
  },
  es: {
    whole: `
  Hilo está en marcha

    en el navegador     {page}
    en la terminal      {terminal}
    responde            {model}

  Ctrl-C lo detiene.

`,
    offline:
      'el acompañante sin conexión: no se encontró ningún modelo. ' +
      'Arranca Ollama o pon OPENAI_API_KEY en .env',
  },
} as const;
