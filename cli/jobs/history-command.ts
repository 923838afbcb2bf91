/** `hilo history`: what was asked and answered in jobs. */
import { parseArgs } from 'node:util';
import type { Client, Output } from '../../shared/client/client.ts';
import { fill } from '../../shared/locale.ts';
import { JOB_OPERATION_LIMITS } from '../../shared/operations/job-shapes.ts';
import { safeText } from '../../shared/text-safety.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { JOBS_TEXTS } from './jobs-texts.ts';

/** `history [-n COUNT] [--json]` */
export const historyCommand = serverCommand({
  usage: (locale) => JOBS_TEXTS[locale].historyUsage,
  askedBy,
  keyNeeded: (locale) => JOBS_TEXTS[locale].keyNeeded,
  run: (asked, { client, io }) => show(asked, client, io),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;

function askedBy(args: readonly string[]) {
  const count = { type: 'string', short: 'n', default: '10' } as const;
  const options = { count, json: { type: 'boolean', default: false }, ...SERVER_OPTIONS } as const;
  const { values } = parseArgs({ args: [...args], options });
  return /^[1-9]\d{0,5}$/.test(values.count) ? { ...values, count: Number(values.count) } : undefined;
}

type Entry = Output<'jobs.history'>['history'][number];

async function show({ count, json }: Asked, client: Client, io: CommandIo): Promise<void> {
  const history: Entry[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(count - history.length, JOB_OPERATION_LIMITS.pageMax);
    const page = await client.call('jobs.history', { limit, ...(cursor !== undefined && { cursor }) });
    history.push(...page.history);
    cursor = page.nextCursor;
  } while (cursor !== undefined && history.length < count);
  if (json) return void io.stdout.write(`${JSON.stringify({ history }, undefined, 2)}\n`);
  for (const entry of history) io.stdout.write(`${entryLines(entry, io)}\n`);
  return undefined;
}

function entryLines({ endedAt, prompt, answer, charged }: Entry, { env }: CommandIo): string {
  const cost = fill(JOBS_TEXTS[cliLocale(env)].charged, { count: charged });
  const asked = safeText(prompt).split('\n');
  return [`${endedAt}  ${cost}`, ...asked.map((line) => `> ${line}`), safeText(answer), ''].join('\n');
}
