/** `hilo up`: runs server and gateway as two processes, restarts them, and shuts them down gracefully. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '../shared/clock.ts';
import { fill } from '../shared/locale.ts';
import { GATEWAY_NODE_FLAGS } from '../shared/process-settings.ts';
import { cliLocale, EXIT_USAGE, isHelpAsked, loopbackOf } from './command.ts';
import { KeptProcess, type Death } from './kept-process.ts';
import { PROJECT } from './project-settings.ts';

/**
 * A signal that comes this soon after the first one is the same request: a terminal sends Ctrl-C both to npm
 * and to this process, and npm passes it on.
 */
const SAME_SIGNAL_MS = 500;
const KEEP_ALIVE_MS = 60_000;

interface ServerReady {
  readonly host: string;
  readonly port: number;
  readonly proxyHost: string;
  readonly proxyPort: number;
  readonly tlsPort?: number;
  readonly metricsPort: number;
  readonly provider: string;
  readonly missingModels: readonly string[];
}

interface GatewayReady {
  readonly host: string;
  readonly port: number;
  readonly https?: { readonly host: string; readonly port: number };
}

type Stoppable = Pick<KeptProcess<unknown>, 'stop' | 'ended'>;

/** Resolves with the exit code when both processes have ended. */
export async function up(args: readonly string[]): Promise<number> {
  if (isHelpAsked(args)) {
    process.stdout.write(`${USAGE[cliLocale()]}\n`);
    return 0;
  }
  if (args.length > 0) {
    process.stderr.write(`${NO_ARGUMENTS[cliLocale()]}\n`);
    return EXIT_USAGE;
  }
  const processes: Stoppable[] = [];
  const end = endInOrder(processes, systemClock);
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  // While both pause before a restart, nothing else would keep this process alive.
  const keepAlive = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    return await runBoth(processes);
  } finally {
    clearInterval(keepAlive);
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
}

/**
 * Stops the server first, so that the gateway can still carry in-flight requests until they finish. A second
 * signal goes to both.
 */
export function endInOrder(
  processes: readonly Pick<Stoppable, 'stop'>[],
  clock: Pick<Clock, 'monotonic'>,
): () => void {
  let firstAtMs: number | undefined;
  return () => {
    const nowMs = clock.monotonic();
    if (firstAtMs !== undefined && nowMs - firstAtMs < SAME_SIGNAL_MS) return;
    const isSecond = firstAtMs !== undefined;
    firstAtMs ??= nowMs;
    for (const each of isSecond ? processes : processes.slice(0, 1)) void each.stop();
  };
}

async function runBoth(processes: Stoppable[]): Promise<number> {
  const server = new KeptProcess<ServerReady>({
    // The server gets the same ports again, so that the gateway and clients find it.
    start: (first) => start('../server/main.ts', [], first ? portsOf(first) : {}),
    clock: systemClock,
    onDeath: (death) => tellOfDeath('server', death),
  });
  processes.push(server);
  const serverReady = await server.ready;
  if (!serverReady) return (await server.ended) || 1;
  const place = { TCP_HOST: loopbackOf(serverReady.proxyHost), TCP_PORT: String(serverReady.proxyPort) };
  const gateway = new KeptProcess<GatewayReady>({
    start: (first) =>
      start('../gateway/main.ts', GATEWAY_NODE_FLAGS, {
        ...place,
        ...(first ? { WS_PORT: String(first.port) } : {}),
        ...(first?.https ? { HTTPS_PORT: String(first.https.port) } : {}),
      }),
    clock: systemClock,
    onDeath: (death) => tellOfDeath('gateway', death),
  });
  processes.push(gateway);
  const gatewayReady = await gateway.ready;
  if (gatewayReady) process.stdout.write(welcome(serverReady, gatewayReady));
  await Promise.race([server.ended, gateway.ended]);
  return Math.max(await server.stop(), await gateway.stop());
}

function portsOf({ port, proxyPort, tlsPort, metricsPort }: ServerReady): Record<string, string> {
  return {
    ...(tlsPort === undefined ? {} : { TLS_PORT: String(tlsPort) }),
    APP_PORT: String(port),
    APP_PROXY_PORT: String(proxyPort),
    METRICS_PORT: String(metricsPort),
  };
}

/**
 * Each process has its own process group. A Ctrl-C in the terminal reaches the parent's whole group at once;
 * in that group, both would end at the same time instead of in order.
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

function tellOfDeath(name: 'server' | 'gateway', { code, signal, pauseMs }: Death): void {
  const values = { process: name, how: signal ?? code ?? 1, seconds: pauseMs / 1_000 };
  process.stderr.write(`${fill(DIED[cliLocale()], values)}\n`);
}

function welcome(server: ServerReady, gateway: GatewayReady): string {
  const text = WELCOME[cliLocale()];
  return fill(text.whole, {
    page: gateway.https
      ? `https://${loopbackOf(gateway.https.host)}:${gateway.https.port}`
      : `http://${loopbackOf(gateway.host)}:${gateway.port}`,
    terminal: `nc ${loopbackOf(server.host)} ${server.port}`,
    model: modelText(server, text),
  });
}

/** The model in use, or what is missing: a model server without its model answers nothing. */
export function modelText(
  { provider, missingModels }: Pick<ServerReady, 'provider' | 'missingModels'>,
  text: { readonly offline: string; readonly missing: string },
): string {
  const missing = fill(text.missing, { model: missingModels.join(', ') });
  if (missingModels.length > 0) return `${provider === 'offline' ? '' : `${provider}; `}${missing}`;
  return provider === 'offline' ? text.offline : provider;
}

const DIED = {
  en: 'hilo: the {process} has ended by itself ({how}); it is started again in {seconds} s',
  es: 'hilo: el proceso {process} ha terminado por sí solo ({how}); se arranca de nuevo en {seconds} s',
} as const;

const USAGE = {
  en: `Usage: hilo up
Runs the server and the gateway. One that ends by itself is started again; after wrong settings (exit
code 2) both end. The first SIGTERM or Ctrl-C ends them in order, a second one at once.`,
  es: `Uso: hilo up
Arranca el servidor y la pasarela. El que termina por sí solo se arranca de nuevo; con ajustes erróneos
(código 2) terminan ambos. El primer SIGTERM o Ctrl-C los termina en orden; el segundo, de inmediato.`,
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
    missing: 'the offline companion in place of a model that is missing: ollama pull {model}',
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
    missing: 'el acompañante sin conexión en lugar de un modelo que falta: ollama pull {model}',
  },
} as const;
