/** `hilo usage`: what was used, as text, JSON or CSV. */
import { parseArgs } from 'node:util';
import type { Client, Output } from '../../shared/client/client.ts';
import { usageOverview } from '../../shared/operations/usage-overview.ts';
import { USAGE_LIMITS } from '../../shared/operations/usage-shapes.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { USAGE_TEXTS } from './usage-texts.ts';

/** `usage [FROM] [TO] [--user USER | --team TEAM] [--json | --csv]` */
export const usageCommand = serverCommand({
  usage: (locale) => USAGE_TEXTS[locale].usage,
  askedBy,
  keyNeeded: (locale) => USAGE_TEXTS[locale].keyNeeded,
  run: (asked, { client, io }) => show(asked, client, io),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;

function askedBy(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { user: text, team: text, json: flag, csv: flag, ...SERVER_OPTIONS } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [from, to, ...more] = positionals;
  const isOne = !(values.json && values.csv) && (values.user === undefined || values.team === undefined);
  return more.length === 0 && isOne ? { ...values, from, to } : undefined;
}

async function show(asked: Asked, client: Client, io: CommandIo): Promise<void> {
  const { from, to, user, team } = asked;
  const question = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(user !== undefined && { user }),
    ...(team !== undefined && { team }),
  };
  if (asked.csv) return await writeCsv(question, client, io);
  const overview = await client.call('usage.overview', question);
  const text = asked.json
    ? JSON.stringify(overview, undefined, 2)
    : usageOverview.text?.render(overview, cliLocale(io.env));
  io.stdout.write(`${text}\n`);
  return undefined;
}

type Event = Output<'usage.events'>['events'][number];

const COLUMNS: Readonly<Record<string, (event: Event) => unknown>> = {
  ts: ({ ts }) => ts,
  userId: ({ userId }) => userId,
  service: ({ service }) => service,
  provider: ({ provider }) => provider,
  model: ({ model }) => model,
  status: ({ status }) => status,
  outcome: ({ meta }) => meta?.['outcome'],
  latencyMs: ({ latencyMs }) => latencyMs,
  inputTokens: ({ tokens }) => tokens?.in,
  outputTokens: ({ tokens }) => tokens?.out,
  credits: ({ meta }) => meta?.['credits'],
  usd: ({ cost }) => cost?.usd,
  requestId: ({ requestId }) => requestId,
};

async function writeCsv(question: object, client: Client, { stdout }: CommandIo): Promise<void> {
  stdout.write(`${Object.keys(COLUMNS).join(',')}\r\n`);
  const limit = USAGE_LIMITS.eventsMax;
  for (let cursor: string | undefined; ;) {
    const more = cursor === undefined ? {} : { cursor };
    const page = await client.call('usage.events', { ...question, limit, ...more });
    const cellsOf = (event: Event) => Object.values(COLUMNS).map((cell) => quoted(cell(event)));
    for (const event of page.events) stdout.write(`${cellsOf(event).join(',')}\r\n`);
    cursor = page.nextCursor;
    if (cursor === undefined) return;
  }
}

/** RFC 4180; a text that a spreadsheet would take for a formula begins with an apostrophe. */
function quoted(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
