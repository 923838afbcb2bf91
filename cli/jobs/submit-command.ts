/** `hilo submit`: a prompt for the queue of a running server, and its answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { text as textOf } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import type { Client, Output } from '../../shared/client/client.ts';
import { fill } from '../../shared/locale.ts';
import type { JobView } from '../../shared/operations/job-shapes.ts';
import { renderSubmitted } from '../../shared/operations/jobs-submit.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { type Asking, SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { JOBS_TEXTS } from './jobs-texts.ts';

/** At the latest then it is asked how the job stands, also when the server has told nothing. */
const LOOK_MS = 10_000;

/** `submit PROMPT… [--detach] [--route ROUTE] [--webhook URL] [--json]` */
export const submitCommand = serverCommand({
  usage: (locale) => JOBS_TEXTS[locale].submitUsage,
  askedBy,
  run: (asked, { client, io, ...asking }) => submit(asked, { client, asking, io }),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;

function askedBy(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { route: text, webhook: text, detach: flag, json: flag, ...SERVER_OPTIONS } as const;
  const given = parseArgs({ args: [...args], allowPositionals: true, options });
  const prompt = given.positionals.join(' ').trim();
  return prompt === '' ? undefined : { ...given.values, prompt };
}

interface Surroundings {
  readonly client: Client;
  readonly asking: Asking;
  readonly io: CommandIo;
}

async function submit(asked: Asked, { client, asking, io }: Surroundings): Promise<void> {
  const locale = cliLocale(io.env);
  const { route, webhook, detach, json } = asked;
  if (detach && !asking.hasKey) throw new Error(JOBS_TEXTS[locale].keyNeeded);
  const prompt = asked.prompt === '-' && io.stdin ? await textOf(io.stdin) : asked.prompt;
  if (!detach) await client.call('jobs.follow', {});
  const submitted = await client.call('jobs.submit', {
    prompt,
    ...(route !== undefined && { route }),
    ...(webhook !== undefined && { webhook }),
  });
  io.stderr.write(`${renderSubmitted(submitted, locale)}\n`);
  if (detach) return void io.stdout.write(`${json ? jsonOf(submitted) : submitted.job.id}\n`);
  const ended = await endOf(submitted.job.id, { client, asking, io });
  const { job, completion } = ended;
  if (json) io.stdout.write(`${jsonOf(ended)}\n`);
  if (job.status !== 'done') throw new Error(job.reason?.text ?? JOBS_TEXTS[locale].cancelled);
  if (!json) io.stdout.write(`${completion?.text ?? ''}\n`);
  const count = job.credits.charged;
  if (!json) io.stderr.write(`-- ${fill(JOBS_TEXTS[locale].charged, { count })}\n`);
  return undefined;
}

/** Tells how far it is until it is over. */
async function endOf(id: string, { client, asking, io }: Surroundings): Promise<Output<'jobs.get'>> {
  let last = '';
  for (;;) {
    // Taken before the look, so that nothing is missed in between.
    const told = asking.told();
    const found = await client.call('jobs.get', { job: id });
    if (found.job.endedAt !== undefined) return found;
    const line = progressLine(found.job, io);
    if (line !== '' && line !== last) io.stderr.write(`${line}\n`);
    last = line;
    const stop = new AbortController();
    const later = sleep(LOOK_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([told, later]);
    stop.abort();
  }
}

function progressLine({ status, progress, retryAt }: JobView, { env }: CommandIo): string {
  const texts = JOBS_TEXTS[cliLocale(env)];
  if (status === 'queued') return retryAt === undefined ? '' : fill(texts.again, { time: retryAt });
  if (progress?.of === undefined) return texts.running;
  return fill(texts.part, { done: progress.done, of: progress.of });
}

function jsonOf(value: object): string {
  return JSON.stringify(value, undefined, 2);
}
