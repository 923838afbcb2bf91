/** `hilo summarize`: a summary of a file, a page or what is piped in, by a server that runs. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Client } from '../../shared/client/client.ts';
import { sendLargeInput, type RunOperation } from '../../shared/client/large-input.ts';
import { fill } from '../../shared/locale.ts';
import {
  renderSummaryEvent,
  renderSummaryLine,
  SUMMARY_LENGTHS,
} from '../../shared/operations/summary-shapes.ts';
import { cliLocale } from '../command.ts';
import type { CommandIo } from '../command.ts';
import { ANSWER_MS, SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { SUMMARIZE_TEXTS } from './summarize-texts.ts';

/** `summarize FILE|URL|- [--length L] [--style S] [--json] [--host HOST] [--port PORT] [--key KEY]` */
export const summarizeCommand = serverCommand({
  usage: (locale) => SUMMARIZE_TEXTS[locale].usage,
  askedBy,
  run: (asked, { client, io }) => summarize(asked, client, io),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;

function askedBy(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { length: text, style: text, route: text, ...SERVER_OPTIONS };
  const json = { type: 'boolean', default: false } as const;
  const given = parseArgs({ args: [...args], allowPositionals: true, options: { ...options, json } });
  const [source, ...more] = given.positionals;
  const length = SUMMARY_LENGTHS.find((one) => one === (given.values.length ?? 'medium'));
  if (source === undefined || more.length > 0 || !length) return undefined;
  return { ...given.values, source, length };
}

async function summarize(asked: Asked, client: Client, io: CommandIo): Promise<void> {
  const locale = cliLocale(io.env);
  const { length, style, route, json } = asked;
  const input = {
    ...(await sourceOf(asked.source, client, io)),
    length,
    ...(style !== undefined && { style }),
    ...(route !== undefined && { route }),
  };
  const call = client.call('summaries.create', input, { timeoutMs: ANSWER_MS });
  for await (const { name, params } of call) {
    // The summary itself is the output; how far it is goes to the terminal.
    const { line } = renderSummaryEvent(name, params, locale);
    if (line !== undefined) io.stderr.write(`${line}\n`);
  }
  const summary = await call;
  if (json) io.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else io.stdout.write(`${summary.text}\n`);
  if (!json) io.stderr.write(`-- ${renderSummaryLine(summary, locale)}\n`);
}

async function sourceOf(source: string, client: Client, io: CommandIo) {
  if (/^https?:\/\//iu.test(source)) return { url: source };
  const bytes = source === '-' ? await pipedIn(io) : await readFileOf(source, io);
  const run: RunOperation = (name, params) => client.call(name, params);
  return { document: await sendLargeInput(run, { pieces: [bytes], bytes: bytes.length }) };
}

async function pipedIn({ stdin }: CommandIo): Promise<Buffer> {
  return stdin ? buffer(stdin) : Buffer.alloc(0);
}

async function readFileOf(path: string, { env }: CommandIo): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const words = SUMMARIZE_TEXTS[cliLocale(env)].notRead;
    throw new Error(fill(words, { path, code }), { cause: error });
  }
}
