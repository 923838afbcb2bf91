/** The command line of the load test. */
import { parseArgs } from 'node:util';
import { TRANSPORTS, type Endpoint, type TransportChoice } from '../client/create-client.ts';

export const SCENARIO_NAMES = ['chat', 'idle', 'slow', 'flood', 'hostile', 'churn', 'soak'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/**
 * What an answer must be. echo: the answer must be "echo: " and the message (the stub model). any: only whose
 * it is, and whether it is whole.
 */
export type Expectation = 'echo' | 'any';

export interface Options {
  readonly scenario: ScenarioName;
  readonly clients: number;
  readonly messages: number;
  readonly seconds: number;
  /** How often everything is done; for `hostile`. */
  readonly rounds: number;
  /** Messages a second of all clients together; for `soak`. */
  readonly rate: number;
  readonly transport: TransportChoice;
  /** Bytes of a message. */
  readonly bytes: number;
  /** Connections that are being opened at the same time. */
  readonly ramp: number;
  readonly timeoutSeconds: number;
  readonly server: Endpoint;
  readonly gateway: Endpoint;
  readonly serverPid: number | undefined;
  readonly gatewayPid: number | undefined;
  /** Where the server's memory is read when there is no pid. */
  readonly serverMetrics: Endpoint;
  readonly selfContained: boolean;
  readonly expect: Expectation;
  readonly seed: number;
  readonly output: string;
  readonly quiet: boolean;
}

/** The command line was wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Usage: npm run loadtest -- [SCENARIO] [options]

Puts load on a Hilo server, checks every answer, and writes a report.

Scenarios
  chat    each client sends messages one after another (100 clients, 5 messages); the default
  idle    connect and hold the connections (1000 clients, 30 s); reports bytes for each session
  slow    readers that stop reading while answers come (20 clients, 40 s)
  flood   commands, messages and rubbish as fast as the server takes them (20 clients, 10 s)
  hostile all at once: readers that never read, floods, half-open and vanished peers, and many idle ones
          (8000 idle clients, 3 rounds): is each ended for its own reason, and does a normal client feel it?
  churn   connections are cut in the middle of answers and resumed (100 clients, 5 messages)
  soak    messages at a steady rate, whether answers come or not (100 clients, 60 s, 10 a second)
  idle, slow, flood and hostile also measure one normal client, alone and under the load.

Load
  --clients N            how many clients
  --messages N           messages of each client (chat, churn)
  --seconds N            how long (idle, slow, flood, soak), or how long at most (hostile)
  --rounds N             alone and among hostile peers, so many times (hostile)
  --rate N               messages a second, all clients together (soak)
  --transport KIND       tcp (text face), json, ws (through the gateway) or mixed; default mixed
  --bytes N              size of a message; default 80 (slow: 30000)
  --ramp N               connections being opened at once; default 100
  --timeout N            seconds to wait for an answer; default 120
  --seed N               seed of everything random; default 1

Target
  --self-contained       start a stub model, a server and a gateway for this run, and stop them after it
  --host HOST            the server; default 127.0.0.1
  --port N               the server's port; default 5001
  --gateway HOST:PORT    the gateway; default 127.0.0.1:8765
  --server-metrics HOST:PORT  where the server tells its memory; default 127.0.0.1:9464
  --server-pid N, --gateway-pid N  read their memory from /proc instead
  --expect echo|any      what an answer must be: echo (the stub model) or anything that is
                         whole and one's own; default echo with --self-contained, else any
  --allow-remote         allow a target that is not this machine: only where you may do that

Report
  --output DIR           where the JSON and HTML reports go; default loadtest/reports
  --quiet                no progress bar

Exit code: 0 all answers right, 1 some were not, 2 the run was not possible, 3 wrong options.
`;

const DEFAULTS: Readonly<Record<ScenarioName, Partial<Options>>> = {
  chat: { clients: 100, messages: 5 },
  idle: { clients: 1_000, seconds: 30 },
  slow: { clients: 20, seconds: 40, bytes: 30_000 },
  flood: { clients: 20, seconds: 10 },
  hostile: { clients: 8_000, seconds: 90 },
  churn: { clients: 100, messages: 5 },
  soak: { clients: 100, seconds: 60 },
};
const GENERAL = { clients: 100, messages: 5, seconds: 30, bytes: 80 } as const;
const PORT_MAX = 65_535;
/** With the run's mark in it a message cannot be shorter. */
const BYTES_MIN = 64;
const BYTES_MAX = 60_000;

/** Throws `UsageError`; undefined when help was asked for. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const scenario = oneOf('The scenario', positionals[0] ?? 'chat', SCENARIO_NAMES);
  if (positionals.length > 1) throw new UsageError(`One scenario at a time; "${positionals[1]}" is too much`);
  const defaults = { ...GENERAL, ...DEFAULTS[scenario] };
  const host = hostName(values.host ?? '127.0.0.1');
  const options: Options = {
    scenario,
    clients: integer('--clients', values.clients, defaults.clients, 1, 100_000),
    messages: integer('--messages', values.messages, defaults.messages, 1, 1_000_000),
    seconds: integer('--seconds', values.seconds, defaults.seconds, 1, 7 * 86_400),
    rounds: integer('--rounds', values.rounds, 3, 1, 1_000),
    rate: integer('--rate', values.rate, 10, 1, 100_000),
    transport: oneOf('--transport', values.transport ?? 'mixed', [...TRANSPORTS, 'mixed'] as const),
    bytes: integer('--bytes', values.bytes, defaults.bytes, BYTES_MIN, BYTES_MAX),
    ramp: integer('--ramp', values.ramp, 100, 1, 10_000),
    timeoutSeconds: integer('--timeout', values.timeout, 120, 1, 3_600),
    server: { host, port: integer('--port', values.port, 5001, 1, PORT_MAX) },
    gateway: endpoint('--gateway', values.gateway ?? `${host}:8765`),
    serverPid: optionalInteger('--server-pid', values['server-pid']),
    gatewayPid: optionalInteger('--gateway-pid', values['gateway-pid']),
    serverMetrics: endpoint('--server-metrics', values['server-metrics'] ?? `${host}:9464`),
    selfContained: values['self-contained'] ?? false,
    expect: oneOf('--expect', values.expect ?? (values['self-contained'] ? 'echo' : 'any'), ['echo', 'any']),
    seed: integer('--seed', values.seed, 1, 0, 2 ** 31),
    output: values.output ?? 'loadtest/reports',
    quiet: values.quiet ?? false,
  };
  if (!values['allow-remote']) refuseRemote(options);
  return options;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        clients: text,
        messages: text,
        seconds: text,
        rounds: text,
        rate: text,
        transport: text,
        bytes: text,
        ramp: text,
        timeout: text,
        seed: text,
        host: text,
        port: text,
        gateway: text,
        'server-metrics': text,
        'server-pid': text,
        'gateway-pid': text,
        expect: text,
        output: text,
        'self-contained': flag,
        'allow-remote': flag,
        quiet: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    // The first sentence says what is wrong, the others how to pass arguments that begin with a hyphen.
    const [message] = String(error instanceof Error ? error.message : error).split('. ');
    throw new UsageError(message);
  }
}

function refuseRemote(options: Options): void {
  for (const { host } of [options.server, options.gateway]) {
    if (host.startsWith('127.') || host === '::1') continue;
    throw new UsageError(`${host} is not this machine; --allow-remote if you may put load on it`);
  }
}

function integer(
  name: string,
  given: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max}, not "${given}"`);
}

function optionalInteger(name: string, given: string | undefined): number | undefined {
  return given === undefined ? undefined : integer(name, given, 0, 1, 2 ** 31);
}

function oneOf<const Name extends string>(what: string, given: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new UsageError(`${what} must be one of ${names.join(', ')}${given ? `, not "${given}"` : ''}`);
}

function endpoint(name: string, given: string): Endpoint {
  const match = /^(.+):(\d+)$/.exec(given);
  if (!match?.[1]) throw new UsageError(`${name} must be HOST:PORT, not "${given}"`);
  return { host: hostName(match[1]), port: integer(name, match[2], 0, 1, PORT_MAX) };
}

/** By name a connection may try IPv6 first; a load test should measure one thing. */
function hostName(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host.replaceAll(/^\[|\]$/g, '');
}
