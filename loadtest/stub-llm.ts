/**
 * Imitates a model server: it speaks Ollama's and OpenAI's protocols, echoes, and fails on request.
 * `npm run stub-llm -- --help` runs it alone; tests and benchmarks import `startStub`.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FAILURES, FAULTS, FaultStep, QUIRKS, StubConfig, type Fault } from './stub/config.ts';
import { startStub, type StubOptions } from './stub/server.ts';

export { FAULTS, type Failure, type Fault, type Quirk, type StubSettings } from './stub/config.ts';
export { startStub, type StubLlm, type StubOptions } from './stub/server.ts';
export type { StubEvent, StubOutcome, StubPhase, StubRecord, StubTotals } from './stub/request-log.ts';

const USAGE = `Usage: npm run stub-llm -- [options]

  --host HOST               127.0.0.1
  --port PORT               11434, where Ollama would be
  --seed N                  1; the same seed gives the same answers and failures
  --mode echo|prose         echo: "echo: " and the last user message
  --tokens N                0; the least length of an answer
  --first-token-ms N        0; latency of the first token
  --load-ms N               0; how long a model takes to be loaded by its first request
  --thinking-tokens N       3; pieces of reasoning with thinking and think_tags
  --tokens-per-second N     0; 0 is as fast as the client reads
  --parallel N              0; requests at once, 0 is no limit (Ollama: OLLAMA_NUM_PARALLEL)
  --queue-max N             512; waiting requests before 503 (Ollama: OLLAMA_MAX_QUEUE)
  --model NAME              stub; may be repeated
  --strict-models           404 for other models
  --api-key KEY             demanded by /v1 when given
  --after-tokens N          3; where faults in mid-stream strike
  --retry-after-ms N        1000; what 429 says
  --always FAULT            on every request; may be repeated
  --chance FAULT=P          with probability P; may be repeated
  --next FAULT[:COUNT]      on the next requests, in order; may be repeated
  --quiet                   do not print requests

Faults
${Object.entries({ ...FAILURES, ...QUIRKS })
  .map(([name, text]) => `  ${name.padEnd(24)}  ${text}`)
  .join('\n')}

While it runs: GET /stub/stats, GET /stub/requests, GET and POST /stub/config (JSON, the names of the
options in camelCase), POST /stub/reset, POST /stub/down {"ms":N}`;

const OPTIONS = {
  host: { type: 'string' },
  port: { type: 'string' },
  seed: { type: 'string' },
  mode: { type: 'string' },
  tokens: { type: 'string' },
  'first-token-ms': { type: 'string' },
  'load-ms': { type: 'string' },
  'thinking-tokens': { type: 'string' },
  'tokens-per-second': { type: 'string' },
  parallel: { type: 'string' },
  'queue-max': { type: 'string' },
  model: { type: 'string', multiple: true },
  'strict-models': { type: 'boolean' },
  'api-key': { type: 'string' },
  'after-tokens': { type: 'string' },
  'retry-after-ms': { type: 'string' },
  always: { type: 'string', multiple: true },
  chance: { type: 'string', multiple: true },
  next: { type: 'string', multiple: true },
  quiet: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** The command line as options of `startStub`. Throws on what is not understood. */
export function parseStubArguments(args: readonly string[]): StubOptions & { help: boolean; quiet: boolean } {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const settings = withoutAbsent({
    seed: toNumber(values.seed),
    mode: values.mode,
    tokens: toNumber(values.tokens),
    firstTokenMs: toNumber(values['first-token-ms']),
    loadMs: toNumber(values['load-ms']),
    thinkingTokens: toNumber(values['thinking-tokens']),
    tokensPerSecond: toNumber(values['tokens-per-second']),
    parallel: toNumber(values.parallel),
    queueMax: toNumber(values['queue-max']),
    models: values.model,
    strictModels: values['strict-models'],
    apiKey: values['api-key'],
    afterTokens: toNumber(values['after-tokens']),
    retryAfterMs: toNumber(values['retry-after-ms']),
    always: values.always,
    chance: values.chance && Object.fromEntries(values.chance.map(parseChance)),
    next: values.next?.map(parseStep),
  });
  return {
    ...StubConfig.parse(settings),
    host: values.host ?? '127.0.0.1',
    port: toNumber(values.port) ?? 11_434,
    help: values.help ?? false,
    quiet: values.quiet ?? false,
  };
}

async function main(): Promise<void> {
  const { help, quiet, ...options } = parseStubArguments(process.argv.slice(2));
  if (help) return console.log(USAGE);
  const stub = await startStub(options);
  console.log(`The stub listens on ${stub.url} (Ollama) and ${stub.url}/v1 (OpenAI)`);
  if (!quiet) {
    for (const event of ['answered', 'failed', 'abort'] as const) {
      stub.on(event, (record) => {
        const faults = record.faults.length > 0 ? ` (${record.faults.join(', ')})` : '';
        const tokens = `${record.tokensSent} tokens`;
        console.log(
          `${record.path} ${record.trace ?? '-'} ${record.model}: ${record.outcome}, ${tokens}${faults}`,
        );
      });
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stub.close());
  return undefined;
}

function parseChance(text: string): [Fault, number] {
  const [kind = '', chance = ''] = text.split('=');
  return [toFault(kind), Number(chance)];
}

function parseStep(text: string): FaultStep {
  const [kind = '', count = '1'] = text.split(':');
  return FaultStep.parse({ kind, count: Number(count) });
}

function toFault(text: string): Fault {
  const fault = FAULTS.find((known) => known === text);
  if (!fault) throw new Error(`"${text}" is not a fault; --help lists them`);
  return fault;
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    process.exitCode = 2;
  });
}
