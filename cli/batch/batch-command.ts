/** `hilo batch`: many jobs of a running server from one file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Client } from '../../shared/client/client.ts';
import { fill } from '../../shared/locale.ts';
import { BATCH_OPERATION_LIMITS, type BatchView } from '../../shared/operations/batch-shapes.ts';
import { shownMinute } from '../../shared/operations/conversation-fields.ts';
import { safeLine } from '../../shared/text-safety.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { progressBar } from '../progress.ts';
import { SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { keepLines, writeLines } from './batch-files.ts';
import { BATCH_TEXTS } from './batch-texts.ts';

/** Between two looks at a batch that is waited for: nothing tells of it. */
const LOOK_MS = 1_000;

/** `batch create FILE|- | list | show BATCH | output BATCH | cancel BATCH` */
export const batchCommand = serverCommand({
  usage: (locale) => BATCH_TEXTS[locale].usage,
  askedBy,
  keyNeeded: (locale) => BATCH_TEXTS[locale].keyNeeded,
  run: (asked, { client, io }) => ACTIONS[asked.action](asked, client, io),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;
type Action = (asked: Asked, client: Client, io: CommandIo) => Promise<void>;

/** The options that each takes, beside those of every command. */
const OPTIONS_OF = {
  create: ['detach', 'out', 'json'],
  list: ['count', 'json'],
  show: ['json'],
  output: ['failures', 'out'],
  cancel: ['json'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const ACTIONS: Readonly<Record<keyof typeof OPTIONS_OF, Action>> = { create, list, show, output, cancel };

function askedBy(args: readonly string[]) {
  const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const;
  const count = { type: 'string', short: 'n' } as const;
  const options = { detach: flag, failures: flag, json: flag, out: text, count, ...SERVER_OPTIONS } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [word = '', subject = '', ...more] = positionals;
  if (!Object.hasOwn(OPTIONS_OF, word)) return undefined;
  const action = word as keyof typeof OPTIONS_OF;
  const taken: readonly string[] = [...OPTIONS_OF[action], ...Object.keys(SERVER_OPTIONS)];
  const isOther = Object.keys(values).some((name) => !taken.includes(name));
  const isCount = /^[1-9]\d{0,5}$/.test(values.count ?? '1');
  if (isOther || !isCount || more.length > 0 || (action === 'list') !== (subject === '')) return undefined;
  return { ...values, action, subject, count: Number(values.count ?? BATCH_OPERATION_LIMITS.pageDefault) };
}

async function create(asked: Asked, client: Client, io: CommandIo): Promise<void> {
  const { detach = false, json = false, out } = asked;
  const file = await keepLines(asked.subject, client, io);
  const { batch } = await client.call('batches.create', { file });
  if (detach) return void io.stdout.write(json ? jsonOf({ batch }) : `${batch.id}\n`);
  io.stderr.write(`${batch.id}\n`);
  const ended = await endOf(batch.id, client, io);
  if (json) io.stdout.write(jsonOf({ batch: ended }));
  const { results } = ended;
  if (results !== undefined && (!json || out !== undefined)) await writeLines(results, out, client, io);
  requireDone(ended, io);
  return undefined;
}

/** Tells how far it is until it is over: a bar on a terminal, or a line for each status. */
async function endOf(id: string, client: Client, io: CommandIo): Promise<BatchView> {
  const texts = BATCH_TEXTS[cliLocale(io.env)];
  const draw = progressBar(io, texts.statuses.running, () => performance.now());
  let last = '';
  for (;;) {
    const { batch } = await client.call('batches.get', { batch: id });
    const { counts, status } = batch;
    if (counts.total > 0) draw(counts.done + counts.failed, counts.total);
    if (io.stderr.isTTY !== true && status !== last) io.stderr.write(`${progressLine(batch, io)}\n`);
    if (batch.endedAt !== undefined) return batch;
    last = status;
    await sleep(LOOK_MS);
  }
}

/** What was not done is a failure of the command, told with what can be said of it. */
function requireDone({ id, status, counts, faults }: BatchView, { env, stderr }: CommandIo): void {
  const texts = BATCH_TEXTS[cliLocale(env)];
  for (const { line, message } of faults) {
    const words = safeLine(message);
    stderr.write(`${line === undefined ? words : fill(texts.line, { line, message: words })}\n`);
  }
  if (status !== 'completed') throw new Error(texts.statuses[status]);
  if (counts.failed > 0) throw new Error(fill(texts.someFailed, { ...counts, id }));
}

async function list({ count, json = false }: Asked, client: Client, io: CommandIo): Promise<void> {
  const batches: BatchView[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(count - batches.length, BATCH_OPERATION_LIMITS.pageMax);
    const page = await client.call('batches.list', { limit, ...(cursor !== undefined && { cursor }) });
    batches.push(...page.batches);
    cursor = page.nextCursor;
  } while (cursor !== undefined && batches.length < count);
  if (json) return void io.stdout.write(jsonOf({ batches }));
  for (const batch of batches) io.stdout.write(`${batchLine(batch, io)}\n`);
  return undefined;
}

async function show({ subject, json = false }: Asked, client: Client, io: CommandIo): Promise<void> {
  const { batch } = await client.call('batches.get', { batch: subject });
  if (json) return void io.stdout.write(jsonOf({ batch }));
  const texts = BATCH_TEXTS[cliLocale(io.env)];
  io.stdout.write(`${batchLine(batch, io)}\n`);
  for (const { line, message } of batch.faults) {
    const words = safeLine(message);
    io.stdout.write(`  ${line === undefined ? words : fill(texts.line, { line, message: words })}\n`);
  }
  return undefined;
}

async function output(asked: Asked, client: Client, io: CommandIo): Promise<void> {
  const { batch } = await client.call('batches.get', { batch: asked.subject });
  const file = asked.failures === true ? batch.failures : batch.results;
  if (file === undefined) throw new Error(BATCH_TEXTS[cliLocale(io.env)].noOutput);
  await writeLines(file, asked.out, client, io);
}

async function cancel({ subject, json = false }: Asked, client: Client, io: CommandIo): Promise<void> {
  const { batch } = await client.call('batches.cancel', { batch: subject });
  io.stdout.write(json ? jsonOf({ batch }) : `${batchLine(batch, io)}\n`);
}

/** `batch_0193…  2026-11-30 09:21  Running: 3 of 12 done, 0 failed` */
function batchLine(batch: BatchView, io: CommandIo): string {
  return [batch.id, shownMinute(batch.createdAt), progressLine(batch, io)].join('  ');
}

function progressLine({ status, counts }: BatchView, { env }: CommandIo): string {
  const texts = BATCH_TEXTS[cliLocale(env)];
  const words = texts.statuses[status];
  return counts.total === 0 ? words : fill(texts.progress, { status: words, ...counts });
}

function jsonOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
