/** `hilo webhook`: what receivers are told of the ends of jobs, and the secret that it is signed with. */
import { parseArgs } from 'node:util';
import type { Client } from '../../shared/client/client.ts';
import { fill } from '../../shared/locale.ts';
import { JOB_OPERATION_LIMITS } from '../../shared/operations/job-shapes.ts';
import { shownDelivery, type WebhookDelivery } from '../../shared/operations/webhook-shapes.ts';
import { cliLocale, type CommandIo } from '../command.ts';
import { readFirstLine, readHidden } from '../password-input.ts';
import { SERVER_OPTIONS, serverCommand } from '../server-client.ts';
import { WEBHOOK_TEXTS } from './webhook-texts.ts';

/** `webhook list | secret EMAIL` */
export const webhookCommand = serverCommand({
  usage: (locale) => WEBHOOK_TEXTS[locale].usage,
  askedBy,
  // A secret is made with a password.
  keyNeeded: (locale, { email }) => (email === '' ? WEBHOOK_TEXTS[locale].keyNeeded : undefined),
  run: (asked, { client, io }) => (asked.email === '' ? list(asked, client, io) : secret(asked, client, io)),
});

type Asked = NonNullable<ReturnType<typeof askedBy>>;

function askedBy(args: readonly string[]) {
  const count = { type: 'string', short: 'n' } as const;
  const options = { count, json: { type: 'boolean', default: false }, ...SERVER_OPTIONS } as const;
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [action, email = '', ...more] = positionals;
  const isCount = values.count === undefined || (action === 'list' && /^[1-9]\d{0,5}$/.test(values.count));
  const isKnown = action === 'list' ? email === '' : action === 'secret' && email !== '';
  if (!isKnown || !isCount || more.length > 0) return undefined;
  return { ...values, email, count: Number(values.count ?? JOB_OPERATION_LIMITS.pageDefault) };
}

async function list({ count, json }: Asked, client: Client, io: CommandIo): Promise<void> {
  const deliveries: WebhookDelivery[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(count - deliveries.length, JOB_OPERATION_LIMITS.pageMax);
    const page = await client.call('webhooks.list', { limit, ...(cursor !== undefined && { cursor }) });
    deliveries.push(...page.deliveries);
    cursor = page.nextCursor;
  } while (cursor !== undefined && deliveries.length < count);
  if (json) return void io.stdout.write(`${JSON.stringify({ deliveries }, undefined, 2)}\n`);
  for (const delivery of deliveries) io.stdout.write(`${shownDelivery(delivery, cliLocale(io.env))}\n`);
  return undefined;
}

async function secret({ email, json }: Asked, client: Client, io: CommandIo): Promise<void> {
  const texts = WEBHOOK_TEXTS[cliLocale(io.env)];
  const { accessToken, refreshToken } = await client.call('auth.login', {
    email,
    password: await passwordOf(email, io),
  });
  await client.call('session.authenticate', { key: accessToken });
  try {
    const rotated = await client.call('webhooks.rotate', {});
    io.stdout.write(json ? `${JSON.stringify(rotated, undefined, 2)}\n` : `${rotated.secret}\n`);
    const { previousUntil: time } = rotated;
    if (!json && time !== undefined) io.stderr.write(`${fill(texts.previousUntil, { time })}\n`);
  } finally {
    await client.call('auth.logout', { refreshToken });
  }
}

async function passwordOf(email: string, { stdin, stderr, env }: CommandIo): Promise<string> {
  const texts = WEBHOOK_TEXTS[cliLocale(env)];
  if (stdin?.isTTY !== true) return stdin ? readFirstLine(stdin) : '';
  const password = await readHidden(stdin, () => stderr.write(fill(texts.question, { email })));
  stderr.write('\n');
  if (password === undefined) throw new Error(texts.cancelled);
  return password;
}
